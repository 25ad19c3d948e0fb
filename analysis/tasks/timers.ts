import type { TSESTree } from '@typescript-eslint/types'
import { functionBehind } from '../effects/functions.js'
import { constantValue, isGlobal, variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, memberName, unwrap, walk, walkOwn, type FunctionNode } from '../walk.js'

/** A promise that a timer settles, and that nothing stops when it is no longer wanted. */
export interface TimerPromise {
  /** The call of `setTimeout`. */
  readonly call: TSESTree.CallExpression
  /** The `new Promise` around it, where that is one. */
  readonly promise: TSESTree.NewExpression | undefined
  /** Where it is written. */
  readonly unit: SourceUnit
  /** How long it takes, in milliseconds, where constants say so. */
  readonly ms: number | undefined
  /** The expression that says how long, where it is one of the file that asks and means the same there. */
  readonly delay: TSESTree.Expression | undefined
  /** Whether it can only be rejected. */
  readonly rejects: boolean
}

/** The timer behind a promise; undefined where there is none, or where something clears it, or lets the process end before. */
export function timerOf(unit: SourceUnit, outer: TSESTree.Expression, depth = 0): TimerPromise | undefined {
  const node = unwrap(outer)
  if (node.type === 'Identifier') {
    const variable = variableOf(unit.scopes, node)
    const value = variable && constantValue(variable)
    return value && depth < deepest ? timerOf(unit, value, depth + 1) : undefined
  }
  if (node.type === 'NewExpression') return timerInExecutor(unit, node)
  if (node.type !== 'CallExpression') return undefined
  const callee = unwrap(node.callee)
  if (callee.type === 'MemberExpression' && memberName(callee) === 'then') {
    const before = timerOf(unit, callee.object as TSESTree.Expression, depth)
    const [callback] = node.arguments
    return before && { ...before, rejects: before.rejects || (callback !== undefined && isFunction(callback) && alwaysThrows(callback)) }
  }
  const target = unit.types.callee(node)
  if (target.kind === 'declared' && /^(?:node:)?timers\/promises$/.test(target.package ?? '') && target.member === 'setTimeout') {
    const [delay] = node.arguments
    // With options it may have a signal, or let the process go.
    return node.arguments.length > 2 ? undefined : { call: node, promise: undefined, unit, ms: milliseconds(unit, delay), delay: expressionOf(delay), rejects: false }
  }
  const fn = target.kind === 'function' && depth < deepest ? functionBehind(unit, node) : undefined
  return fn && given(node, fn.fn, timerInFunction(fn.unit, fn.fn, depth + 1))
}

const deepest = 3

/** The number of milliseconds that an expression of constants comes to. */
export function milliseconds(unit: SourceUnit, outer: TSESTree.Node | undefined): number | undefined {
  if (!outer || outer.type === 'SpreadElement') return undefined
  const node = unwrap(outer as TSESTree.Expression)
  if (node.type === 'Literal') return typeof node.value === 'number' ? node.value : undefined
  if (node.type === 'Identifier') {
    const variable = variableOf(unit.scopes, node)
    const value = variable && constantValue(variable)
    return value && value !== node ? milliseconds(unit, value) : undefined
  }
  if (node.type !== 'BinaryExpression' || node.left.type === 'PrivateIdentifier') return undefined
  const [left, right] = [milliseconds(unit, node.left), milliseconds(unit, node.right)]
  if (left === undefined || right === undefined) return undefined
  return node.operator === '*' ? left * right : node.operator === '+' ? left + right : node.operator === '-' ? left - right : node.operator === '/' ? left / right : undefined
}

/** `new Promise((_, reject) => setTimeout(() => reject(…), 5000))`. */
function timerInExecutor(unit: SourceUnit, node: TSESTree.NewExpression): TimerPromise | undefined {
  const [executor] = node.arguments
  if (!isGlobal(unit.scopes, node.callee, 'Promise') || !executor || !isFunction(executor)) return undefined
  const calls: TSESTree.CallExpression[] = []
  let isAlone = true
  walkOwn(executor.body, inner => {
    if (inner.type !== 'CallExpression') return undefined
    if (isTimer(unit, inner)) {
      calls.push(inner)
      return 'skip'
    }
    // Something else may settle it: a timer that is one of several ways belongs to whoever wrote them.
    isAlone = false
    return undefined
  })
  const [call, ...others] = calls
  if (!call || others.length > 0 || !isAlone || isStopped(unit, call)) return undefined
  const [resolve, reject] = executor.params
  const [callback, delay] = call.arguments
  const mentions = (parameter: TSESTree.Parameter | undefined): boolean => parameter?.type === 'Identifier' && callback !== undefined && mentionsVariable(unit, callback, parameter)
  if (!mentions(resolve) && !mentions(reject)) return undefined
  return { call, promise: node, unit, ms: milliseconds(unit, delay), delay: expressionOf(delay), rejects: mentions(reject) && !mentions(resolve) }
}

/** A function that gives such a promise, or waits for one at once. */
function timerInFunction(unit: SourceUnit, fn: FunctionNode, depth: number): TimerPromise | undefined {
  if (fn.body.type !== 'BlockStatement') return timerOf(unit, fn.body, depth)
  const [first] = fn.body.body
  if (first?.type === 'ReturnStatement' && first.argument) return timerOf(unit, first.argument, depth)
  if (!fn.async || first?.type !== 'ExpressionStatement' || first.expression.type !== 'AwaitExpression') return undefined
  const timer = timerOf(unit, first.expression.argument, depth)
  return timer && { ...timer, rejects: timer.rejects || fn.body.body.at(-1)?.type === 'ThrowStatement' }
}

/** How long it takes as the caller says: what it gives for the parameter that says so. */
function given(call: TSESTree.CallExpression, fn: FunctionNode, timer: TimerPromise | undefined): TimerPromise | undefined {
  if (!timer) return undefined
  const { delay, unit } = timer
  const variable = delay?.type === 'Identifier' ? variableOf(unit.scopes, delay) : undefined
  const at = variable ? fn.params.findIndex(parameter => (parameter.type === 'AssignmentPattern' ? parameter.left : parameter) === variable.defs[0]?.name) : -1
  if (at < 0) return { ...timer, promise: undefined, delay: timer.ms === undefined ? undefined : delay }
  const argument = expressionOf(call.arguments[at])
  const parameter = fn.params[at]
  const otherwise = !argument && parameter?.type === 'AssignmentPattern' ? milliseconds(unit, parameter.right) : undefined
  return { ...timer, promise: undefined, delay: argument, ms: argument ? milliseconds(unit, argument) : otherwise }
}

function isTimer(unit: SourceUnit, { callee: outer }: TSESTree.CallExpression): boolean {
  const callee = unwrap(outer)
  if (callee.type === 'MemberExpression') return memberName(callee) === 'setTimeout' && (isGlobal(unit.scopes, callee.object, 'globalThis') || isGlobal(unit.scopes, callee.object, 'window'))
  return isGlobal(unit.scopes, callee, 'setTimeout')
}

/** Whether the timer's handle goes anywhere: somebody may clear it, or let the process go. */
function isStopped(unit: SourceUnit, call: TSESTree.CallExpression): boolean {
  const { parent } = call
  if (parent.type === 'ExpressionStatement' || (parent.type === 'ArrowFunctionExpression' && parent.body === call)) return false
  const holder = parent.type === 'VariableDeclarator' ? parent.id : parent.type === 'AssignmentExpression' && parent.right === call ? parent.left : undefined
  const variable = holder?.type === 'Identifier' ? (parent.type === 'VariableDeclarator' ? unit.scopes.getDeclaredVariables(parent)[0] : variableOf(unit.scopes, holder)) : undefined
  return !variable || variable.references.some(reference => reference.isRead())
}

function alwaysThrows({ body }: FunctionNode): boolean {
  return body.type === 'BlockStatement' && body.body.at(-1)?.type === 'ThrowStatement'
}

function mentionsVariable(unit: SourceUnit, root: TSESTree.Node, name: TSESTree.Identifier): boolean {
  let found = false
  walk(root, node => {
    found ||= node.type === 'Identifier' && variableOf(unit.scopes, node)?.defs[0]?.name === name
  })
  return found
}

function expressionOf(argument: TSESTree.CallExpressionArgument | undefined): TSESTree.Expression | undefined {
  return argument && argument.type !== 'SpreadElement' ? argument : undefined
}
