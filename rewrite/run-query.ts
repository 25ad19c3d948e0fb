import type { LazyMisuse } from '../analysis/facts.js'
import type { SourceUnit } from '../analysis/unit.js'
import { whyNoAwait, whyNotDelayed } from './awaiting.js'
import { insert, type Edit, type Rewrite } from './edit.js'

/** `db.insert(row)` → `await db.insert(row)`, with the call that runs it where awaiting alone does not; in the place of a `void`. */
export function runQuery(unit: SourceUnit, { node, runsBy }: LazyMisuse): Rewrite {
  const refusal = whyNoAwait(unit, node) ?? whyNotDelayed(unit, node)
  if (refusal) return refusal
  const { parent } = node
  const marked = parent?.type === 'UnaryExpression' && parent.operator === 'void' ? parent : undefined
  const start: Edit = marked ? { range: [marked.range[0], marked.range[0] + 'void'.length], text: 'await' } : insert(node.range[0], 'await ')
  return { edits: runsBy === 'await' ? [start] : [start, insert(node.range[1], `.${runsBy}()`)], imports: [] }
}
