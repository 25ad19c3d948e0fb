import type { LeakyRace } from '../analysis/facts.js'
import { defaultRaceOptions, raceFinder, type RaceOptions } from '../analysis/tasks/races.js'
import type { SourceUnit } from '../analysis/unit.js'
import { clearTimerOfRace } from '../rewrite/clear-timer.js'
import { raceToTimeout } from '../rewrite/race-to-timeout.js'
import type { RuleDefinition, Suggestion } from './rule.js'

export const noLeakyRace: RuleDefinition<LeakyRace, RaceOptions> = {
  name: 'no-leaky-race',
  description: 'Disallow races whose losers stay: a timer that nothing clears, a reaction in each round of a loop',
  presets: ['recommendedTypeChecked', 'strictTypeChecked'],
  defaultOptions: defaultRaceOptions,
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: { minimumDelay: { type: 'number', minimum: 0, description: 'Milliseconds. Timers that are known to be shorter are left alone. Default: 1000.' } },
  },
  messages: {
    timer: 'The timer of this race (line {{line}}) goes on when the race is over: nothing clears it{{ms}}, so it keeps the process alive and all that it can reach in memory, once for each race. Work that loses against it goes on as well. Use waitFor() or a signal from AbortSignal.timeout(), which stop both, or clear the timer.',
    loop: 'The promise in `{{name}}` is there before the loop, and each round of the loop leaves a reaction on it that stays until it settles: memory grows with each round. Make the promise that ends the loop anew in each round, or listen for an abort signal and remove the listener.',
    waitFor: 'Wait with waitFor(), which clears the timer and cancels the work.',
    threadSignal: 'Give the work a signal from AbortSignal.timeout().',
    clearTimer: 'Clear the timer when the race is over.',
  },

  finders: [raceFinder],

  report: (fact, unit) => ({
    node: fact.node,
    message: fact.what,
    data: { name: fact.name, line: String(fact.timer?.call.loc.start.line ?? ''), ms: fact.timer?.ms === undefined ? '' : ` for up to ${fact.timer.ms} ms` },
    suggestions: fact.what === 'timer' ? suggestionsFor(fact, unit) : [],
  }),
}

function suggestionsFor(fact: LeakyRace, unit: SourceUnit): Suggestion[] {
  return [
    { message: 'clearTimer', rewrite: () => clearTimerOfRace(unit, fact) },
    { message: 'threadSignal', rewrite: () => raceToTimeout(unit, fact, 'native') },
    ...(unit.resolves('structured-async') ? [{ message: 'waitFor', rewrite: () => raceToTimeout(unit, fact, 'structured-async') }] : []),
  ]
}
