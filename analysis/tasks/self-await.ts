import type { TSESTree } from '@typescript-eslint/types'
import type { SelfAwait, SelfAwaitKind } from '../facts.js'
import type { Finder } from '../find.js'
import type { SourceUnit } from '../unit.js'
import { codeAround, isFunction, nodesOf } from '../walk.js'
import { busyAt, busyMadeBy, taken } from './busy.js'
import { conditionsOf } from './conditions.js'
import { heldSections, releasesOf } from './held.js'
import { isKept } from './kept.js'
import { makingsAt, suspendsBetween, type Making } from './makings.js'
import { named } from './names.js'
import { tasksAt } from './own-tasks.js'
import { isSamePlace, placeOf, type Place } from './places.js'
import { usesRuntime } from './runtime.js'
import { handlersAt, hasAnswered } from './servers.js'
import { factOf, isPossible } from './told.js'
import { waitsOfCallback, type Wait } from './waits.js'

/** Waits that can't end before what waits has ended: see docs/rules/no-self-await.md. Proven, or silent. */
export const selfAwaitFinder: Finder<SelfAwait, object> = {
  types: ['Program'],
  at: (_program, unit) => (/\bawait\b|\.then\(/.test(unit.text) ? selfAwaitsOf(unit) : []),
}

function selfAwaitsOf(unit: SourceUnit): readonly SelfAwait[] {
  const facts: SelfAwait[] = []
  const makings: Making[] = []
  const hasTasks = usesRuntime(unit)
  for (const node of nodesOf(unit.ast)) {
    if (!asked.has(node.type)) continue
    makings.push(...makingsAt(unit, node))
    if (hasTasks) facts.push(...tasksAt(unit, node))
    facts.push(...busyWith(unit, node))
  }
  for (const making of makings) facts.push(...ofItself(unit, making), ...ofEachOther(unit, making, makings))
  const seen = new Set<TSESTree.Node>()
  return facts.filter(({ node }) => !seen.has(node) && seen.add(node)).sort((a, b) => a.node.range[0] - b.node.range[0])
}

/** What puts a promise somewhere, waits, or gives a function to a queue: all else is passed over. */
const asked = new Set<string>(['AssignmentExpression', 'AwaitExpression', 'CallExpression', 'ForOfStatement', 'NewExpression', 'PropertyDefinition', 'VariableDeclarator'])

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
  if (!code || code !== codeAround(second.node) || suspendsBetween(first.node, second.node)) return false
  return !isFunction(code) || [first, second].every(({ node }) => conditionsOf(code, node).length === 0)
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

function isReturned({ steps }: Wait): boolean {
  return steps.every(({ node }) => node.type !== 'AwaitExpression' && node.type !== 'ForOfStatement')
}
