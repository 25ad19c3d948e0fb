import type { TSESTree } from '@typescript-eslint/types'
import type { FloatingPromise } from '../facts.js'
import type { PromiseQuestion, Specifier } from '../types/oracle.js'
import type { SourceUnit } from '../unit.js'
import { isGlobal } from '../scopes.js'
import { memberName, unwrap, walk } from '../walk.js'
import { chainOf } from './chain.js'
import { neverRejects } from './rejection.js'

/** What may float. The names and meanings are those of typescript-eslint's rule, so that a team can switch by renaming. */
export interface FloatingOptions {
  /** Calls of these functions may float. */
  readonly allowForKnownSafeCalls: readonly Specifier[]
  /** Promises of these types may float. */
  readonly allowForKnownSafePromises: readonly Specifier[]
  /** Whether a thenable that is no Promise counts. */
  readonly checkThenables: boolean
  /** Whether an async function that is called where it is written may float. */
  readonly ignoreIIFE: boolean
  /** Whether `void` marks a promise as dropped on purpose. */
  readonly ignoreVoid: boolean
  /** Whether promises in variables are followed: those never awaited, and those that some path forgets. */
  readonly variables: boolean
}

export const defaultFloatingOptions: FloatingOptions = {
  allowForKnownSafeCalls: [],
  allowForKnownSafePromises: [],
  checkThenables: false,
  ignoreIIFE: false,
  ignoreVoid: true,
  variables: true,
}

/** Methods of an array that give back elements it has had before, and functions that give back their argument: nothing starts here. */
const arrayHandsBack = new Set(['copyWithin', 'fill', 'reverse', 'sort', 'splice'])
const objectHandsBack = new Set(['assign', 'defineProperties', 'defineProperty', 'freeze', 'preventExtensions', 'seal', 'setPrototypeOf'])

/** Every promise in the file that the statement which makes it drops, in the order of the source. */
export function floatingPromises(unit: SourceUnit, options: FloatingOptions): FloatingPromise[] {
  return droppingStatements(unit.ast).flatMap(statement => floatingPromisesAt(statement, unit, options))
}

/** The types of the nodes that {@link floatingPromisesAt} may find something at. */
export const floatingPlaces = ['ExpressionStatement', 'ArrowFunctionExpression'] as const

/** The promises that one node drops, for a host that walks the tree itself: asking during its walk is cheaper than behind it. */
export function floatingPromisesAt(node: TSESTree.Node, unit: SourceUnit, options: FloatingOptions): FloatingPromise[] {
  if (!isDropping(node)) return []
  const expression = node.type === 'ExpressionStatement' ? node.expression : (node.body as TSESTree.UnaryExpression)
  if (options.ignoreIIFE && isInvokedFunction(expression)) return []
  const question: PromiseQuestion = { thenables: options.checkThenables, safeTypes: options.allowForKnownSafePromises }
  return unhandled(unit, expression, question, options).flatMap(found => {
    const mayReject = !neverRejects(unit, found.node)
    // `(async () => { try { … } catch { … } })()` is written to be waited for by nobody, and handles its errors.
    if (!mayReject && isInvokedFunction(found.node)) return []
    return [{ kind: 'floating-promise' as const, statement: node, mayReject, certainty: 'proven' as const, because: [{ text: unit.types.evidence(found.node), node: found.node }], ...found }]
  })
}

type Statement = FloatingPromise['statement']
type Found = Pick<FloatingPromise, 'node' | 'shape' | 'uselessHandler'>

/** Whether a value is dropped here. `() => void f()` is such a place: what `void` drops, no caller can wait for. */
function isDropping(node: TSESTree.Node): node is Statement {
  return node.type === 'ExpressionStatement' || (node.type === 'ArrowFunctionExpression' && node.body.type === 'UnaryExpression')
}

const statements = new WeakMap<TSESTree.Program, Statement[]>()

/** Most of a typed file's nodes; nothing below them runs. */
const hasNoStatements = new Set(['Identifier', 'ImportDeclaration', 'Literal', 'TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'TSTypeAnnotation', 'TSTypeParameterDeclaration', 'TSTypeParameterInstantiation'])

function droppingStatements(ast: TSESTree.Program): Statement[] {
  let found = statements.get(ast)
  if (found) return found
  found = []
  walk(ast, node => {
    if (isDropping(node)) found.push(node)
    else if (hasNoStatements.has(node.type)) return 'skip'
    return undefined
  })
  statements.set(ast, found)
  return found
}

/** The promises among the operands of a dropped expression that nobody handles. */
function unhandled(unit: SourceUnit, outer: TSESTree.Expression, question: PromiseQuestion, options: FloatingOptions): Found[] {
  const node = outer.type === 'ChainExpression' ? outer.expression : outer
  const inner = (operand: TSESTree.Expression): Found[] => unhandled(unit, operand, question, options)
  const { types } = unit

  switch (node.type) {
    case 'AssignmentExpression':
    case 'UpdateExpression':
    case 'Literal':
      return []
    case 'SequenceExpression':
      return node.expressions.flatMap(inner)
    case 'UnaryExpression':
      return node.operator === 'void' && !options.ignoreVoid ? inner(node.argument) : []
    case 'CallExpression':
      if (types.isCallOf(node, options.allowForKnownSafeCalls)) return []
  }

  if (node.type === 'ConditionalExpression' || node.type === 'LogicalExpression') {
    if (types.isPromise(node, question) !== 'yes' && types.isPromiseList(node, question) !== 'yes') return []
    // Of `c && list` only the list is one: the other operand is what makes it false.
    return node.type === 'LogicalExpression' ? [...inner(node.left), ...inner(node.right)] : [...inner(node.consequent), ...inner(node.alternate)]
  }
  if (types.isPromiseList(node, question) === 'yes') {
    return callsArray(node) || callsObject(unit, node) ? [] : [{ node, shape: 'list', uselessHandler: false }]
  }
  if (node.type === 'AwaitExpression' || callsObject(unit, node) || types.isPromise(node, question) !== 'yes') return []

  switch (node.type) {
    case 'CallExpression': {
      const chain = chainOf(node)
      // What `finally` returns is a promise of its own, also behind a call that may float.
      const objectFloats = chain?.method === 'finally' && unhandled(unit, chain.object, question, { ...options, allowForKnownSafeCalls: [] }).length > 0
      if (chain?.method === 'finally') return objectFloats ? [{ node, shape: 'promise', uselessHandler: false }] : []
      if (!chain?.onRejected) return [{ node, shape: 'promise', uselessHandler: false }]
      return types.isCallable(chain.onRejected) === 'no' ? [{ node, shape: 'promise', uselessHandler: true }] : []
    }
    default:
      return [{ node, shape: 'promise', uselessHandler: false }]
  }
}

function callsArray(node: TSESTree.Expression): boolean {
  return node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && arrayHandsBack.has(memberName(node.callee) ?? '')
}

function callsObject({ scopes }: SourceUnit, node: TSESTree.Expression): boolean {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false
  return objectHandsBack.has(memberName(node.callee) ?? '') && isGlobal(scopes, node.callee.object, 'Object')
}

function isInvokedFunction(node: TSESTree.Expression): boolean {
  if (node.type !== 'CallExpression') return false
  const callee = unwrap(node.callee)
  return callee.type === 'ArrowFunctionExpression' || callee.type === 'FunctionExpression'
}
