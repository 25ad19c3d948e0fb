import type { TSESTree } from '@typescript-eslint/types'
import type { LateAwait } from '../analysis/facts.js'
import type { SourceUnit } from '../analysis/unit.js'
import { insert, type Rewrite } from './edit.js'
import { indentAt, layoutOf } from './layout.js'

/**
 * `const p = f()` → `const p = f()⏎p.catch(() => {})`, and `p = f()` likewise: nothing changes but that a rejection before the await is no unhandled
 * one; the await still throws it.
 */
export function attachHandler(unit: SourceUnit, { node, holder, name, wait }: LateAwait): Rewrite {
  const refuse = (refused: string): Rewrite => ({ refused, at: node })
  if (unit.types.isPromiseList(node, { thenables: false, safeTypes: [] }) === 'yes') return refuse('These are several promises, each of which would need a handler of its own. Join them with gather() or Promise.all().')
  const statement = statementOf(holder, node)
  if (!statement) return refuse(`\`${name}\` may hold no promise here. Attach a handler where it does.`)
  if (statement.range[0] <= wait.range[0] && wait.range[1] <= statement.range[1]) return refuse('The statement itself waits before anything could follow it. Split it in two first.')
  const block = statement.parent
  if (block?.type !== 'BlockStatement' && block?.type !== 'Program') return refuse('The statement stands in no block, so nothing can follow it. Give it a block first.')
  const { text } = unit
  const { newline, semicolon } = layoutOf(unit)
  const [start, end] = statement.range
  const rest = /^[^\r\n]*/.exec(text.slice(end))?.[0] ?? ''
  if (!/^[\t ]*(?:\/\/.*)?$/.test(rest)) return refuse('Other code stands on the line of the statement. Give it a line of its own first.')
  return { edits: [insert(end + rest.length, `${newline}${indentAt(text, start)}// Awaited later: until then a rejection would be unhandled.${newline}${indentAt(text, start)}${name}${unit.types.isNullable(node) === 'yes' ? '?' : ''}.catch(() => {})${semicolon}`)], imports: [] }
}

/** The declaration or the assignment that puts just this value there, where that is all that its statement does. */
function statementOf(holder: LateAwait['holder'], value: TSESTree.Expression): TSESTree.Node | undefined {
  const { parent } = holder
  if (parent.type === 'VariableDeclarator') return parent.init === value ? parent.parent : undefined
  return parent.type === 'AssignmentExpression' && parent.operator === '=' && parent.right === value && parent.parent.type === 'ExpressionStatement' ? parent.parent : undefined
}
