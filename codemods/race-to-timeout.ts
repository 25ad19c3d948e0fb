import { defaultRaceOptions, raceFinder } from '../analysis/tasks/races.js'
import { clearTimerOfRace } from '../rewrite/clear-timer.js'
import { isRefusal } from '../rewrite/edit.js'
import { raceToTimeout } from '../rewrite/race-to-timeout.js'
import { toTransform } from './adapter.js'
import type { CodemodDefinition } from './codemod.js'

export const raceToTimeoutCodemod: CodemodDefinition = {
  name: 'race-to-timeout',
  rule: 'no-leaky-race',
  description: 'Make a time limit of a race against a timer that nothing clears, or clear the timer.',
  rewrites: (unit, { target, find }) =>
    find(raceFinder, defaultRaceOptions).flatMap(fact => {
      if (fact.what !== 'timer') return []
      const limited = raceToTimeout(unit, fact, target)
      const cleared = isRefusal(limited) ? clearTimerOfRace(unit, fact) : limited
      // The first refusal says what to change; the second only that there is no way around it.
      return [{ nodes: [fact.race], rewrite: isRefusal(cleared) ? limited : cleared }]
    }),
}

export default toTransform(raceToTimeoutCodemod)
