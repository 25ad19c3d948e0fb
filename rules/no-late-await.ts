import type { LateAwait } from '../analysis/facts.js'
import { defaultLateOptions, lateFinder, type LateOptions } from '../analysis/promises/late.js'
import { attachHandler } from '../rewrite/attach-handler.js'
import { runtime } from '../rewrite/awaiting.js'
import { joinAwaits, runOfAwaits } from '../rewrite/join-awaits.js'
import type { RuleDefinition, Suggestion } from './rule.js'
import { specifierSchema } from './specifiers.js'
import type { SourceUnit } from '../analysis/unit.js'

export const noLateAwait: RuleDefinition<LateAwait, LateOptions> = {
  name: 'no-late-await',
  description: 'Require a promise to have a handler before its function waits for something else',
  presets: ['recommended', 'recommendedTypeChecked', 'strictTypeChecked'],
  defaultOptions: defaultLateOptions,
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      allowForKnownSafeCalls: { type: 'array', items: specifierSchema(), description: 'Functions whose promises may be awaited late.' },
      allowForKnownSafePromises: { type: 'array', items: specifierSchema(), description: 'Promise types that may be awaited late.' },
      checkTests: { type: 'boolean', description: 'Whether test files count too.' },
      checkThenables: { type: 'boolean', description: 'Whether thenables that are no Promise count too.' },
    },
  },
  messages: {
    late: 'The promise in `{{name}}` ({{because}}) has no handler while {{wait}}. If it rejects in that time, Node exits, even inside try/catch. Join them with `await gather([…])` or `await Promise.all([…])`, or attach a handler first.',
    lateInLoop: 'The promises in `{{name}}` ({{because}}) are awaited one by one on line {{line}}: while it waits for one, the others have no handler. If one of them rejects in that time, Node exits, even inside try/catch. Join them with `await gather({{name}})` or `await Promise.all({{name}})` first.',
    joinWithGather: 'Wait for them together, with gather().',
    joinWithAll: 'Wait for them together, with Promise.all().',
    attachHandler: 'Attach a handler where it is made, so that only the await throws its error.',
  },

  finders: [lateFinder],

  report: (fact, unit) => {
    const { line } = fact.wait.loc.start
    return {
      node: fact.node,
      message: fact.handler ? 'late' : 'lateInLoop',
      data: {
        name: fact.name,
        because: fact.because.map(reason => reason.text).join(', '),
        line: String(line),
        wait: `line ${line} waits, before line ${fact.handler?.loc.start.line} takes charge of it`,
      },
      suggestions: suggestionsFor(fact, unit),
    }
  },
}

function suggestionsFor(fact: LateAwait, unit: SourceUnit): Suggestion[] {
  const run = runOfAwaits(unit, fact)
  const join: Suggestion[] = !run
    ? []
    : unit.resolves(runtime)
      ? [{ message: 'joinWithGather', rewrite: () => joinAwaits(unit, run, 'structured-async') }]
      : [{ message: 'joinWithAll', rewrite: () => joinAwaits(unit, run, 'native') }]
  return [...join, { message: 'attachHandler', rewrite: () => attachHandler(unit, fact) }]
}
