import type { TSESTree } from '@typescript-eslint/types'
import type { SelfAwait, SelfAwaitKind } from '../facts.js'
import type { Finder } from '../find.js'
import { variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { codeAround, isFunction, memberName, unwrap, walk, type FunctionNode } from '../walk.js'
import { busyAt, busyMadeBy, taken } from './busy.js'
import { conditionsOf, has } from './conditions.js'
import { heldSections } from './held.js'
import { makingsAt, type Making } from './makings.js'
import { chainOf, functionName, named } from './names.js'
import { isSamePlace, placeOf, placeOfVariable, type Place } from './places.js'
import { runsAsTask } from './running.js'
import { runtimeMember, usesRuntime } from './runtime.js'
import { handlersAt } from './servers.js'
import { everyTask, isTruthinessOf, ownTask, waitsOfCallback, waitsOfMembers, waitsOfValue, type Wait } from './waits.js'

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
    if (wait.goal !== as || !isSamePlace(wait.place, place) || !isPossible(unit, place, wait) || !isOnlyValue(unit, making)) return []
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
    if (!there || !back || !isOnlyValue(unit, making) || !isOnlyValue(unit, other)) return []
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
  if (!wait || !fn || !isFunction(fn) || asksForItself(unit, fn, node) || !runsAsTask(unit, fn)) return []
  const whole = { ...wait, steps: [{ unit, fn, node }, ...wait.steps] }
  return [factOf(unit, whole, isSamePlace(wait.place, everyTask) ? 'all tasks' : 'own task', wait.place, node)]
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
  return waitsOfCallback(unit, code).flatMap(wait => (wait.goal === goal && isSamePlace(wait.place, place) && isPossible(unit, place, wait) ? [{ ...factOf(unit, wait, goal, place, code), line: by.loc.start.line }] : []))
}

/**
 * Whether nothing speaks against it that decides about the wait: a condition that compares the place, that asks what the
 * function was given, or what it has set itself, may keep just this call away from it.
 */
function isPossible(unit: SourceUnit, place: Place, { conditions, steps }: Wait): boolean {
  return conditions.every(condition => {
    if (isTruthinessOf(unit, condition, place)) return true
    if (condition.type === 'CatchClause' || condition.type === 'SwitchCase' || /Statement$/.test(condition.type)) return false
    return !has(condition, inner => isOfPlace(steps[0]?.unit ?? unit, inner, place) || isGivenOrSet(steps[0]?.unit ?? unit, inner))
  })
}

function isOfPlace(unit: SourceUnit, node: TSESTree.Node, place: Place): boolean {
  const named = node.type === 'Identifier' || node.type === 'MemberExpression' ? placeOf(unit, node) : undefined
  return named !== undefined && isSamePlace(named, place)
}

/** Whether a condition asks what nobody can tell: a parameter, a variable that changes, a field, what a call gives. */
function isGivenOrSet(unit: SourceUnit, node: TSESTree.Node): boolean {
  if (node.type === 'ThisExpression' || node.type === 'CallExpression') return true
  const variable = node.type === 'Identifier' ? variableOf(unit.scopes, node) : undefined
  if (!variable) return false
  return variable.defs[0]?.type === 'Parameter' || variable.references.some(reference => reference.isWrite() && !reference.init)
}

/** Whether nothing else is ever put where the promise is: nothing, or the same again. A list may have other members. */
function isOnlyValue(unit: SourceUnit, { as, place, value }: Making): boolean {
  if (as === 'members') return true
  const text = unit.text.slice(...value.range)
  let others = false
  walk(unit.ast, node => {
    if (others || node.type !== 'AssignmentExpression' || (node.left.type !== 'MemberExpression' && node.left.type !== 'Identifier')) return
    const isSame = node.left.type === 'MemberExpression' ? place.path.length > 0 && memberName(node.left) === place.path.at(-1) : isOfPlace(unit, node.left, place)
    const right = unwrap(node.right)
    const isNothing = (right.type === 'Literal' && right.value === null) || (right.type === 'Identifier' && right.name === 'undefined') || (right.type === 'UnaryExpression' && right.operator === 'void')
    others ||= isSame && !isNothing && unit.text.slice(...node.right.range) !== text
  })
  return !others
}

function isReturned({ steps }: Wait): boolean {
  const last = steps.at(-1)
  return last !== undefined && last.node.type !== 'AwaitExpression' && last.node.type !== 'ForOfStatement'
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
