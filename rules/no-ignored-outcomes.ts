import type { IgnoredOutcome } from '../analysis/facts.js'
import { defaultIgnoredOptions, ignoredFinder, type IgnoredOptions } from '../analysis/promises/ignored.js'
import { logSwallowed, throwFirst } from '../rewrite/look-at-outcomes.js'
import type { RuleDefinition } from './rule.js'

export const noIgnoredOutcomes: RuleDefinition<IgnoredOutcome, IgnoredOptions> = {
  name: 'no-ignored-outcomes',
  description: 'Require errors that are collected or caught to be looked at, or a comment that says why not',
  presets: ['strictTypeChecked'],
  defaultOptions: defaultIgnoredOptions,
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      checkTests: { type: 'boolean', description: 'Whether test files count too.' },
      swallowed: { type: 'boolean', description: 'Whether handlers that do nothing count.' },
    },
  },
  messages: {
    settled: 'Nobody looks at what `{{name}}` gives, so every error in it is lost without a trace. Look for outcomes with the status "rejected", use Promise.all() to throw the first error, or say in a comment why none matters.',
    gathered: 'Nobody looks at what `{{name}}` gives, and with `returnExceptions` that is where the errors are. Look for errors in it, leave the option out to throw the first one, or say in a comment why none matters.',
    waited: 'Nobody looks at the tasks that are done, and `{{name}}` throws none of their errors. Ask each for its `exception()`, use gather() to throw the first error, or say in a comment why none matters.',
    swallowed: 'This handler does nothing, so every error of `{{name}}` is lost without a trace, also one that is a bug. Log it, handle the errors that are expected, or say in a comment why none matters.',
    throwFirst: 'Throw the first error, with Promise.all().',
    logSwallowed: 'Log the error.',
  },

  finders: [ignoredFinder],

  report: (fact, unit) => ({
    node: fact.node,
    message: fact.what,
    data: { name: fact.name },
    suggestions: [
      { message: 'throwFirst', rewrite: () => throwFirst(fact) },
      { message: 'logSwallowed', rewrite: () => logSwallowed(unit, fact) },
    ],
  }),
}
