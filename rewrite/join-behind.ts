import type { TSESTree } from '@typescript-eslint/types'
import type { ContainedPromise } from '../analysis/facts.js'
import type { SourceUnit } from '../analysis/unit.js'
import { codeAround, waits } from '../analysis/walk.js'
import { nameTaken, runtime, whyNoAwait, whyNoPromiseAll, whyNotDelayed } from './awaiting.js'
import { insert, type ImportNeed, type Rewrite } from './edit.js'
import { localName } from './imports.js'
import { afterLineComment, endOf, indentAt, layoutOf, separatorAt } from './layout.js'

/** `const pending = []; for (…) pending.push(f(x))` → the same, and `await gather(pending)` behind it. */
export function joinBehind(unit: SourceUnit, { node, declaration, container, name, mentions }: ContainedPromise, target: 'structured-async' | 'native'): Rewrite {
  const refuse = (refused: string): Rewrite => ({ refused, at: node })
  const whole = declaration?.parent
  const block = whole?.parent
  if (!declaration || !whole || (block?.type !== 'BlockStatement' && block?.type !== 'Program')) return refuse('The container is declared in no block, so nothing can stand behind it.')
  if (container === 'object') return refuse('The promises have names. Await each where it is needed.')
  const body: readonly TSESTree.Node[] = block.body
  const ends = [declaration, ...mentions].map(mention => body.findIndex(statement => statement.range[0] <= mention.range[0] && mention.range[1] <= statement.range[1]))
  // `return pending.length` leaves: the join comes before it.
  const [from, to] = [Math.min(...ends), Math.max(...ends.filter(at => !['ReturnStatement', 'ThrowStatement'].includes(body[at]?.type ?? '')))]
  const last = body[to]
  if (from < 0 || !last) return refuse('The container is used outside the block that declares it.')
  // A rejection before the join would be unhandled: the same bug, a little later.
  if (body.slice(from, to + 1).some(waits)) return refuse(`The code between waits too, and a promise in \`${name}\` that rejects meanwhile would have no handler. Use a task group.`)
  if (codeAround(last) !== codeAround(node)) return refuse('The promise is made in another function.')
  const need: ImportNeed = { name: 'gather', from: runtime }
  const join = target === 'native' ? 'Promise.all' : localName(unit, need, last)
  if (join === undefined) return nameTaken(need, last)
  const refusal = whyNoAwait(unit, node) ?? whyNotDelayed(unit, last) ?? (target === 'native' ? whyNoPromiseAll(unit, last) : undefined)
  if (refusal) return refusal
  const end = afterLineComment(unit.text, endOf(unit, last))
  const { newline } = layoutOf(unit)
  const list = container === 'map' ? `${name}.values()` : name
  return { edits: [insert(end, `${newline}${indentAt(unit.text, last.range[0])}await ${join}(${list})${separatorAt(unit, end)}`)], imports: target === 'native' ? [] : [need] }
}
