import type { TSESTree } from '@typescript-eslint/types'
import { foundAlone, type FoundFunction } from '../effects/functions.js'
import { endsProcess } from '../flow/expressions.js'
import { constantValue, isGlobal, isReassigned, promiseStatic, variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { handlerAround, isFunction, memberName, ownMethod, returnedBy, unwrap, walkOwn, type FunctionNode } from '../walk.js'
import { isUnasked } from './asked-for.js'
import { chainOf } from './chain.js'
import { mapperOf } from './lists.js'
import { isHandledByLibrary } from './owned-by-library.js'

/**
 * Whether a promise that nobody looks at for a while may do harm. Where the code of what is called is there it decides;
 * else what is named like a timer or a wait for an event is taken to reject for no reason of its own.
 */
export function mayReject(unit: SourceUnit, node: TSESTree.Expression): boolean {
  return !neverRejects(unit, node) && !isNamedLikeWait(unit, node)
}

/**
 * Whether the promise, or the list of them, that `node` gives can't reject as far as the code says: it waits for an event
 * and nothing else, it has a handler, or what makes it lets no error out: a function of the project, or a library that looks after it.
 */
export function neverRejects(unit: SourceUnit, outer: TSESTree.Expression): boolean {
  const node = unwrap(outer)
  if (node.type === 'NewExpression') return onlyResolves(unit, node)
  if (node.type !== 'CallExpression') return false
  if (promiseStatic(unit.scopes, node) === 'allSettled') return true
  if (hasHandler(unit, node) || isSettled(unit, node)) return true
  const mapper = mapperOf(node)
  const isList = mapper !== undefined && unit.types.isPromiseList(node, { thenables: false, safeTypes: [] }) === 'yes'
  if (!isList) {
    const target = runBy(unit, node)
    return target ? letsNoErrorOut(target.unit, target.fn) : isHandledByLibrary(unit, node)
  }
  const fn = mapper.type === 'SpreadElement' ? undefined : functionNamed(unit, mapper)
  return fn !== undefined && letsNoErrorOut(unit, fn)
}

/** Whether the function that a call runs rejects on no path that is written, as {@link endsItsErrors} has it. */
export function rejectsNowhere(unit: SourceUnit, outer: TSESTree.Expression): boolean {
  const node = unwrap(outer)
  const target = node.type === 'CallExpression' ? runBy(unit, node) : undefined
  return target !== undefined && endsItsErrors(target.unit, target.fn, node as TSESTree.CallExpression)
}

/**
 * Whether each wait of an async function can't fail, or stands in a `try` that ends its error there, and so does each `throw` but what the
 * given call does not ask for. That any call might throw is no path.
 */
export function endsItsErrors(unit: SourceUnit, fn: FunctionNode, call?: TSESTree.CallExpression): boolean {
  if (letsNoErrorOut(unit, fn)) return true
  if (!fn.async || fn.generator || underway.has(fn)) return false
  underway.add(fn)
  try {
    let isEnded = true
    const isSpared: Spared = statement => call !== undefined && isUnasked(unit, statement, fn, call)
    walkOwn(fn.body, inner => {
      isEnded &&= inner.type !== 'ThrowStatement' || isSpared(inner) || isInCatchAll(unit, inner, isSpared)
    })
    const isEndedWait = (wait: TSESTree.Node): boolean => isSafe(unit, wait) || isInCatchAll(unit, wait, isSpared) || (wait.type === 'AwaitExpression' && rejectsNowhere(unit, wait.argument))
    return isEnded && waitsIn(fn).every(isEndedWait) && returnedBy(fn).every(value => unit.types.isPromise(value, { thenables: true, safeTypes: [] }) === 'no' || rejectsNowhere(unit, value))
  } finally {
    underway.delete(fn)
  }
}

/** Whether an async function is called that waits for nothing and hands no promise on: it is done when it has given its own. */
export function isDoneAtOnce(unit: SourceUnit, outer: TSESTree.Expression): boolean {
  const node = unwrap(outer)
  const target = node.type === 'CallExpression' ? runBy(unit, node) : undefined
  return target !== undefined && waitsForNothing(target.unit, target.fn)
}

/** Whether an async function never waits and hands no promise on. */
export function waitsForNothing(unit: SourceUnit, fn: FunctionNode): boolean {
  return waitsIn(fn).length === 0 && waitsSafely(unit, fn)
}

/** The function that a call runs, in this file or in another one of the project. */
function runBy(unit: SourceUnit, call: TSESTree.CallExpression): FoundFunction | undefined {
  const fn = calledFunction(unit, call)
  return fn ? { unit, fn } : foundAlone(unit, unit.types.callee(call))
}

/** Whether a `throw` is on no path of the call that is asked about. */
type Spared = (statement: TSESTree.ThrowStatement) => boolean

/** Functions that are being asked about: one that leads back to itself, by a chain or in a handler, is no proof of itself. */
const underway = new Set<FunctionNode>()

/** Whether the promise that a function gives can't reject, as {@link neverRejects} asks of a call. */
export function letsNoErrorOut(unit: SourceUnit, fn: FunctionNode): boolean {
  if (underway.has(fn)) return false
  underway.add(fn)
  try {
    return catchesEverything(unit, fn) || givesHarmlessOnly(unit, fn)
  } finally {
    underway.delete(fn)
  }
}

function givesHarmlessOnly(unit: SourceUnit, fn: FunctionNode): boolean {
  const given = givenBy(fn)
  const isHarmless = (value: TSESTree.Expression): boolean => {
    if (neverRejects(unit, value.type === 'AwaitExpression' ? value.argument : value)) return true
    return !fn.async && unit.types.isPromise(value, { thenables: true, safeTypes: [] }) === 'no'
  }
  return given.length > 0 && given.every(isHarmless)
}

function isNamedLikeWait(unit: SourceUnit, node: TSESTree.Expression): boolean {
  if (node.type !== 'CallExpression' || calledFunction(unit, node)) return false
  const callee = unwrap(node.callee)
  const name = callee.type === 'Identifier' ? callee.name : callee.type === 'MemberExpression' ? memberName(callee) : undefined
  return name !== undefined && /^(?:delay|pause|setImmediate|setTimeout|sleep|timeout|wait|waitFor\w*)$/.test(name)
}

/** Whether the promise that `node` makes is fulfilled already, such as one that only stands in for another. */
export function isSettled(unit: SourceUnit, node: TSESTree.Expression): boolean {
  if (node.type !== 'CallExpression' || promiseStatic(unit.scopes, node) !== 'resolve') return false
  const [value] = node.arguments
  return !value || (value.type !== 'SpreadElement' && unit.types.isPromise(value, { thenables: true, safeTypes: [] }) !== 'yes')
}

/** Whether the promise that `node` makes has a rejection handler that throws nothing itself; what `finally` adds does not count. */
export function hasHandler(unit: SourceUnit, node: TSESTree.Expression): boolean {
  const call = unwrap(node)
  const chain = call.type === 'CallExpression' ? chainOf(call) : undefined
  if (!chain) return false
  if (chain.method === 'finally') return hasHandler(unit, chain.object)
  const { onRejected } = chain
  if (!onRejected && chain.method === 'then' && neverRejects(unit, chain.object)) {
    const [next] = (call as TSESTree.CallExpression).arguments
    const step = next && next.type !== 'SpreadElement' ? functionNamed(unit, next) : undefined
    return step !== undefined && !step.async && !throws(step.body)
  }
  if (!onRejected || onRejected.type === 'SpreadElement' || unit.types.isCallable(onRejected) === 'no') return false
  const handler = functionNamed(unit, onRejected)
  return !handler || !throws(handler.body)
}

/** `new Promise` whose function never rejects it. */
function onlyResolves(unit: SourceUnit, node: TSESTree.NewExpression): boolean {
  const [executor] = isGlobal(unit.scopes, node.callee, 'Promise') ? node.arguments : []
  // `new Promise(requestAnimationFrame)`: what takes one function can't reject.
  if (executor?.type === 'Identifier') return ['queueMicrotask', 'requestAnimationFrame', 'setImmediate', 'setTimeout'].some(name => isGlobal(unit.scopes, executor, name))
  if (!executor || !isFunction(executor) || executor.async || executor.params.some(parameter => parameter.type !== 'Identifier')) return false
  const reject = executor.params[1]
  const isUsed = reject !== undefined && unit.scopes.getDeclaredVariables(executor).some(variable => variable.defs[0]?.name === reject && variable.references.length > 0)
  return !isUsed && !throws(executor.body)
}

/**
 * What a function may give, where that is all that can reject: of an async one, its expression or its only statement's. What
 * others throw keeps the promise from being made, so of these all their returns count.
 */
function givenBy(fn: FunctionNode): readonly TSESTree.Expression[] {
  if (fn.generator) return []
  if (fn.body.type !== 'BlockStatement') return [fn.body]
  if (!fn.async) return returnedBy(fn)
  const [only, ...others] = fn.body.body
  if (others.length > 0) return []
  if (only?.type === 'ReturnStatement') return only.argument ? [only.argument] : []
  return only?.type === 'ExpressionStatement' && only.expression.type === 'AwaitExpression' ? [only.expression] : []
}

/**
 * Whether an async function waits for nothing that could fail: it never waits, or only in a `try` whose handler throws and waits for
 * nothing, and it hands no promise on. What else it does fails as it would without `async`.
 */
export function waitsSafely(unit: SourceUnit, fn: FunctionNode): boolean {
  if (!fn.async || fn.generator) return false
  const given = returnedBy(fn)
  return waitsIn(fn).every(wait => isSafe(unit, wait) || isInCatchAll(unit, wait)) && given.every(value => unit.types.isPromise(value, { thenables: true, safeTypes: [] }) === 'no')
}

/**
 * Whether an executor that waits safely can't fail otherwise either: all it does besides is to settle its promise. What it threw
 * would not reject the promise, as it would without `async`.
 */
export function onlySettles(unit: SourceUnit, fn: FunctionNode): boolean {
  if (!waitsSafely(unit, fn)) return false
  const settlers = unit.scopes.getDeclaredVariables(fn).flatMap(variable => variable.references.map(({ identifier }) => identifier as TSESTree.Node))
  let harmless = true
  walkOwn(fn.body, node => {
    if (node.type === 'AwaitExpression') return 'skip'
    const settles = node.type === 'CallExpression' && settlers.includes(node.callee) && node.arguments.every(argument => argument.type === 'Identifier' || argument.type === 'Literal' || argument.type === 'AwaitExpression')
    if (failing.has(node.type) && !settles) harmless = false
    return undefined
  })
  return harmless
}

function waitsIn(fn: FunctionNode): TSESTree.Node[] {
  const found: TSESTree.Node[] = []
  walkOwn(fn.body, node => {
    if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await) || (node.type === 'VariableDeclaration' && node.kind === 'await using')) found.push(node)
  })
  return found
}

/** Whether a wait is for what can't reject. */
function isSafe(unit: SourceUnit, wait: TSESTree.Node): boolean {
  return wait.type === 'AwaitExpression' && !mayReject(unit, wait.argument)
}

function isInCatchAll(unit: SourceUnit, wait: TSESTree.Node, isSpared?: Spared): boolean {
  const around = handlerAround(wait)
  return around?.handler !== undefined && around.handler !== null && rethrowsNothing(unit, around.handler.body, isSpared) && (!around.finalizer || rethrowsNothing(unit, around.finalizer))
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
  return tries && body.every(statement => catchesAll(unit, statement)) && !handsOn(unit, fn.body)
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
  const inner = unwrap(callee)
  return inner.type === 'MemberExpression' ? ownMethod(inner) : functionNamed(unit, inner)
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
  const given = constant?.type === 'CallExpression' ? memoised(constant) : constant
  return given && isFunction(given) ? given : undefined
}

/** What `useCallback(fn, […])` hands back: `fn` (react.dev/reference/react/useCallback). */
function memoised({ callee, arguments: [fn] }: TSESTree.CallExpression): TSESTree.Node | undefined {
  const name = callee.type === 'Identifier' ? callee.name : callee.type === 'MemberExpression' ? memberName(callee) : undefined
  return name === 'useCallback' ? fn : undefined
}

/** Whether the statement lets no error out; one that holds others does not where its own parts and they don't. */
function catchesAll(unit: SourceUnit, statement: TSESTree.Statement): boolean {
  switch (statement.type) {
    case 'BlockStatement':
      return statement.body.every(inner => catchesAll(unit, inner))
    case 'IfStatement':
      return isHarmless(statement.test) && catchesAll(unit, statement.consequent) && (!statement.alternate || catchesAll(unit, statement.alternate))
    case 'ForStatement':
      return [statement.init, statement.test, statement.update].every(part => !part || isHarmless(part)) && catchesAll(unit, statement.body)
    case 'WhileStatement':
    case 'DoWhileStatement':
      return isHarmless(statement.test) && catchesAll(unit, statement.body)
    case 'ForOfStatement':
      return !statement.await && isHarmless(statement.left) && statement.right.type === 'Identifier' && catchesAll(unit, statement.body)
  }
  if (statement.type !== 'TryStatement') return isHarmless(statement) || isExit(statement)
  // Nothing comes out of `finally { process.exit(1) }`.
  if (statement.finalizer?.body.some(isExit) && rethrowsNothing(unit, statement.finalizer)) return true
  return statement.handler !== null && rethrowsNothing(unit, statement.handler.body) && (!statement.finalizer || rethrowsNothing(unit, statement.finalizer))
}

/** `process.exit(1)`, which nothing comes back from. */
function isExit(statement: TSESTree.Statement): boolean {
  return statement.type === 'ExpressionStatement' && statement.expression.type === 'CallExpression' && endsProcess(statement.expression)
}

/** A handler's own calls are taken not to throw: logging is what handlers do. */
function rethrowsNothing(unit: SourceUnit, block: TSESTree.BlockStatement, isSpared: Spared = () => false): boolean {
  let harmless = true
  walkOwn(block, node => {
    if ((node.type === 'ThrowStatement' && !isSpared(node)) || (node.type === 'AwaitExpression' && !neverRejects(unit, node.argument))) harmless = false
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
