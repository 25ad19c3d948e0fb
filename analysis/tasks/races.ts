import type { TSESTree } from '@typescript-eslint/types'
import { short } from '../effects/summary.js'
import type { LeakyRace } from '../facts.js'
import type { Finder } from '../find.js'
import { promiseStatic, variableOf } from '../scopes.js'
import { isTestFile } from '../test-files.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, isWithin, memberName, unwrap, walkOwn } from '../walk.js'
import { isReplaced } from './places.js'
import { timerOf, type TimerPromise } from './timers.js'

export interface RaceOptions {
  /** Timers of fewer milliseconds are left alone: they are over before they matter. */
  readonly minimumDelay: number
}

export const defaultRaceOptions: RaceOptions = { minimumDelay: 1000 }

/** Races whose losers stay: a timer that nothing clears, work that nobody stops, a reaction on a promise that outlives the loop. */
export const raceFinder: Finder<LeakyRace, RaceOptions> = { types: ['CallExpression'], at: (node, unit, options) => (node.type === 'CallExpression' ? racesAt(unit, node, options) : []) }

function racesAt(unit: SourceUnit, race: TSESTree.CallExpression, { minimumDelay }: RaceOptions): LeakyRace[] {
  const members = membersOfRace(unit, race)
  if (!members || isTestFile(unit)) return []
  const timers = members.flatMap(member => {
    const timer = timerOf(unit, member)
    return timer && !isSharedDeadline(unit, race, member) ? [{ member, timer }] : []
  })
  const [first, ...others] = timers
  if (first && others.length === 0 && members.length > 1) return isShort(first.timer, minimumDelay) || isFollowedByExit(race) ? [] : [timerRace(unit, race, members, first)]
  return longLived(unit, race, members)
}

/** Whether a timer is for more than this race: it has a name that is read again, or was there before the loop that races. */
function isSharedDeadline(unit: SourceUnit, race: TSESTree.Node, member: TSESTree.Expression): boolean {
  const node = unwrap(member)
  const variable = node.type === 'Identifier' ? variableOf(unit.scopes, node) : undefined
  const name = variable?.defs[0]?.name
  if (!variable || !name) return false
  if (variable.references.filter(reference => reference.isRead()).length > 1) return true
  for (let at = race.parent; at && !isFunction(at); at = at.parent) if (/^(?:While|DoWhile|For|ForIn|ForOf)Statement$/.test(at.type) && !isWithin(name, at)) return true
  return false
}

/** The members of `Promise.race([…])` that are written in their place. */
function membersOfRace(unit: SourceUnit, call: TSESTree.CallExpression): readonly TSESTree.Expression[] | undefined {
  const [list] = call.arguments
  if (promiseStatic(unit.scopes, call) !== 'race' || list?.type !== 'ArrayExpression') return undefined
  const members = list.elements.filter(element => element !== null && element.type !== 'SpreadElement')
  return members.length === list.elements.length ? (members as TSESTree.Expression[]) : undefined
}

function isShort({ ms }: TimerPromise, minimum: number): boolean {
  return ms !== undefined && ms < minimum
}

function timerRace(unit: SourceUnit, race: TSESTree.CallExpression, members: readonly TSESTree.Expression[], { member, timer }: { readonly member: TSESTree.Expression; readonly timer: TimerPromise }): LeakyRace {
  return { kind: 'leaky-race', node: race.callee, race, what: 'timer', member, work: members.filter(other => other !== member), timer, name: short(unit, member), certainty: 'proven', because: [{ text: 'nothing clears its timer', node: timer.call }] }
}

/** In a loop that may go on for long, each round leaves a reaction on a promise that was there before it. */
function longLived(unit: SourceUnit, race: TSESTree.CallExpression, members: readonly TSESTree.Expression[]): LeakyRace[] {
  const loop = endlessLoopAround(race)
  // What is returned ends the loop, and a promise that a timer settles is gone when it fires.
  if (!loop || isReturned(race) || members.some(member => timerOf(unit, member)) || members.length < 2) return []
  const old = members.filter(member => isFromOutside(unit, member, loop))
  const [member] = old
  // Where no member is new in each round, the loop does not go on for long.
  if (!member || old.length === members.length) return []
  return [{ kind: 'leaky-race', node: member, race, what: 'loop', member, work: [], timer: undefined, name: short(unit, member), certainty: 'proven', because: [{ text: 'it is made before the loop', node: member }] }]
}

/** A loop without an end that is known before it starts: `while`, `for (;;)`, `for await`. */
function endlessLoopAround(node: TSESTree.Node): TSESTree.Node | undefined {
  for (let at = node.parent; at && !isFunction(at); at = at.parent) {
    if (((at.type === 'WhileStatement' || at.type === 'DoWhileStatement') && !isCounted(at.test)) || (at.type === 'ForStatement' && !at.test) || (at.type === 'ForOfStatement' && at.await)) return at
  }
  return undefined
}

/** `while (i++ < 3)` has an end. */
function isCounted(test: TSESTree.Expression): boolean {
  return test.type === 'BinaryExpression' && ['<', '<=', '>', '>='].includes(test.operator)
}

function isReturned(race: TSESTree.Node): boolean {
  return race.parent?.type === 'ReturnStatement' || (race.parent?.type === 'AwaitExpression' && race.parent.parent.type === 'ReturnStatement')
}

/** A promise in a constant of the code around the loop, or in a field that the loop does not give another value. */
function isFromOutside(unit: SourceUnit, outer: TSESTree.Expression, loop: TSESTree.Node): boolean {
  const node = unwrap(outer)
  if (node.type !== 'Identifier' && node.type !== 'MemberExpression') return false
  if (unit.types.isPromise(node, { thenables: false, safeTypes: [] }) !== 'yes') return false
  if (node.type === 'Identifier') {
    const variable = variableOf(unit.scopes, node)
    const name = variable?.defs[0]?.name
    if (!variable || !name || isWithin(name, loop)) return false
    return !variable.references.some(reference => reference.isWrite() && isWithin(reference.identifier, loop))
  }
  // Any method that is called in the loop may put another promise there.
  return node.object.type === 'ThisExpression' && !isReplaced(unit, node)
}

/** `await Promise.race([close(), sleep(5000)]); process.exit()`: no timer outlives that. */
function isFollowedByExit(race: TSESTree.Node): boolean {
  let at: TSESTree.Node = race
  while (at.parent && !isFunction(at)) at = at.parent
  let found = false
  walkOwn(at, node => {
    found ||= node.range[0] > race.range[1] && node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && memberName(node.callee) === 'exit' && node.callee.object.type === 'Identifier' && node.callee.object.name === 'process'
  })
  return found
}
