import type { TSESTree } from '@typescript-eslint/types'
import { constantValue, isGlobal, isReassigned, variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, memberName, unwrap, walkOwn, type FunctionNode } from '../walk.js'
import { chainOf } from './chain.js'

/**
 * Whether the promise that `node` gives can't reject as far as the code says: it calls an async function of this file
 * in which all that could fail stands in a `try` whose handler neither throws nor awaits, and which hands no promise on.
 */
export function neverRejects(unit: SourceUnit, node: TSESTree.Expression): boolean {
  if (node.type !== 'CallExpression') return false
  const fn = calledFunction(unit, node)
  if (!fn) return false
  const given = givenBy(fn)
  return catchesEverything(unit, fn) || (given !== undefined && hasHandler(unit, given.type === 'AwaitExpression' ? given.argument : given))
}

/** Whether the promise that `node` makes is fulfilled already, such as one that only stands in for another. */
export function isSettled(unit: SourceUnit, node: TSESTree.Expression): boolean {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false
  const { callee, arguments: [value] } = node
  if (memberName(callee) !== 'resolve' || !isGlobal(unit.scopes, callee.object, 'Promise')) return false
  return !value || (value.type !== 'SpreadElement' && unit.types.isPromise(value, { thenables: true, safeTypes: [] }) !== 'yes')
}

/** Whether the promise that `node` makes has a rejection handler that throws nothing itself; what `finally` adds does not count. */
export function hasHandler(unit: SourceUnit, node: TSESTree.Expression): boolean {
  const call = unwrap(node)
  const chain = call.type === 'CallExpression' ? chainOf(call) : undefined
  if (!chain) return false
  if (chain.method === 'finally') return hasHandler(unit, chain.object)
  const { onRejected } = chain
  if (!onRejected && chain.method === 'then' && hasHandler(unit, chain.object)) {
    const [next] = (call as TSESTree.CallExpression).arguments
    const step = next && next.type !== 'SpreadElement' ? functionNamed(unit, next) : undefined
    return step !== undefined && !step.async && !throws(step.body)
  }
  if (!onRejected || onRejected.type === 'SpreadElement' || unit.types.isCallable(onRejected) === 'no') return false
  const handler = functionNamed(unit, onRejected)
  return !handler || !throws(handler.body)
}

/** Whether the promise waits for an event and nothing else: `new Promise` whose function never rejects it, also out of a function of this file. */
export function onlyResolves(unit: SourceUnit, node: TSESTree.Expression): boolean {
  if (node.type === 'CallExpression') {
    const { callee } = node
    if (callee.type === 'MemberExpression') return memberName(callee) === 'allSettled' && isGlobal(unit.scopes, callee.object, 'Promise')
    const given = givenBy(calledFunction(unit, node))
    return given?.type === 'NewExpression' && onlyResolves(unit, given)
  }
  const [executor] = node.type === 'NewExpression' && isGlobal(unit.scopes, node.callee, 'Promise') ? node.arguments : []
  if (!executor || !isFunction(executor) || executor.async || executor.params.some(parameter => parameter.type !== 'Identifier')) return false
  const reject = executor.params[1]
  const isUsed = reject !== undefined && unit.scopes.getDeclaredVariables(executor).some(variable => variable.defs[0]?.name === reject && variable.references.length > 0)
  return !isUsed && !throws(executor.body)
}

/** What a function that does nothing else gives: its expression, or its only statement's. */
function givenBy(fn: FunctionNode | undefined): TSESTree.Expression | undefined {
  if (!fn || fn.generator) return undefined
  if (fn.body.type !== 'BlockStatement') return fn.body
  const [only, ...others] = fn.body.body
  if (others.length > 0) return undefined
  if (only?.type === 'ReturnStatement') return only.argument ?? undefined
  return only?.type === 'ExpressionStatement' && only.expression.type === 'AwaitExpression' ? only.expression : undefined
}

export function throws(body: TSESTree.Node): boolean {
  let found = false
  walkOwn(body, node => {
    found ||= node.type === 'ThrowStatement'
  })
  return found
}

/** Whether the async function lets no error out, as {@link neverRejects} asks of the one that is called. */
export function catchesEverything(unit: SourceUnit, fn: FunctionNode): boolean {
  if (!fn.async || fn.generator || fn.body.type !== 'BlockStatement') return false
  const { body } = fn.body
  let tries = false
  walkOwn(fn.body, inner => {
    tries ||= inner.type === 'TryStatement'
  })
  return tries && body.every(catchesAll) && !handsOn(unit, fn.body)
}

/** Whether a `return` may give a promise that it does not await: its rejection goes past every handler. */
function handsOn({ types }: SourceUnit, body: TSESTree.BlockStatement): boolean {
  let found = false
  walkOwn(body, node => {
    if (node.type !== 'ReturnStatement' || !node.argument || node.argument.type === 'AwaitExpression') return
    const isPlain = node.argument.type === 'Identifier' && node.argument.name === 'undefined'
    found ||= !isPlain && types.isPromise(node.argument, { thenables: true, safeTypes: [] }) !== 'no'
  })
  return found
}

/** The function of this file that a call runs, where it is certain which. */
export function calledFunction(unit: SourceUnit, { callee }: TSESTree.CallExpression): FunctionNode | undefined {
  return functionNamed(unit, callee)
}

/** The function of this file that an expression is or names, where it is certain which. */
export function functionNamed({ scopes }: SourceUnit, outer: TSESTree.Expression): FunctionNode | undefined {
  const value = unwrap(outer)
  if (isFunction(value)) return value
  const variable = value.type === 'Identifier' ? variableOf(scopes, value) : undefined
  if (!variable || isReassigned(variable)) return undefined
  const [definition] = variable.defs
  if (variable.defs.length === 1 && definition?.type === 'FunctionName' && isFunction(definition.node)) return definition.node
  const constant = constantValue(variable)
  return constant && isFunction(constant) ? constant : undefined
}

/** Whether the statement lets no error out; one that holds others does not where its own parts and they don't. */
function catchesAll(statement: TSESTree.Statement): boolean {
  switch (statement.type) {
    case 'BlockStatement':
      return statement.body.every(catchesAll)
    case 'IfStatement':
      return isHarmless(statement.test) && catchesAll(statement.consequent) && (!statement.alternate || catchesAll(statement.alternate))
    case 'ForStatement':
      return [statement.init, statement.test, statement.update].every(part => !part || isHarmless(part)) && catchesAll(statement.body)
    case 'WhileStatement':
    case 'DoWhileStatement':
      return isHarmless(statement.test) && catchesAll(statement.body)
    case 'ForOfStatement':
      return !statement.await && isHarmless(statement.left) && statement.right.type === 'Identifier' && catchesAll(statement.body)
  }
  if (statement.type !== 'TryStatement') return isHarmless(statement)
  return statement.handler !== null && rethrowsNothing(statement.handler.body) && (!statement.finalizer || rethrowsNothing(statement.finalizer))
}

/** A handler's own calls are taken not to throw: logging is what handlers do. */
function rethrowsNothing(block: TSESTree.BlockStatement): boolean {
  let harmless = true
  walkOwn(block, node => {
    if (node.type === 'ThrowStatement' || node.type === 'AwaitExpression') harmless = false
  })
  return harmless
}

const failing = new Set(['AwaitExpression', 'CallExpression', 'ForOfStatement', 'ImportExpression', 'MemberExpression', 'NewExpression', 'TaggedTemplateExpression', 'ThrowStatement', 'YieldExpression'])

/** Declares, compares or assigns names and literals, and calls nothing. */
function isHarmless(statement: TSESTree.Node): boolean {
  let harmless = true
  walkOwn(statement, node => {
    if (failing.has(node.type)) harmless = false
  })
  return harmless
}
