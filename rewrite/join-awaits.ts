import type { TSESTree } from '@typescript-eslint/types'
import type { LateAwait } from '../analysis/facts.js'
import { variableOf } from '../analysis/scopes.js'
import type { SourceUnit } from '../analysis/unit.js'
import { waits } from '../analysis/walk.js'
import { nameTaken, runtime, whyNoPromiseAll } from './awaiting.js'
import type { ImportNeed, Rewrite } from './edit.js'
import { localName } from './imports.js'
import { endOf } from './layout.js'

/** Statements that follow each other, each of which awaits one promise. */
export interface AwaitRun {
  readonly statements: readonly AwaitStatement[]
}

interface AwaitStatement {
  readonly node: TSESTree.ExpressionStatement | TSESTree.VariableDeclaration
  readonly awaited: TSESTree.Expression
  /** What the value is bound to; undefined where it is dropped. */
  readonly target: TSESTree.Node | undefined
}

/**
 * The run of awaits from the one that suspends to the one that takes charge of the promise, where they stand together and
 * all but the first await a variable that holds its promise before; undefined where they do not.
 */
export function runOfAwaits(unit: SourceUnit, { wait, handler }: Pick<LateAwait, 'wait' | 'handler'>): AwaitRun | undefined {
  const first = statementAround(wait)
  const last = handler && statementAround(handler)
  const block = first?.parent
  if (!first || !last || block !== last.parent || (block?.type !== 'BlockStatement' && block?.type !== 'Program')) return undefined
  const body: readonly TSESTree.Node[] = block.body
  const statements = body.slice(body.indexOf(first), body.indexOf(last) + 1).map(readAwait)
  if (statements.length < 2 || !statements.every(statement => statement !== undefined)) return undefined
  if (statements.slice(1).some(({ awaited }) => awaited.type !== 'Identifier') || (statements[0] && waits(statements[0].awaited))) return undefined
  const [from, to] = [first.range[0], last.range[1]]
  if (statements.some(({ awaited }) => awaited.type === 'SequenceExpression' || (awaited.type === 'Identifier' && isDeclaredIn(unit, awaited, from, to)))) return undefined
  if (unit.ast.comments?.some(({ range }) => range[0] > from && range[1] < to)) return undefined
  return { statements }
}

/** `const x = await a; const y = await b` → `const [x, y] = await gather([a, b])`, or `Promise.all` without the runtime. */
export function joinAwaits(unit: SourceUnit, { statements }: AwaitRun, target: 'structured-async' | 'native'): Rewrite {
  const { text } = unit
  const [first, last] = [statements[0] as AwaitStatement, statements.at(-1) as AwaitStatement]
  const need: ImportNeed = { name: 'gather', from: runtime }
  const join = target === 'native' ? 'Promise.all' : localName(unit, need, first.node)
  if (join === undefined) return nameTaken(need, first.node)
  const refusal = target === 'native' && whyNoPromiseAll(unit, first.node)
  if (refusal) return refusal
  const lastTarget = statements.findLastIndex(statement => statement.target)
  const names = statements.slice(0, lastTarget + 1).map(statement => (statement.target ? text.slice(...statement.target.range) : ''))
  const binding = lastTarget < 0 ? '' : `const [${names.join(', ')}] = `
  const call = `${binding}await ${join}([${statements.map(({ awaited }) => text.slice(...awaited.range)).join(', ')}])`
  const end = endOf(unit, last.node)
  return { edits: [{ range: [first.node.range[0], end], text: `${call}${text[end - 1] === ';' ? ';' : ''}` }], imports: target === 'native' ? [] : [need] }
}

/** `const q = await f(); await q`: the value of one is what the next waits for. */
function isDeclaredIn(unit: SourceUnit, name: TSESTree.Identifier, from: number, to: number): boolean {
  const declared = variableOf(unit.scopes, name)?.defs[0]?.name.range[0]
  return declared !== undefined && from <= declared && declared < to
}

function statementAround(node: TSESTree.Node): TSESTree.Node | undefined {
  for (let at: TSESTree.Node | undefined = node; at; at = at.parent) if (at.parent?.type === 'BlockStatement' || at.parent?.type === 'Program') return at
  return undefined
}

function readAwait(node: TSESTree.Node): AwaitStatement | undefined {
  if (node.type === 'ExpressionStatement') return node.expression.type === 'AwaitExpression' ? { node, awaited: node.expression.argument, target: undefined } : undefined
  if (node.type !== 'VariableDeclaration' || node.kind !== 'const' || node.declarations.length !== 1) return undefined
  const { id, init } = node.declarations[0] as TSESTree.VariableDeclarator
  const isTyped = 'typeAnnotation' in id && id.typeAnnotation
  return init?.type === 'AwaitExpression' && !isTyped ? { node, awaited: init.argument, target: id } : undefined
}
