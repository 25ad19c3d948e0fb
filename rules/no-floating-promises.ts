import type { ContainedPromise, DroppedCallback, FloatingPromise, ForgottenPromise, IdleGenerator, MisreadPromise } from '../analysis/facts.js'
import type { Finder } from '../analysis/find.js'
import { callbackFinder } from '../analysis/promises/callbacks.js'
import { containerFinder } from '../analysis/promises/containers.js'
import { defaultFloatingOptions, floatingFinder, type FloatingOptions } from '../analysis/promises/floating.js'
import { forgottenFinder } from '../analysis/promises/forgotten.js'
import { generatorFinder } from '../analysis/promises/generators.js'
import { misreadFinder } from '../analysis/promises/misread.js'
import { callbackMessages, reportDroppedCallback } from './floating/callbacks.js'
import { containerMessages, reportContained } from './floating/containers.js'
import { misreadMessages, reportMisread } from './floating/misread.js'
import { reportFloating, statementMessages } from './floating/statements.js'
import { reportForgotten, variableMessages } from './floating/variables.js'
import type { Report, RuleDefinition } from './rule.js'
import { specifierSchema } from './specifiers.js'

type FloatingFact = FloatingPromise | ForgottenPromise | DroppedCallback | MisreadPromise | ContainedPromise | IdleGenerator

export const noFloatingPromises: RuleDefinition<FloatingFact, FloatingOptions> = {
  name: 'no-floating-promises',
  description: 'Require every promise to be awaited, returned, handled or owned, on every path',
  presets: ['recommended', 'recommendedTypeChecked', 'strictTypeChecked'],
  strictOptions: { attributes: true },
  defaultOptions: defaultFloatingOptions,
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      allowForKnownSafeCalls: { type: 'array', items: specifierSchema(), description: 'Functions whose calls may float.' },
      allowForKnownSafePromises: { type: 'array', items: specifierSchema(), description: 'Promise types that may float.' },
      attributes: { type: 'boolean', description: 'Whether functions handed to JSX attributes that drop their promises count.' },
      callbacks: { type: 'boolean', description: 'Whether functions handed to someone who drops their promises count: callbacks, listeners, properties that give void.' },
      checkThenables: { type: 'boolean', description: 'Whether thenables that are no Promise count too.' },
      conditions: { type: 'boolean', description: 'Whether a promise counts where a value was meant: in a condition, or in a spread.' },
      containers: { type: 'boolean', description: 'Whether to follow promises in lists, Sets, Maps, objects and private fields.' },
      ignoreCaught: { type: 'boolean', description: 'Whether calls may float of functions that catch the errors of what they wait for, or wait for nothing.' },
      ignoreIIFE: { type: 'boolean', description: 'Whether async functions that are called where they are written may float.' },
      ignoreVoid: { type: 'boolean', description: 'Whether `void` marks a promise as dropped on purpose.' },
      variables: { type: 'boolean', description: 'Whether to follow promises in variables: never awaited, or forgotten on some path.' },
    },
  },
  messages: { ...statementMessages, ...variableMessages, ...callbackMessages, ...misreadMessages, ...containerMessages },

  finders: [floatingFinder, forgottenFinder, callbackFinder, misreadFinder, containerFinder, generatorFinder] as readonly Finder<FloatingFact, FloatingOptions>[],

  report(fact, unit, options): Report {
    switch (fact.kind) {
      case 'floating-promise':
        return reportFloating(fact, unit, options)
      case 'forgotten-promise':
        return reportForgotten(fact, unit, options)
      case 'dropped-callback':
        return reportDroppedCallback(fact, unit)
      case 'misread-promise':
        return reportMisread(fact, unit)
      case 'contained-promise':
        return reportContained(fact, unit)
      case 'idle-generator':
        return { node: fact.node, message: 'idleGenerator', suggestions: [] }
    }
  },
}
