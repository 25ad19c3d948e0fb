import { defaultSequentialOptions, sequentialFinder, type SequentialOptions } from '../analysis/dependence/sequential.js'
import type { SequentialAwaits } from '../analysis/facts.js'
import { runtime } from '../rewrite/awaiting.js'
import { gatherSteps } from '../rewrite/gather-steps.js'
import type { RuleDefinition } from './rule.js'

export const noSequentialAwaits: RuleDefinition<SequentialAwaits, SequentialOptions> = {
  name: 'no-sequential-awaits',
  description: 'Require awaits that do not depend on each other to wait together',
  presets: ['recommendedTypeChecked', 'strictTypeChecked'],
  defaultOptions: defaultSequentialOptions,
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      checkLikely: { type: 'boolean', description: 'Whether awaits count that are only likely to read.' },
      checkTests: { type: 'boolean', description: 'Whether tests, stories, seeds and migrations count too.' },
    },
  },
  messages: {
    proven: 'Nothing keeps `{{later}}` from starting together with `{{first}}` (line {{line}}): both only read, and neither uses the other’s result ({{because}}). One after the other they take as long as both, together as long as the slower one. Wait for them with `await gather([…])` or `await Promise.all([…])`.',
    likely: 'As far as types and names tell, nothing keeps `{{later}}` from starting together with `{{first}}` (line {{line}}): both only read, and neither uses the other’s result ({{because}}). One after the other they take as long as both, together as long as the slower one. Wait for them with `await gather([…])` or `await Promise.all([…])`.',
    gather: 'Start them together, with gather().',
    gatherWithAll: 'Start them together, with Promise.all().',
  },

  finders: [sequentialFinder],

  report: (fact, unit) => ({
    node: fact.node,
    message: fact.certainty,
    data: {
      first: fact.names[0],
      later: fact.names[1],
      line: String(fact.first.loc.start.line),
      because: [...new Set(fact.because.map(({ text }) => text))].join('; '),
    },
    suggestions: [
      unit.resolves(runtime)
        ? { message: 'gather', rewrite: () => gatherSteps(unit, fact, 'structured-async') }
        : { message: 'gatherWithAll', rewrite: () => gatherSteps(unit, fact, 'native') },
    ],
  }),
}
