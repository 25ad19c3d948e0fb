import type { TSESTree } from '@typescript-eslint/types'
import type { SelfAwait, WaitForAllTasks } from '../analysis/facts.js'
import { runtimeMember } from '../analysis/tasks/runtime.js'
import type { SourceUnit } from '../analysis/unit.js'
import { isTaken } from '../analysis/scopes.js'
import { unwrap, walk } from '../analysis/walk.js'
import { nameTaken, runtime } from './awaiting.js'
import { insert, type Edit, type Rewrite } from './edit.js'
import { localName } from './imports.js'
import { hasCommentsAround, layoutOf, indentAt, indentLines, indentStep } from './layout.js'

/**
 * Tasks that are started one statement after the other, and all that the file starts, with a wait for all tasks behind them, become
 * the children of a group, which waits for them.
 */
export function ownAllTasks(unit: SourceUnit, fact: Pick<SelfAwait | WaitForAllTasks, 'node' | 'tasks'>): Rewrite {
  const { tasks } = fact
  const started = tasks && isWaitAlone(unit, fact.node, tasks) ? startedBefore(unit, fact.node) : undefined
  if (!tasks || !started) return { refused: 'The tasks are not all started right in front of this wait, so a group there would not be their owner.', at: fact.node }
  const need = { name: 'taskGroup', from: runtime }
  const name = localName(unit, need, tasks)
  if (name === undefined) return nameTaken(need, tasks)
  const group = isTaken(unit.scopes, fact.node, 'tg') ? 'group' : 'tg'
  const { newline } = layoutOf(unit)
  const [first] = started
  const last = started.at(-1) as Start
  const [indent, step] = [indentAt(unit.text, first.statement.range[0]), indentStep(unit.text, first.statement)]
  const edits: Edit[] = [
    insert(first.statement.range[0], `await ${name}(async ${group} => {${newline}${indent}${step}`),
    ...indentLines(unit, [first.statement.range[0], last.statement.range[1]], step),
    ...started.map(({ call }): Edit => ({ range: call.callee.range, text: `${group}.createTask` })),
    { range: fact.node.range, text: '})' },
  ]
  return { edits, imports: [need] }
}

/** Whether the statement does nothing but wait for all tasks: a group in its place would leave out the rest. */
function isWaitAlone(unit: SourceUnit, node: TSESTree.Node, tasks: TSESTree.CallExpression): boolean {
  const join = node.type === 'AwaitExpression' ? unwrap(node.argument) : undefined
  const [list, ...options] = join?.type === 'CallExpression' ? join.arguments : []
  const [only, ...others] = list?.type === 'ArrayExpression' ? list.elements : [list]
  const waited = only?.type === 'SpreadElement' ? only.argument : only
  return waited === tasks && tasks.arguments.length === 0 && others.length === 0 && options.length === 0 && !hasCommentsAround(unit, node, [])
}

interface Start {
  readonly statement: TSESTree.ExpressionStatement
  readonly call: TSESTree.CallExpression
}

/** The tasks that are started right in front of a wait whose result nobody uses; undefined where the file starts others too. */
function startedBefore(unit: SourceUnit, wait: TSESTree.Node): readonly [Start, ...Start[]] | undefined {
  const statement = wait.parent
  const block = statement?.type === 'ExpressionStatement' ? statement.parent : undefined
  if (block?.type !== 'BlockStatement') return undefined
  const found: Start[] = []
  for (let at = block.body.indexOf(statement as TSESTree.Statement) - 1; at >= 0; at--) {
    const before = block.body[at]
    const call = before?.type === 'ExpressionStatement' ? unwrap(before.expression) : undefined
    if (before?.type !== 'ExpressionStatement' || call?.type !== 'CallExpression' || runtimeMember(unit, call) !== 'createTask' || call.callee.type !== 'Identifier') break
    found.unshift({ statement: before, call })
  }
  let others = 0
  walk(unit.ast, node => {
    if (node.type === 'CallExpression' && ['createTask', 'background', 'start'].includes(runtimeMember(unit, node) ?? '')) others++
  })
  const [first, ...rest] = found
  return first && others === found.length ? [first, ...rest] : undefined
}
