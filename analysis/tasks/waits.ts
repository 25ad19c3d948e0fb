import type { TSESTree } from '@typescript-eslint/types'
import { found as functionBehindPlace, functionBehind, type FoundFunction } from '../effects/functions.js'
import { constantValue, promiseStatic, variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { codeAround, isFunction, memberName, returnedBy, unwrap, walkOwn, type FunctionNode } from '../walk.js'
import { asksFor, conditionsOf, isBehindAwait, type Condition } from './conditions.js'
import { forgets } from './kept.js'
import { waitOfLibrary } from './library-waits.js'
import { isThinned, listAwaited, listGoneThrough, sourceOfCopy } from './lists.js'
import { givenAt, isSamePlace, placeOf, placeOfVariable, steadyPlaceOf, type Place } from './places.js'
import { runtimeMember } from './runtime.js'

/** What has to be before a wait ends. */
export type Goal =
  /** That a promise settles. */
  | 'value'
  /** That all promises of a list or Set do. */
  | 'members'
  /** That a queue has no more tasks; that a lock is free; that a server has no more requests. */
  | 'idle'
  | 'free'
  | 'closed'

/** Something that a promise, or the function that makes it, waits for before it can settle. */
export interface Wait {
  readonly goal: Goal
  readonly place: Place
  /** Whether something suspends first, so that the code that started it has gone on. */
  readonly isBehindAwait: boolean
  /** Whether that is settled for the function that it is in: what it waits for was looked up before, as by `const before = last`. */
  readonly isTimed?: boolean
  /** What decides whether the first function comes to it; calls that only may come to theirs are left out. */
  readonly conditions: readonly Condition[]
  /** From the function that was asked to the one that waits. */
  readonly steps: readonly Step[]
}

export interface Step {
  readonly unit: SourceUnit
  readonly fn: FunctionNode | undefined
  /** The `await`, the `return`, or the callback's expression. */
  readonly node: TSESTree.Node
}

/** The set of all tasks, and the task that asks. */
export const everyTask: Place = { root: 'allTasks()', path: [], name: 'all tasks' }
export const ownTask: Place = { root: 'currentTask()', path: [], name: 'its own task' }

/** What a promise that an expression gives waits for. */
export function waitsOfValue(unit: SourceUnit, outer: TSESTree.Expression): readonly Wait[] {
  const node = unwrap(outer)
  switch (node.type) {
    case 'Identifier':
    case 'MemberExpression': {
      const place = placeOf(unit, node)
      const value = node.type === 'Identifier' ? valueMadeHere(unit, node) : undefined
      const made = value ? waitsOfValue(unit, value).map(wait => at(value, wait)) : []
      return place ? [...made, { goal: 'value', place, isBehindAwait: false, conditions: [], steps: [] }] : made
    }
    case 'AssignmentExpression':
      // `this.ready ??= this.load()` gives what is there.
      return node.left.type === 'MemberExpression' || node.left.type === 'Identifier' ? waitsOfValue(unit, node.left) : []
    case 'CallExpression':
      return waitsOfCall(unit, node)
    case 'NewExpression':
      return waitOfLibrary(unit, node)
    case 'AwaitExpression':
      return waitsOfValue(unit, node.argument)
    default:
      return []
  }
}

/** What a function waits for before the promise that it gives settles, once it is called. */
export function waitsOfFunction(unit: SourceUnit, fn: FunctionNode): readonly Wait[] {
  const { done, open } = summariesOf(unit)
  const known = done.get(fn)
  if (known) return known
  // A function that leads back to itself adds nothing that is not there already.
  if (fn.generator || open.has(fn) || open.size >= deepest) return []
  open.add(fn)
  const waits = fn.async ? waitsOfAsync(unit, fn) : commonTo(returnedBy(fn).map(value => step(unit, fn, value, waitsOfValue(unit, value))))
  open.delete(fn)
  done.set(fn, waits)
  return waits
}

/** How far calls are followed. */
const deepest = 100

interface Summaries {
  readonly done: Map<FunctionNode, readonly Wait[]>
  readonly open: Set<FunctionNode>
}

/** Answers hold for one state of the project; of a file without one, for its tree. */
const summaries = new WeakMap<object, Summaries>()

function summariesOf({ project, ast }: SourceUnit): Summaries {
  const key = project ?? ast
  let known = summaries.get(key)
  if (!known) summaries.set(key, (known = { done: new Map(), open: new Set() }))
  return known
}

function waitsOfAsync(unit: SourceUnit, fn: FunctionNode): Wait[] {
  const found: Wait[] = []
  walkOwn(fn.body, node => {
    if (node.type !== 'AwaitExpression') return
    const list = listAwaited(unit, node)
    const waits = list ? waitsOfMembers(unit, list.list) : waitsOfValue(unit, node.argument)
    found.push(...step(unit, fn, node, waits, list?.loop))
  })
  walkOwn(fn.body, node => {
    if (node.type !== 'ForOfStatement' || !node.await) return
    found.push(...step(unit, fn, node, waitsOfMembers(unit, listGoneThrough(unit, node))))
  })
  const returns = returnedBy(fn)
  const common = fn.body.type === 'BlockStatement' && !endsInReturn(fn.body) ? [] : commonTo(returns.map(value => step(unit, fn, value.parent?.type === 'ReturnStatement' ? value.parent : value, waitsOfValue(unit, value))))
  const own = returns.flatMap(value => (value.type === 'AwaitExpression' ? [] : step(unit, fn, value.parent?.type === 'ReturnStatement' ? value.parent : value, waitsOfValue(unit, value))))
  return [...found, ...common.map(wait => ({ ...wait, conditions: [] })), ...own]
}

/** The waits as seen by whoever asked about the function. */
function step(unit: SourceUnit, fn: FunctionNode, node: TSESTree.Node, waits: readonly Wait[], loop?: TSESTree.Node): readonly Wait[] {
  if (waits.length === 0) return []
  const conditions = conditionsOf(fn, node).filter(({ asked }) => asked !== loop)
  const isLate = isBehindAwait(fn, node)
  return waits.map(({ isTimed, ...wait }) => ({ ...wait, isBehindAwait: wait.isBehindAwait || (isLate && !isTimed), conditions: [...conditions, ...wait.conditions], steps: [{ unit, fn, node }, ...wait.steps] }))
}

/** A value that was made before it is awaited: what suspends in front of the making counts. */
function at(value: TSESTree.Expression, wait: Wait): Wait {
  const fn = codeAround(value)
  return { ...wait, isTimed: true, isBehindAwait: wait.isBehindAwait || (fn !== undefined && isFunction(fn) && isBehindAwait(fn, value)) }
}

function waitsOfCall(unit: SourceUnit, call: TSESTree.CallExpression): readonly Wait[] {
  const callee = unwrap(call.callee)
  const [first] = call.arguments
  const given = first && first.type !== 'SpreadElement' ? first : undefined
  const member = callee.type === 'MemberExpression' ? memberName(callee) : undefined
  const ofPromise = promiseStatic(unit.scopes, call)
  if (ofPromise !== undefined) {
    if ((ofPromise === 'all' || ofPromise === 'allSettled') && given) return waitsOfMembers(unit, given)
    return ofPromise === 'resolve' && given ? waitsOfValue(unit, given) : []
  }
  const library = waitOfLibrary(unit, call)
  if (library.length > 0) return library
  const runtime = runtimeMember(unit, call)
  if (runtime !== undefined) return waitsOfRuntime(unit, call, runtime, given)
  const target = functionBehind(unit, call)
  if (target) return certainWaits(unit, call, target)
  if (callee.type === 'MemberExpression' && (member === 'then' || member === 'catch' || member === 'finally')) {
    const before = waitsOfValue(unit, callee.object)
    const callback = member === 'catch' ? undefined : given
    return [...before, ...(callback ? waitsOfCallback(unit, callback).map(wait => ({ ...wait, isBehindAwait: true })) : [])]
  }
  return []
}

/** What the runtime's own functions wait for. One that gives up after a time never waits for ever. */
function waitsOfRuntime(unit: SourceUnit, call: TSESTree.CallExpression, member: string, given: TSESTree.Expression | undefined): readonly Wait[] {
  if (member === 'currentTask') return [{ goal: 'value', place: ownTask, isBehindAwait: false, conditions: [], steps: [] }]
  if (!given) return []
  switch (member) {
    case 'gather':
    case 'wait': {
      const options = call.arguments[1]
      // With `returnWhen`, `timeout` or a signal it may end though its own task has not.
      return options && member === 'wait' ? [] : waitsOfMembers(unit, given)
    }
    case 'createTask':
    case 'background':
    case 'run':
      return waitsOfCallback(unit, given)
    case 'shield':
    case 'abortable':
      // With a signal it may end by itself.
      return call.arguments.length > 1 ? [] : waitsOfCallback(unit, given)
    case 'taskGroup': {
      const body = unwrap(given)
      return [...waitsOfCallback(unit, given), ...(isFunction(body) ? waitsOfChildren(unit, body) : [])]
    }
    default:
      return []
  }
}

/** What the tasks of a group wait for, which it joins. */
function waitsOfChildren(unit: SourceUnit, body: FunctionNode): readonly Wait[] {
  const found: Wait[] = []
  walkOwn(body.body, node => {
    if (node.type !== 'CallExpression' || runtimeMember(unit, node) !== 'createTask') return
    const [child] = node.arguments
    if (child && child.type !== 'SpreadElement' && conditionsOf(body, node).length === 0) found.push(...waitsOfCallback(unit, child))
  })
  return found
}

/** What a function that somebody calls, or a promise that is handed over in its place, waits for. */
export function waitsOfCallback(unit: SourceUnit, outer: TSESTree.Expression): readonly Wait[] {
  const node = unwrap(outer)
  if (isFunction(node)) return waitsOfFunction(unit, node)
  const target = node.type === 'Identifier' || node.type === 'MemberExpression' ? functionNamed(unit, node) : undefined
  if (target) return waitsOfFunction(target.unit, target.fn).filter(({ place }) => place.root !== 'this')
  return waitsOfValue(unit, node)
}

/** What all members of a list wait for, and the list itself where it has a name. */
export function waitsOfMembers(unit: SourceUnit, outer: TSESTree.Expression): readonly Wait[] {
  const node = unwrap(outer)
  if (node.type === 'ArrayExpression') return node.elements.flatMap(element => (!element ? [] : element.type === 'SpreadElement' ? waitsOfMembers(unit, element.argument) : waitsOfCallback(unit, element)))
  if (node.type === 'ObjectExpression') return node.properties.flatMap(property => (property.type === 'Property' ? waitsOfCallback(unit, property.value as TSESTree.Expression) : []))
  const source = sourceOfCopy(unit, node)
  if (source) return waitsOfMembers(unit, source)
  if (node.type === 'CallExpression') return runtimeMember(unit, node) === 'allTasks' && node.arguments.length === 0 ? [{ goal: 'members', place: everyTask, isBehindAwait: false, conditions: [], steps: [] }] : []
  if (node.type === 'Identifier') {
    const variable = variableOf(unit.scopes, node)
    const value = variable && !isThinned(variable) ? valueMadeHere(unit, node) : undefined
    const copied = value && (value.type === 'ArrayExpression' || value.type === 'CallExpression' || sourceOfCopy(unit, value)) ? waitsOfMembers(unit, value).map(wait => at(value, wait)) : []
    const own: readonly Wait[] = variable && variable.defs.length > 0 ? [{ goal: 'members', place: steadyPlaceOf(unit, node) ?? placeOfVariable(unit, variable), isBehindAwait: false, conditions: [], steps: [] }] : []
    return [...copied, ...own]
  }
  const place = node.type === 'MemberExpression' ? steadyPlaceOf(unit, node) : undefined
  return place ? [{ goal: 'members', place, isBehindAwait: false, conditions: [], steps: [] }] : []
}

/** What a call certainly waits for, in the caller's words. */
function certainWaits(unit: SourceUnit, call: TSESTree.CallExpression, target: FoundFunction): readonly Wait[] {
  const given = givenAt(unit, call, target)
  return waitsOfFunction(target.unit, target.fn).flatMap(wait => {
    const place = isLocal(target, wait.place) ? undefined : given(wait.place)
    return place && isCertain(wait) && !forgets(target, wait.place) ? [{ ...wait, place, conditions: [] }] : []
  })
}

/** Whether a place is a variable of the function, which its callers never see. */
export function isLocal({ unit, fn }: FoundFunction, { root }: Place): boolean {
  const at = root.startsWith(`${unit.path}:`) ? Number(root.slice(unit.path.length + 1)) : NaN
  const isParameter = fn.params.some(({ range }) => range[0] <= at && at < range[1])
  return !isParameter && fn.range[0] <= at && at < fn.range[1]
}

/** Whether a function always comes to it; whether there is something to wait for may be asked. */
function isCertain({ conditions, place, steps }: Wait): boolean {
  const [first] = steps
  return first !== undefined && conditions.every(condition => asksFor(first.unit, condition, place))
}

/** The value of a constant that the same function makes as mention it. */
function valueMadeHere(unit: SourceUnit, node: TSESTree.Identifier): TSESTree.Expression | undefined {
  const variable = variableOf(unit.scopes, node)
  const value = variable && constantValue(variable)
  return value && codeAround(value) === codeAround(node) ? unwrap(value) : undefined
}

function functionNamed(unit: SourceUnit, node: TSESTree.Identifier | TSESTree.MemberExpression): FoundFunction | undefined {
  const callee = unit.types.functionAt(node)
  if (callee.kind !== 'function' || callee.others) return undefined
  return functionBehindPlace(unit, callee)
}

function endsInReturn({ body }: TSESTree.BlockStatement): boolean {
  return body.at(-1)?.type === 'ReturnStatement'
}

/** What each of the ways out waits for. */
function commonTo(ways: readonly (readonly Wait[])[]): readonly Wait[] {
  const [first, ...others] = ways
  if (!first) return []
  const isCommon = (wait: Wait): boolean => others.every(way => way.some(other => other.goal === wait.goal && isSamePlace(other.place, wait.place)))
  return first.filter(isCommon).map(wait => (others.length > 0 ? { ...wait, conditions: [] } : wait))
}
