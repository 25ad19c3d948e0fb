import type { TSESTree } from '@typescript-eslint/types'
import type { SelfAwait, SelfAwaitKind } from '../facts.js'
import type { Finder } from '../find.js'
import { variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { codeAround, isFunction, memberName, unwrap, walk, type FunctionNode } from '../walk.js'
import { busyAt, busyMadeBy, taken } from './busy.js'
import { branchesAround, conditionsOf, has, isWithin } from './conditions.js'
import { heldSections, releasesOf } from './held.js'
import { makingsAt, type Making } from './makings.js'
import { chainOf, functionName, named } from './names.js'
import { isInConstructor, isSamePlace, placeOf, placeOfVariable, type Place } from './places.js'
import { runsAsTask } from './running.js'
import { runtimeMember, usesRuntime } from './runtime.js'
import { handlersAt, hasAnswered } from './servers.js'
import { everyTask, isTruthinessOf, ownTask, takesOut, waitsOfCallback, waitsOfMembers, waitsOfValue, type Wait } from './waits.js'

/** Waits that can't end before what waits has ended: see docs/rules/no-self-await.md. Proven, or silent. */
export const selfAwaitFinder: Finder<SelfAwait, object> = {
  types: ['Program'],
  at: (_program, unit) => (/\bawait\b|\.then\(/.test(unit.text) ? selfAwaitsOf(unit) : []),
}

function selfAwaitsOf(unit: SourceUnit): readonly SelfAwait[] {
  const facts: SelfAwait[] = []
  const makings: Making[] = []
  const hasTasks = usesRuntime(unit)
  walk(unit.ast, node => {
    if (node.type === 'TSTypeAnnotation' || node.type === 'TSInterfaceDeclaration' || node.type === 'TSTypeAliasDeclaration') return 'skip'
    makings.push(...makingsAt(unit, node))
    facts.push(...(hasTasks ? tasksAt(unit, node) : []), ...busyWith(unit, node))
    return undefined
  })
  for (const making of makings) facts.push(...ofItself(unit, making), ...ofEachOther(unit, making, makings))
  const seen = new Set<TSESTree.Node>()
  return facts.filter(({ node }) => !seen.has(node) && seen.add(node)).sort((a, b) => a.node.range[0] - b.node.range[0])
}

/** A promise that waits for its own place, or for the list that it is in. */
function ofItself(unit: SourceUnit, making: Making): readonly SelfAwait[] {
  const { as, place, waits, node } = making
  return waits.flatMap(wait => {
    if (wait.goal !== as || !isSamePlace(wait.place, place) || !isPossible(unit, place, wait) || !isKept(unit, making)) return []
    if (wait.isBehindAwait) return [factOf(unit, wait, as === 'members' ? 'members' : isReturned(wait) ? 'returned' : 'promise', place, making.value)]
    // Nothing has suspended: a constant has no value yet; any other place holds what was there before.
    const isEarly = as === 'value' && node.type === 'VariableDeclarator' && node.parent.type === 'VariableDeclaration' && node.parent.kind !== 'var' && wait.steps.length === 1
    return isEarly ? [factOf(unit, wait, 'early', place, making.value)] : []
  })
}

/** Two promises of one function that wait for each other. */
function ofEachOther(unit: SourceUnit, making: Making, all: readonly Making[]): readonly SelfAwait[] {
  if (making.as !== 'value') return []
  return all.flatMap(other => {
    if (other.as !== 'value' || other.node.range[0] <= making.node.range[0] || isSamePlace(other.place, making.place) || !areMadeTogether(making, other)) return []
    const there = making.waits.find(wait => wait.goal === 'value' && wait.isBehindAwait && isSamePlace(wait.place, other.place) && isPossible(unit, other.place, wait))
    const back = other.waits.find(wait => wait.goal === 'value' && isSamePlace(wait.place, making.place) && isPossible(unit, making.place, wait))
    if (!there || !back || !isKept(unit, making) || !isKept(unit, other)) return []
    const line = back.steps[0]?.node.loc.start.line
    return [{ ...factOf(unit, there, 'each other', other.place, making.value), waiter: named(making.place), line }]
  })
}

/** Whether both are made in one go, so that neither is missing when the other one looks for it behind its first wait. */
function areMadeTogether(first: Making, second: Making): boolean {
  const code = codeAround(first.node)
  if (first.node.type === 'PropertyDefinition' || second.node.type === 'PropertyDefinition') return first.node.parent === second.node.parent
  if (!code || code !== codeAround(second.node)) return false
  let suspends = false
  walk(code, node => {
    if (isFunction(node) && node !== code) return 'skip'
    suspends ||= node.type === 'AwaitExpression' && node.range[0] > first.node.range[0] && node.range[1] < second.node.range[0]
    return undefined
  })
  return !suspends && (!isFunction(code) || [first, second].every(({ node }) => conditionsOf(code, node).length === 0))
}

/** Waits for all tasks, or for the current one, in code that runs as a task. */
function tasksAt(unit: SourceUnit, node: TSESTree.Node): readonly SelfAwait[] {
  if (node.type === 'CallExpression') return ownHandle(unit, node)
  const waits = node.type === 'AwaitExpression' ? [...waitsOfValue(unit, node.argument), ...loopOver(unit, node)] : node.type === 'ForOfStatement' && node.await ? completedBy(unit, node) : []
  // A callee of this file is told of where it waits itself.
  const wait = waits.find(({ place, steps }) => (isSamePlace(place, everyTask) || isSamePlace(place, ownTask)) && steps.at(-1)?.unit !== unit)
  const fn = codeAround(node)
  if (!wait || !fn || !isFunction(fn) || asksForItself(unit, fn, node) || isPicked(fn, node) || !runsAsTask(unit, fn)) return []
  const whole = { ...wait, steps: [{ unit, fn, node }, ...wait.steps] }
  return [factOf(unit, whole, isSamePlace(wait.place, everyTask) ? 'all tasks' : 'own task', wait.place, node)]
}

/** Whether a loop over tasks looks at each before it waits for it. */
function isPicked(fn: FunctionNode, node: TSESTree.Node): boolean {
  const branches = branchesAround(fn, node)
  const loop = branches.findIndex(({ parent }) => parent?.type === 'ForOfStatement')
  return loop > 0 || (loop === 0 && has(branches[0] as TSESTree.Node, ({ type }) => type === 'ContinueStatement' || type === 'BreakStatement'))
}

/** A task that waits for the handle that it is given. */
function ownHandle(unit: SourceUnit, call: TSESTree.CallExpression): readonly SelfAwait[] {
  const member = runtimeMember(unit, call)
  const [callback] = call.arguments
  if (member === undefined || !['createTask', 'background', 'run'].includes(member) || !callback || callback.type === 'SpreadElement') return []
  const fn = unwrap(callback)
  const [parameter] = isFunction(fn) ? fn.params : []
  const variable = parameter?.type === 'Identifier' && isFunction(fn) ? unit.scopes.getDeclaredVariables(fn).find(({ defs }) => defs[0]?.name === parameter) : undefined
  const handle = variable && placeOfVariable(unit, variable)
  return waitsOfCallback(unit, fn).flatMap(wait => {
    return handle && wait.goal === 'value' && isSamePlace(wait.place, handle) && isPossible(unit, handle, wait) ? [factOf(unit, wait, 'own task', handle, fn)] : []
  })
}

function loopOver(unit: SourceUnit, { argument }: TSESTree.AwaitExpression): readonly Wait[] {
  const variable = argument.type === 'Identifier' ? variableOf(unit.scopes, argument) : undefined
  const definition = variable?.defs[0]
  const loop = definition?.type === 'Variable' ? definition.parent.parent : undefined
  return loop?.type === 'ForOfStatement' && loop.left === definition?.parent ? waitsOfMembers(unit, loop.right) : []
}

function completedBy(unit: SourceUnit, { right }: TSESTree.ForOfStatement): readonly Wait[] {
  const call = unwrap(right)
  const [tasks] = call.type === 'CallExpression' && runtimeMember(unit, call) === 'asCompleted' && call.arguments.length === 1 ? call.arguments : []
  return tasks && tasks.type !== 'SpreadElement' ? waitsOfMembers(unit, tasks) : []
}

/** Whether what leads to a wait asks which task this is, so that it may leave itself out. */
function asksForItself(unit: SourceUnit, fn: FunctionNode, node: TSESTree.Node): boolean {
  const isOwn = (inner: TSESTree.Node): boolean => {
    const variable = inner.type === 'Identifier' ? variableOf(unit.scopes, inner) : undefined
    const definition = variable?.defs[0]
    const value = definition?.type === 'Variable' ? definition.node.init : inner
    return value?.type === 'CallExpression' && runtimeMember(unit, value) === 'currentTask'
  }
  return conditionsOf(fn, node).some(condition => condition.type !== 'ForOfStatement' && has(condition, isOwn))
}

/** Waits for a queue, a lock or a server, in what it is busy with. */
function busyWith(unit: SourceUnit, node: TSESTree.Node): readonly SelfAwait[] {
  if (node.type === 'AwaitExpression') return heldSections(unit, node).flatMap(({ wait, place, since }) => (isPossible(unit, place, wait) ? [{ ...factOf(unit, wait, 'free', place, node), line: since }] : []))
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return []
  const served = handlersAt(unit, node).flatMap(({ place, handler }) => within(unit, 'closed', place, handler, node))
  const holder = node.parent.type === 'VariableDeclarator' ? node.parent.id : node.parent.type === 'AssignmentExpression' ? node.parent.left : undefined
  const place = holder?.type === 'Identifier' || holder?.type === 'MemberExpression' ? placeOf(unit, holder) : undefined
  const made = place ? busyMadeBy(unit, node).flatMap(row => taken(row, 'new', node.arguments).flatMap(code => within(unit, row.goal, place, code, node))) : []
  if (node.type === 'NewExpression') return [...served, ...made]
  return [...served, ...made, ...busyAt(unit, node).flatMap(busy => taken(busy.row, busy.member, node.arguments).flatMap(code => within(unit, busy.row.goal, busy.place, code, node)))]
}

function within(unit: SourceUnit, goal: SelfAwaitKind, place: Place, code: TSESTree.Expression, by: TSESTree.Node): readonly SelfAwait[] {
  // A lock that is given back by hand as well may be free by then, and a server waits for answers, not for functions.
  if (goal === 'free' ? releasesOf(unit, place, ['release']).length > 0 : goal === 'closed' && hasAnswered(unit, code)) return []
  return waitsOfCallback(unit, code).flatMap(wait => (wait.goal === goal && isSamePlace(wait.place, place) && isPossible(unit, place, wait) ? [{ ...factOf(unit, wait, goal, place, code), line: by.loc.start.line }] : []))
}

/** Whether the wait is certainly come to: only whether there is something to wait for may be asked before. */
function isPossible(unit: SourceUnit, place: Place, { conditions, steps }: Wait): boolean {
  return conditions.every(condition => isTruthinessOf(steps[0]?.unit ?? unit, condition, place))
}

/**
 * Whether the place keeps the promise for as long as the work goes on: nothing else is put there, and nothing is taken out, but by
 * what runs when it is done.
 */
function isKept(unit: SourceUnit, { as, place, node: making, value }: Making): boolean {
  const last = place.path.at(-1)
  const isPlace = (outer: TSESTree.Node): boolean => {
    const node = outer.type === 'MemberExpression' || outer.type === 'Identifier' ? outer : undefined
    return node !== undefined && (last === undefined ? isOfPlace(unit, node, place) : node.type === 'MemberExpression' && memberName(node) === last)
  }
  let isLost = false
  walk(unit.ast, node => {
    if (isLost || node === making) return
    if (node.type === 'PropertyDefinition' && last !== undefined && node.value && nameOfKey(node) === last && as === 'value') isLost = !isNothing(node.value)
    if (isRunWhenDone(node, value)) return
    if (node.type === 'AssignmentExpression' && has(node.left, isPlace)) isLost = !isInConstructor(node)
    if (node.type === 'UnaryExpression' && node.operator === 'delete' && isPlace(node.argument)) isLost = true
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return
    if (isPlace(node.callee.object) && takesOut.has(memberName(node.callee) ?? '')) isLost = true
    // `Object.assign(this, …)` may put anything anywhere.
    if (last !== undefined && memberName(node.callee) === 'assign' && node.arguments[0]?.type === 'ThisExpression') isLost = true
  })
  return !isLost
}

function nameOfKey({ key }: TSESTree.PropertyDefinition): string | undefined {
  return key.type === 'Identifier' ? key.name : key.type === 'PrivateIdentifier' ? `#${key.name}` : undefined
}

function isNothing(outer: TSESTree.Expression): boolean {
  const node = unwrap(outer)
  return (node.type === 'Literal' && node.value === null) || (node.type === 'Identifier' && node.name === 'undefined')
}

/** Whether a node stands in what `then`, `catch` or `finally` calls: `p.finally(() => tasks.delete(p))`. Of the work itself only `finally` is its end. */
function isRunWhenDone(node: TSESTree.Node, work: TSESTree.Node): boolean {
  for (let at = node.parent; at; at = at.parent) {
    if (!isFunction(at)) continue
    const { parent } = at
    const methods = isWithin(at, work) ? ['finally'] : ['then', 'catch', 'finally']
    if (parent.type === 'CallExpression' && parent.callee.type === 'MemberExpression' && methods.includes(memberName(parent.callee) ?? '') && !at.async) return true
  }
  return false
}

function isOfPlace(unit: SourceUnit, node: TSESTree.Identifier | TSESTree.MemberExpression, place: Place): boolean {
  const named = placeOf(unit, node)
  return named !== undefined && isSamePlace(named, place)
}

function isReturned({ steps }: Wait): boolean {
  return steps.every(({ node }) => node.type !== 'AwaitExpression' && node.type !== 'ForOfStatement')
}

/** It is told where the one who waits for itself waits: what it calls is right for everybody else. */
function factOf(unit: SourceUnit, { steps, goal }: Wait, what: SelfAwaitKind, place: Place, by: TSESTree.Node): SelfAwait {
  const [first] = steps
  const elsewhere = steps.findIndex(step => step.unit !== unit)
  const here = elsewhere < 0 ? steps : steps.slice(0, elsewhere)
  // `queue.add(() => this.visit())` only hands on.
  const node = (here.find(step => step.node.type === 'AwaitExpression' || step.node.type === 'ForOfStatement') ?? here[0])?.node ?? by
  return {
    kind: 'self-await',
    node,
    what,
    waiter: first?.fn ? functionName(first.fn) : 'this code',
    goal: named(place),
    chain: chainOf(unit, steps, place, goal),
    tasks: what === 'all tasks' && steps.length === 1 ? tasksOf(unit, node) : undefined,
    line: undefined,
    certainty: 'proven',
    because: steps.map(step => ({ text: `line ${step.node.loc.start.line} waits`, node: step.node })),
  }
}

/** The `allTasks()` that a wait is about. */
function tasksOf(unit: SourceUnit, node: TSESTree.Node): TSESTree.CallExpression | undefined {
  const fn = codeAround(node)
  let found: TSESTree.CallExpression | undefined
  if (fn) {
    walk(fn, inner => {
      if (inner.type === 'CallExpression' && inner.range[0] < node.range[1] && runtimeMember(unit, inner) === 'allTasks') found = inner
    })
  }
  return found
}
