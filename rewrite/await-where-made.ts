import type { TSESTree } from '@typescript-eslint/types'
import type { ForgottenPromise } from '../analysis/facts.js'
import { isReassigned, variableOf } from '../analysis/scopes.js'
import type { SourceUnit } from '../analysis/unit.js'
import { whyNoAwait, whyNotDelayed } from './awaiting.js'
import { insert, type Edit, type Rewrite } from './edit.js'

/** `const p = f(); …; await p` → `const p = await f(); …; p`: on every path it is waited for, and earlier than before. */
export function awaitWhereMade(unit: SourceUnit, fact: ForgottenPromise): Rewrite {
  const { node, identifier, mentions, name } = fact
  const refuse = (refused: string): Rewrite => ({ refused, at: node })
  if (unit.types.isPromiseList(node, { thenables: false, safeTypes: [] }) === 'yes') return refuse('These are several promises, which one await does not wait for. Join them with gather() or Promise.all().')
  if (identifier.typeAnnotation) return refuse(`\`${name}\` is declared to hold a promise. Change its type first.`)
  if (node.parent.type !== 'VariableDeclarator' || node.parent.id !== identifier) return refuse(`\`${name}\` may hold something else too. Await it at the place where it is used.`)
  const variable = variableOf(unit.scopes, identifier)
  if (!variable || isReassigned(variable)) return refuse(`\`${name}\` gets another value later. Await each promise where it is used.`)
  const edits: Edit[] = []
  for (const { parent: use, loc } of mentions) {
    if (use?.type !== 'AwaitExpression') return refuse(`\`${name}\` is used as a promise on line ${loc.start.line}. Await it there.`)
    const handler = tryAround(use, node)
    if (handler) return refuse(`The \`try\` on line ${handler.loc.start.line} is to catch its error. Move the making into it.`)
    const edit = use.parent.type === 'ExpressionStatement' ? withoutStatement(unit, use.parent) : { range: [use.range[0], use.range[0] + (/^await\s*/.exec(unit.text.slice(use.range[0]))?.[0].length ?? 0)] as const, text: '' }
    if (!edit) return refuse(`The \`await ${name}\` on line ${loc.start.line} shares its line with other code. Give it a line of its own first.`)
    edits.push(edit)
  }
  const refusal = whyNoAwait(unit, node) ?? whyNotDelayed(unit, node)
  if (refusal) return refusal
  return { edits: [declarationOrCall(unit, fact), ...edits], imports: [] }
}

/** `const p = f()` → `const p = await f()`; where nothing reads the value, `await f()`. */
function declarationOrCall({ text }: SourceUnit, { node, identifier, mentions }: ForgottenPromise): Edit {
  const declaration = identifier.parent.parent as TSESTree.VariableDeclaration
  const isRead = mentions.some(({ parent }) => parent?.parent?.type !== 'ExpressionStatement')
  const isOnlyOne = declaration.type === 'VariableDeclaration' && declaration.declarations.length === 1 && declaration.parent.type !== 'ForStatement'
  const hasComment = /\/[/*]/.test(text.slice(declaration.range[0], node.range[0]))
  return isRead || !isOnlyOne || hasComment ? insert(node.range[0], 'await ') : { range: [declaration.range[0], node.range[0]], text: 'await ' }
}

/** The innermost try whose block holds `inner` and not `outer`: its handler would not get the error any more. */
function tryAround(inner: TSESTree.Node, outer: TSESTree.Node): TSESTree.TryStatement | undefined {
  for (let below = inner, at = inner.parent; at; below = at, at = at.parent) {
    const holdsBoth = below.range[0] <= outer.range[0] && outer.range[1] <= below.range[1]
    if (at.type === 'TryStatement' && at.block === below && !holdsBoth) return at
  }
  return undefined
}

/** The statement with its line, where it has one of its own in a block and the next one could not be taken for a part of the one before. */
function withoutStatement({ text }: SourceUnit, { range: [start, end], parent }: TSESTree.Node): Edit | undefined {
  if (parent?.type !== 'BlockStatement' && parent?.type !== 'Program') return undefined
  const from = text.lastIndexOf('\n', start - 1) + 1
  const rest = /^[\t ]*\r?\n/.exec(text.slice(end))
  if (!/^[\t ]*$/.test(text.slice(from, start)) || !rest) return undefined
  if (/^\s*[([`+\-/]/.test(text.slice(end))) return undefined
  return { range: [from, end + rest[0].length], text: '' }
}
