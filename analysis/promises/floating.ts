import type { TSESTree } from '@typescript-eslint/types'
import type { FloatingPromise } from '../facts.js'
import type { Finder } from '../find.js'
import type { PromiseQuestion, Specifier } from '../types/oracle.js'
import type { SourceUnit } from '../unit.js'
import { isLazy } from '../queries/lazy.js'
import { isGlobal } from '../scopes.js'
import { memberName, unwrap } from '../walk.js'
import { chainOf } from './chain.js'
import { isLookedAfter } from './handled.js'
import { isDoneAtOnce, neverRejects, rejectsNowhere } from './rejection.js'

/** What may float. Where typescript-eslint's rule has an option, name and meaning are its own, so that a team can switch by renaming. */
export interface FloatingOptions {
  /** Calls of these functions may float. */
  readonly allowForKnownSafeCalls: readonly Specifier[]
  /** Promises of these types may float. */
  readonly allowForKnownSafePromises: readonly Specifier[]
  /** Whether a thenable that is no Promise counts. */
  readonly checkThenables: boolean
  /** Whether calls may float of functions that catch the errors of what they wait for, or wait for nothing. */
  readonly ignoreCaught: boolean
  /** Whether an async function that is called where it is written may float. */
  readonly ignoreIIFE: boolean
  /** Whether `void` marks a promise as dropped on purpose. */
  readonly ignoreVoid: boolean
  /** Whether functions handed to JSX attributes that drop their promises count. */
  readonly attributes: boolean
  /** Whether functions handed to someone who drops their promises count: callbacks, listeners, properties that give void. */
  readonly callbacks: boolean
  /** Whether a promise counts where a value was meant: in a condition, in a spread, as a predicate's answer. */
  readonly conditions: boolean
  /** Whether promises in lists, Sets, Maps, objects and private fields are followed. */
  readonly containers: boolean
  /** Whether promises in variables are followed: those never awaited, and those that some path forgets. */
  readonly variables: boolean
}

export const defaultFloatingOptions: FloatingOptions = {
  allowForKnownSafeCalls: [],
  allowForKnownSafePromises: [],
  attributes: false,
  callbacks: true,
  checkThenables: false,
  conditions: true,
  containers: true,
  ignoreCaught: false,
  ignoreIIFE: false,
  ignoreVoid: true,
  variables: true,
}

/** Methods of an array that give back elements it has had before, and functions that give back their argument: nothing starts here. */
const arrayHandsBack = new Set(['copyWithin', 'fill', 'reverse', 'sort', 'splice'])
const objectHandsBack = new Set(['assign', 'defineProperties', 'defineProperty', 'freeze', 'preventExtensions', 'seal', 'setPrototypeOf'])

/** Promises that the statement which makes them drops. */
export const floatingFinder: Finder<FloatingPromise, FloatingOptions> = { types: ['ExpressionStatement', 'ArrowFunctionExpression'], at: floatingPromisesAt }

function floatingPromisesAt(node: TSESTree.Node, unit: SourceUnit, options: FloatingOptions): FloatingPromise[] {
  if (!isDropping(node)) return []
  const expression = node.type === 'ExpressionStatement' ? node.expression : (node.body as TSESTree.UnaryExpression)
  if (options.ignoreIIFE && isInvokedFunction(expression)) return []
  const question: PromiseQuestion = { thenables: options.checkThenables, safeTypes: options.allowForKnownSafePromises }
  return unhandled(unit, expression, question, options).flatMap(found => {
    if (isLazy(unit, found.node) || isLookedAfter(unit, found.node)) return []
    const isCaught = neverRejects(unit, found.node)
    // `(async () => { try { … } catch { … } })()` is written to be waited for by nobody, and handles its errors.
    if (isCaught && isInvokedFunction(found.node)) return []
    const isDone = isDoneAtOnce(unit, found.node)
    // It has settled, and never rejects: waiting for it would change nothing.
    if (isDone && isCaught) return []
    const loses = isDone ? 'throws' : isCaught || rejectsNowhere(unit, found.node) ? 'order' : 'errors'
    if (options.ignoreCaught && loses !== 'errors') return []
    return [{ kind: 'floating-promise' as const, statement: node, loses, certainty: 'proven' as const, because: [{ text: unit.types.evidence(found.node), node: found.node }], ...found }]
  })
}

type Statement = FloatingPromise['statement']
type Found = Pick<FloatingPromise, 'node' | 'shape' | 'uselessHandler'>

/** Whether a value is dropped here. `() => void f()` is such a place: what `void` drops, no caller can wait for. */
function isDropping(node: TSESTree.Node): node is Statement {
  return node.type === 'ExpressionStatement' || (node.type === 'ArrowFunctionExpression' && node.body.type === 'UnaryExpression')
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
