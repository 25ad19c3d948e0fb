import { defaultSequentialOptions, sequentialFinder, type SequentialOptions } from '../analysis/dependence/sequential.js'
import { loopFinder } from '../analysis/dependence/loops.js'
import type { SequentialAwaits, SequentialLoop } from '../analysis/facts.js'
import { runtime } from '../rewrite/awaiting.js'
import { gatherLoop } from '../rewrite/gather-loop.js'
import { gatherSteps } from '../rewrite/gather-steps.js'
import type { RuleDefinition } from './rule.js'

export const noSequentialAwaits: RuleDefinition<SequentialAwaits | SequentialLoop, SequentialOptions> = {
  name: 'no-sequential-awaits',
  description: 'Require awaits that do not depend on each other to wait together',
  presets: ['recommendedTypeChecked', 'strictTypeChecked'],
  defaultOptions: defaultSequentialOptions,
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      checkLikely: { type: 'boolean', description: 'Whether awaits count that are only likely to read.' },
      checkLoops: { type: 'boolean', description: 'Whether loops count.' },
      checkTests: { type: 'boolean', description: 'Whether tests, stories, seeds and migrations count too.' },
    },
  },
  messages: {
    proven: 'Nothing keeps `{{later}}` from starting together with `{{first}}` (line {{line}}): both only read, and neither uses the other’s result ({{because}}). One after the other they take as long as both, together as long as the slower one. Wait for them with `await gather([…])` or `await Promise.all([…])`.',
    likely: 'As far as types and names tell, nothing keeps `{{later}}` from starting together with `{{first}}` (line {{line}}): both only read, and neither uses the other’s result ({{because}}). One after the other they take as long as both, together as long as the slower one. Wait for them with `await gather([…])` or `await Promise.all([…])`.',
    loop: 'Each round of this loop waits for the one before, though `{{name}}` only reads something for its own element ({{because}}). Start them together, a few at a time, and keep their order: `await gather(list.map(item => () => …), { limit: 8 })`, or `await Promise.all(list.map(async item => …))` for a short list.',
    loopOverDatabase: 'Each round of this loop asks the database again, and waits for the round before ({{because}}). Ask once for all elements, with `in` or a join; where that can’t be, start the rounds together, a few at a time.',
    gather: 'Start them together, with gather().',
    gatherWithAll: 'Start them together, with Promise.all().',
    gatherRounds: 'Start the rounds together, with gather().',
    gatherRoundsWithAll: 'Start the rounds together, with Promise.all().',
  },

  finders: [sequentialFinder, loopFinder],

  report: (fact, unit) => {
    const because = [...new Set(fact.because.map(({ text }) => text))].join('; ')
    const target = unit.resolves(runtime) ? 'structured-async' : 'native'
    if (fact.kind === 'sequential-loop') {
      return {
        node: fact.node,
        message: fact.isDatabase ? 'loopOverDatabase' : 'loop',
        data: { name: fact.name, because },
        suggestions: [{ message: target === 'native' ? 'gatherRoundsWithAll' : 'gatherRounds', rewrite: () => gatherLoop(unit, fact, target) }],
      }
    }
    return {
      node: fact.node,
      message: fact.certainty,
      data: { first: fact.names[0], later: fact.names[1], line: String(fact.first.loc.start.line), because },
      suggestions: [{ message: target === 'native' ? 'gatherWithAll' : 'gather', rewrite: () => gatherSteps(unit, fact, target) }],
    }
  },
}
