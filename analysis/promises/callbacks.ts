import type { TSESTree } from '@typescript-eslint/types'
import type { DroppedCallback } from '../facts.js'
import { foundAlone } from '../effects/functions.js'
import type { Finder } from '../find.js'
import { isGlobal, variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { handlerAround, isFunction, memberName, returnedBy, unwrap, type FunctionNode } from '../walk.js'
import { chainOf } from './chain.js'
import type { FloatingOptions } from './floating.js'
import { makings } from './bindings.js'
import { putsOff } from './debounced.js'
import { functionNamed, letsNoErrorOut, onlySettles, rejectsNowhere, waitsForNothing, waitsSafely } from './rejection.js'
import { isOwnedByLibrary, ownsItsPromises } from './owned-by-library.js'
import { addsListener, arrayTests, callsLater, handsRejectionsOn, removesListener, timers } from './takers.js'
import { readsOf, useOf } from './uses.js'

/** Functions that give a promise to someone who drops it. */
export const callbackFinder: Finder<DroppedCallback, FloatingOptions> = {
  types: ['AssignmentExpression', 'CallExpression', 'JSXExpressionContainer', 'MethodDefinition', 'NewExpression', 'Property', 'PropertyDefinition', 'ReturnStatement', 'VariableDeclarator'],
  at: droppedCallbacksAt,
}

/**
 * The functions that give a promise, and that one call, object, assignment or attribute hands to someone who drops it, takes it
 * for true or false, or gives it to the next call unawaited.
 */
function droppedCallbacksAt(node: TSESTree.Node, unit: SourceUnit, options: FloatingOptions): DroppedCallback[] {
  return candidatesAt(node, unit, options).flatMap(({ callback, taker, takes }) => {
    if (unit.types.givesPromise(callback) !== 'yes' || !makesPromise(unit, callback)) return []
    const taking = takes()
    if (!taking) return []
    const fn = functionNamed(unit, callback)
    if (taking.how === 'tests' && !isAlwaysPromise(unit, callback, fn)) return []
    if (fn ? isHarmless(unit, fn, taking.how, node) : isHarmlessElsewhere(unit, callback, taking.how, node)) return []
    return [{ kind: 'dropped-callback', node: callback, fn, taker, how: taking.how, isDoneAtOnce: fn !== undefined && waitsForNothing(unit, fn), certainty: taking.certainty, because: [{ text: taking.text, node }] }]
  })
}

/**
 * Whether a function may be dropped: it lets no error out, or it waits for nothing that could fail, so that an error in it is as
 * uncaught as without `async`. Without it, a `try` around a forEach, though not around a timer, would catch the error, and `new Promise` would reject.
 */
function isHarmless(home: SourceUnit, fn: FunctionNode, how: Taking['how'], place: TSESTree.Node): boolean {
  if (how !== 'drops' && how !== 'executes') return false
  if (letsNoErrorOut(home, fn)) return true
  if (how === 'executes') return onlySettles(home, fn)
  return (callsLater(place) || !handlerAround(place)) && (waitsSafely(home, fn) || handsOnEnded(home, fn))
}

/** `paths => this.reload(paths)`, where the method ends its own errors. */
function handsOnEnded(home: SourceUnit, fn: FunctionNode): boolean {
  const given = fn.async ? [] : returnedBy(fn)
  return given.length > 0 && given.every(value => rejectsNowhere(home, value) || home.types.isPromise(value, { thenables: true, safeTypes: [] }) === 'no')
}

/** The same for a function of another file, or of a library. */
function isHarmlessElsewhere(unit: SourceUnit, callback: TSESTree.Expression, how: Taking['how'], place: TSESTree.Node): boolean {
  const callee = unit.types.functionAt(callback)
  const target = foundAlone(unit, callee)
  return target ? isHarmless(target.unit, target.fn, how, place) : ownsItsPromises(callee)
}

/** `() => (current = f())` keeps it, `() => inflight.get(id)` makes none, and `() => router.push('/')` one that its library owns: an arrow gives what its expression gives. */
function makesPromise(unit: SourceUnit, callback: TSESTree.Expression): boolean {
  if (callback.type !== 'ArrowFunctionExpression' || callback.async || callback.body.type === 'BlockStatement') return true
  return makings(callback.body).some(made => made.type !== 'CallExpression' || (unit.types.handsBack(made) !== 'yes' && !isOwnedByLibrary(unit, made)))
}

/** Whether a function gives a promise whatever happens: `job => job.running` asks whether there is one. */
function isAlwaysPromise(unit: SourceUnit, callback: TSESTree.Expression, fn: FunctionNode | undefined): boolean {
  if (!fn) return unit.types.givesPromise(callback, true) === 'yes'
  return fn.async || (fn.body.type !== 'BlockStatement' && unit.types.isAlwaysPromise(fn.body) === 'yes')
}

interface Candidate {
  readonly callback: TSESTree.Expression
  /** The name of who takes it. */
  readonly taker: string
  readonly takes: () => Taking | undefined
}

interface Taking {
  readonly how: DroppedCallback['how']
  readonly certainty: 'proven' | 'likely'
  readonly text: string
}

function candidatesAt(node: TSESTree.Node, unit: SourceUnit, { attributes, callbacks }: FloatingOptions): Candidate[] {
  const expected = (outer: TSESTree.Node | null | undefined, taker: string, takes = `\`${taker}\` is declared as`): Candidate[] => {
    const callback = outer && functionIn(outer)
    return callback ? [{ callback, taker, takes: () => takingByType(unit, callback, takes) }] : []
  }
  switch (node.type) {
    case 'CallExpression':
    case 'NewExpression':
      if (!callbacks || removesListener(node)) return []
      return node.arguments.flatMap((argument, at) => {
        const callback = functionIn(argument)
        return callback && unit.types.takesFunction(node, at) !== 'no' ? [{ callback, taker: calleeName(node), takes: () => takingOf(unit, node, at, callback) }] : []
      })
    case 'Property':
      return callbacks && node.parent.type === 'ObjectExpression' && node.kind === 'init' && !node.computed ? expected(node.value, keyText(node.key)) : []
    case 'MethodDefinition':
      return callbacks && node.kind === 'method' && node.value.body ? inherited(unit, node) : []
    case 'PropertyDefinition':
      if (!callbacks) return []
      return node.typeAnnotation ? expected(node.value, keyText(node.key)) : inherited(unit, node)
    case 'AssignmentExpression':
      return callbacks && node.operator === '=' && !isTakenUp(unit, node.left) ? expected(node.right, node.left.type === 'MemberExpression' ? (memberName(node.left) ?? 'it') : 'it') : []
    case 'VariableDeclarator':
      return callbacks && node.id.type === 'Identifier' && node.id.typeAnnotation && !isTakenUp(unit, node.id) ? expected(node.init, node.id.name) : []
    case 'ReturnStatement':
      return callbacks ? expected(node.argument, 'the caller', 'the function around is declared to return') : []
    case 'JSXExpressionContainer':
      return attributes && node.parent.type === 'JSXAttribute' ? expected(node.expression, keyText(node.parent.name)) : []
    default:
      return []
  }
}

/** `let cleanUp = () => {}`, and later `await cleanUp()`: somebody takes charge of what the variable's function gives, whatever its type says. */
function isTakenUp(unit: SourceUnit, name: TSESTree.Node): boolean {
  const variable = name.type === 'Identifier' ? variableOf(unit.scopes, name) : undefined
  return variable !== undefined && readsOf(variable).some(read => read.parent?.type === 'CallExpression' && read.parent.callee === read && useOf(unit, read.parent, { ignoreVoid: false }) === 'handles')
}

/** A method, or a field with a function, in the place of one that a base class or an interface declares: who calls that one looks at nothing. */
function inherited(unit: SourceUnit, member: TSESTree.MethodDefinition | TSESTree.PropertyDefinition): Candidate[] {
  const callback = !member.static && !member.computed && member.value ? functionIn(member.value) : undefined
  if (!callback || unit.types.inheritsVoid(member) !== 'yes') return []
  const name = keyText(member.key)
  const taking: Taking = { how: 'drops', certainty: 'proven', text: `the \`${name}\` that it stands in for is declared to give nothing` }
  return [{ callback, taker: name, takes: () => taking }]
}

/** A function, or a name of one: what may be called back. */
function functionIn(node: TSESTree.Node): TSESTree.Expression | undefined {
  if (node.type === 'SpreadElement' || node.type === 'JSXEmptyExpression') return undefined
  const inner = unwrap(node as TSESTree.Expression)
  return isFunction(inner) || inner.type === 'Identifier' || inner.type === 'MemberExpression' ? inner : undefined
}

function takingOf(unit: SourceUnit, call: TSESTree.CallExpression | TSESTree.NewExpression, at: number, callback: TSESTree.Expression): Taking | undefined {
  const callee = unwrap(call.callee)
  const takes = `${quotedName(call)} is declared to take`
  if (call.type === 'NewExpression') {
    if (at === 0 && isGlobal(unit.scopes, callee, 'Promise')) return { how: 'executes', certainty: 'proven', text: '`new Promise` looks at nothing that its function gives' }
    return takingByType(unit, callback, takes)
  }
  // What `finally` gives waits for its callback, whatever the callback's type says (ECMAScript, Promise.prototype.finally).
  if (chainOf(call) || handsRejectionsOn(unit, call)) return undefined
  return (at === 0 ? takingOfArray(unit, call, callback) ?? takingOfTimer(unit, callee) ?? takingOfDebounce(unit, call) : undefined) ?? takingByType(unit, callback, takes) ?? (at === 1 && unit.types.expectsVoid(callback) === 'unknown' ? takingOfEmitter(unit, call) : undefined)
}

function takingOfArray(unit: SourceUnit, call: TSESTree.CallExpression, callback: TSESTree.Expression): Taking | undefined {
  const callee = unwrap(call.callee)
  if (callee.type !== 'MemberExpression') return undefined
  const method = memberName(callee) ?? ''
  const isReduce = method === 'reduce' || method === 'reduceRight'
  if (method !== 'forEach' && !isReduce && !arrayTests.has(method)) return undefined
  const isArray = unit.types.isArray(callee.object)
  if (method === 'forEach') {
    // Whatever it is: if its forEach waits, what it gives is dropped here.
    const isDropped = isArray === 'unknown' && (call.parent.type === 'ExpressionStatement' || (call.parent.type === 'ChainExpression' && call.parent.parent.type === 'ExpressionStatement'))
    return isArray === 'yes' || isDropped ? { how: 'drops', certainty: 'proven', text: '`forEach` drops what its callback gives' } : undefined
  }
  if (isArray !== 'yes') return undefined
  if (!isReduce) return { how: 'tests', certainty: 'proven', text: `\`${method}\` asks whether it is true` }
  const fn = functionNamed(unit, callback)
  return fn && dropsAccumulator(unit, fn) ? { how: 'accumulates', certainty: 'proven', text: `\`${method}\` hands it to the next call` } : undefined
}

/** Whether a function never takes charge of its first parameter, which holds the promise of the call before. */
function dropsAccumulator(unit: SourceUnit, fn: FunctionNode): boolean {
  const [parameter] = fn.params
  if (parameter?.type !== 'Identifier') return false
  const variable = unit.scopes.getDeclaredVariables(fn).find(candidate => candidate.defs[0]?.name === parameter)
  return variable !== undefined && !readsOf(variable).some(read => useOf(unit, read, { ignoreVoid: true }) === 'handles')
}

function takingOfTimer(unit: SourceUnit, callee: TSESTree.Expression): Taking | undefined {
  const [object, name] = callee.type === 'MemberExpression' ? [unwrap(callee.object), memberName(callee)] : [undefined, callee.type === 'Identifier' ? callee.name : undefined]
  const isTimer = timers.some(timer => timer === name)
  const isPlatform = object === undefined ? isGlobal(unit.scopes, callee, name ?? '') : ['globalThis', 'self', 'window'].some(global => isGlobal(unit.scopes, object, global))
  const isNextTick = object !== undefined && name === 'nextTick' && isGlobal(unit.scopes, object, 'process')
  return (isTimer && isPlatform) || isNextTick ? { how: 'drops', certainty: 'proven', text: `\`${name}\` drops what its callback gives` } : undefined
}

function takingOfDebounce({ types }: SourceUnit, call: TSESTree.CallExpression): Taking | undefined {
  return putsOff(types.callee(call)) ? { how: 'drops', certainty: 'proven', text: `${quotedName(call)} calls it from a timer, where nobody looks at what it gives` } : undefined
}

/** @param takes such as "`onClick` is declared to take" */
function takingByType(unit: SourceUnit, callback: TSESTree.Expression, takes: string): Taking | undefined {
  return unit.types.expectsVoid(callback) === 'yes' ? { how: 'drops', certainty: 'proven', text: `${takes} one that gives nothing` } : undefined
}

function takingOfEmitter(unit: SourceUnit, call: TSESTree.CallExpression): Taking | undefined {
  const evidence = addsListener(unit, call)
  return evidence && { how: 'drops', ...evidence }
}

function quotedName(call: TSESTree.CallExpression | TSESTree.NewExpression): string {
  const name = calleeName(call)
  return name === unnamed ? name : `\`${name}\``
}

const unnamed = 'the function that is called'

function calleeName(call: TSESTree.CallExpression | TSESTree.NewExpression): string {
  const callee = unwrap(call.callee)
  const name = callee.type === 'MemberExpression' ? memberName(callee) : callee.type === 'Identifier' ? callee.name : undefined
  return name === undefined ? unnamed : call.type === 'NewExpression' ? `new ${name}` : name
}

function keyText(key: TSESTree.Node): string {
  if (key.type === 'Identifier' || key.type === 'JSXIdentifier') return key.name
  return key.type === 'Literal' ? String(key.value) : 'it'
}
