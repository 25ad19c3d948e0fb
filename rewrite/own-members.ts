import type { TSESTree } from '@typescript-eslint/types'
import type { FloatingPromise, HandMadeGroup } from '../analysis/facts.js'
import { inspectorOf } from '../analysis/promises/catches.js'
import { isTaken } from '../analysis/scopes.js'
import { signalPlace } from '../analysis/tasks/signals.js'
import type { SourceUnit } from '../analysis/unit.js'
import { isFunction, waits, walk } from '../analysis/walk.js'
import { nameTaken, runtime } from './awaiting.js'
import { insert, type Edit, type Rewrite } from './edit.js'
import { localName } from './imports.js'
import { inListsGroup } from './own-list.js'
import { holdsYield, losesTypesInClosure, startedBy } from './startable.js'
import { threadSignal } from './thread-signal.js'

/**
 * `await Promise.all([f(), g()])` becomes `await taskGroup(async tg => Promise.all([tg.createTask(() => f()), …]))`: the same results in
 * the same order; a failure cancels the others, and is thrown when they have ended. Calls that take a signal get their task's.
 */
export function ownMembers(unit: SourceUnit, fact: HandMadeGroup): Rewrite {
  const { join, members, callback, list } = fact
  const refuse = (refused: string): Rewrite => ({ refused, at: join })
  const need = { name: 'taskGroup', from: runtime }
  const name = localName(unit, need, join)
  if (name === undefined) return nameTaken(need, join)
  // Where a list is filled in a loop, `task` may be what the loop goes over.
  const isFree = (candidate: string): boolean => [join, ...members].every(place => !isTaken(unit.scopes, place, candidate))
  const group = ['tg', 'group', 'tasks'].find(isFree)
  if (group === undefined) return refuse('All names for the group are taken here. Rename one first.')
  if (!isFree('task')) return refuse('The name `task` means something else here. Rename it first.')
  if (!list && losesTypesInClosure(unit, join)) return refuse('The type checker knows more about a variable here than in the function that a group needs. Put its value in a constant first.')
  if (holdsYield(join)) return refuse('A generator can yield in no other function. Take the yield out of the list first.')
  const isInspected = inspectorOf(unit, join) !== undefined
  const edits = callback ? ownEach(unit, callback, group) : members.flatMap(member => ownOne(unit, member, group))
  if (!edits) return refuse('The callback is no async function and gives no call, so nothing shows what it starts. Let it give the promise at once.')
  if (list) return inListsGroup(unit, join, list, edits, { open: `${name}(async ${group} => {`, isInspected }, need)
  return { edits: [insert(join.range[0], `${name}(async ${group} => `), ...edits, insert(join.range[1], isInspected ? ', { unwrapSingle: true })' : ')')], imports: [need] }
}

function ownOne(unit: SourceUnit, member: TSESTree.Expression, group: string): Edit[] {
  const place = waits(member) ? undefined : signalPlace(unit, member)
  if (!place) return startedBy(unit, { node: member, shape: 'promise' } as FloatingPromise, `${group}.createTask`, '')
  return [insert(member.range[0], `${group}.createTask(task => `), threadSignal(unit.text, place, 'task.signal'), insert(member.range[1], ')')]
}

/** `item => f(item)` and `async item => { … }`, as a child for each element. */
function ownEach(unit: SourceUnit, callback: TSESTree.ArrowFunctionExpression, group: string): Edit[] | undefined {
  const { body } = callback
  if (body.type !== 'BlockStatement' && !callback.async) return ownOne(unit, body, group)
  if (!callback.async || callback.typeParameters) return undefined
  const from = unit.text.slice(callback.range[0]).search(/(?<=^async)\s+|(?<=^async)(?=\()/)
  if (from < 0) return undefined
  const place = body.type === 'BlockStatement' ? undefined : signalPlace(unit, body.type === 'AwaitExpression' ? body.argument : body)
  const signals = place ? [threadSignal(unit.text, place, 'task.signal')] : body.type === 'BlockStatement' ? signalsIn(unit, body) : []
  const start = callback.range[0]
  const isObject = body.type === 'ObjectExpression'
  const head = unit.text.slice(start, start + 'async'.length + (/^\s+/.exec(unit.text.slice(start + 'async'.length))?.[0].length ?? 0))
  return [
    { range: [start, start + head.length], text: '' },
    insert(isObject ? body.range[0] - 1 : body.range[0], `${group}.createTask(async ${signals.length > 0 ? 'task' : '()'} => `),
    ...signals,
    insert(isObject ? body.range[1] + 1 : body.range[1], ')'),
  ]
}

function signalsIn(unit: SourceUnit, body: TSESTree.BlockStatement): Edit[] {
  const edits: Edit[] = []
  walk(body, node => {
    if (isFunction(node)) return 'skip'
    const place = node.type === 'AwaitExpression' ? signalPlace(unit, node.argument) : undefined
    if (place) edits.push(threadSignal(unit.text, place, 'task.signal'))
    return undefined
  })
  return edits
}
