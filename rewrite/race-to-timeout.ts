import type { TSESTree } from '@typescript-eslint/types'
import type { LeakyRace } from '../analysis/facts.js'
import { inspectorOf } from '../analysis/promises/catches.js'
import { isTaken } from '../analysis/scopes.js'
import { signalPlace } from '../analysis/tasks/signals.js'
import type { SourceUnit } from '../analysis/unit.js'
import { codeAround, isWithin, unwrap, waits } from '../analysis/walk.js'
import { nameTaken, runtime } from './awaiting.js'
import type { Refusal, Rewrite } from './edit.js'
import { localName } from './imports.js'
import { hasCommentsAround } from './layout.js'
import { holdsYield, losesTypesInClosure } from './startable.js'
import { threadSignal } from './thread-signal.js'

/**
 * A race of work against a timer that rejects becomes `waitFor(work, ms)`, which clears the timer and cancels the work; with
 * the native target, work that takes a signal is given `AbortSignal.timeout(ms)` in place of the race.
 */
export function raceToTimeout(unit: SourceUnit, fact: LeakyRace, target: 'structured-async' | 'native'): Rewrite {
  const { race, work: [work, ...others], timer } = fact
  const refuse = (refused: string): Refusal => ({ refused, at: race })
  if (!timer || !work || others.length > 0) return refuse('The race has more than one member besides the timer. Race those alone, and give that race a time limit.')
  if (!timer.rejects) return refuse('The timer gives a value when time is up, where waitFor() and signals reject. Handle the TimeoutError where the value was looked at.')
  if (unwrap(fact.member).type === 'Identifier') return refuse('The timer has a name, and may be used elsewhere. Write it into the race first.')
  const { delay } = timer
  if (!delay || codeAround(delay) !== codeAround(race) && !isWithin(delay, race)) return refuse('How long the timer takes is said elsewhere. Pass the time to where the race is.')
  const inspector = inspectorOf(unit, race)
  if (inspector) return refuse(`The handler on line ${inspector.loc.start.line} looks at the error, which would be a TimeoutError. Change that first.`)
  if (hasCommentsAround(unit, race, [work, delay].sort((a, b) => a.range[0] - b.range[0]))) return refuse('A comment in the race would be lost. Move it in front of the statement.')
  const ms = unit.text.slice(...delay.range)
  if (target === 'native') {
    const signalled = withSignal(unit, work, `AbortSignal.timeout(${ms})`)
    return signalled === undefined ? refuse('Nothing shows that the work takes a signal, so only a timer can end the wait for it.') : { edits: [{ range: race.range, text: signalled }], imports: [] }
  }
  const need = { name: 'waitFor', from: runtime }
  const name = localName(unit, need, race)
  if (name === undefined) return nameTaken(need, race)
  const staysOutside = waits(work) || holdsYield(work) || losesTypesInClosure(unit, work) || isTaken(unit.scopes, race, 'task')
  const signalled = staysOutside ? undefined : withSignal(unit, work, 'task.signal')
  return { edits: [{ range: race.range, text: `${name}(${signalled === undefined ? unit.text.slice(...work.range) : `task => ${signalled}`}, ${ms})` }], imports: [need] }
}

/** The work with a signal, where it is known to take one and has none; undefined where it is not. */
function withSignal(unit: SourceUnit, work: TSESTree.Expression, signal: string): string | undefined {
  const place = signalPlace(unit, work)
  if (!place) return undefined
  const { range: [start, end], text } = threadSignal(unit.text, place, signal)
  return unit.text.slice(work.range[0], start) + text + unit.text.slice(end, work.range[1])
}
