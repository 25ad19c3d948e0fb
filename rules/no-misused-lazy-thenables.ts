import type { LazyMisuse } from '../analysis/facts.js'
import { defaultLazyOptions, lazyFinder, type LazyOptions } from '../analysis/queries/misuse.js'
import type { SourceUnit } from '../analysis/unit.js'
import { runtime } from '../rewrite/awaiting.js'
import { joinAwaits, runOfAwaits } from '../rewrite/join-awaits.js'
import { runQuery } from '../rewrite/run-query.js'
import type { Report, RuleDefinition, Suggestion } from './rule.js'
import { specifierSchema } from './specifiers.js'

export const noMisusedLazyThenables: RuleDefinition<LazyMisuse, LazyOptions> = {
  name: 'no-misused-lazy-thenables',
  description: 'Require queries that start only when they are awaited to be awaited, once, and together where they look started together',
  presets: ['recommendedTypeChecked', 'strictTypeChecked'],
  defaultOptions: defaultLazyOptions,
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: { additionalTypes: { type: 'array', items: specifierSchema(), description: 'Types whose values start when somebody waits for them, and again each time.' } },
  },
  messages: {
    neverRuns: 'This {{library}} query never runs: it starts when it is awaited, and nobody awaits it. Await it, or take it out.',
    neverExecutes: 'This {{library}} query never runs: it starts when `{{runsBy}}()` is called, and nobody calls it. Await `{{runsBy}}()`, or take the query out.',
    runsAgain: 'The {{library}} query in `{{name}}` runs each time it is awaited: it has run on line {{line}} already, and runs again here. Keep the result of the first await, or make a query of its own.',
    runsAgainInLoop: 'The {{library}} query in `{{name}}` runs each time it is awaited: the loop on line {{line}} runs it in every round. Await it once before the loop, or make the query in the loop.',
    throwsAgain: 'The {{library}} query in `{{name}}` runs only once: it has run on line {{line}} already, and awaiting it again throws. Keep the result of the first await, or clone the query before.',
    waitsItsTurn: 'The {{library}} query in `{{name}}` is not started here: it starts when it is awaited on line {{line}}, after `{{first}}` is done, so the two do not run at the same time. Await both together, with `await gather([…])` or `await Promise.all([…])`.',
    awaitQuery: 'Await it here, so that it runs.',
    joinWithGather: 'Wait for them together, with gather().',
    joinWithAll: 'Wait for them together, with Promise.all().',
  },
  finders: [lazyFinder],
  report: (fact, unit) => ({
    node: fact.node,
    message: messageOf(fact),
    data: {
      library: fact.library,
      runsBy: fact.runsBy,
      name: fact.name ?? '',
      first: fact.first?.type === 'Identifier' ? fact.first.name : '',
      line: String((fact.handler ?? fact.first ?? fact.node).loc.start.line),
    },
    suggestions: suggestionsFor(fact, unit),
  }),
}

function messageOf({ what, runsBy, again, first }: LazyMisuse): Report['message'] {
  if (what === 'never-runs') return runsBy === 'await' ? 'neverRuns' : 'neverExecutes'
  if (what === 'waits-its-turn') return 'waitsItsTurn'
  if (again === 'throws') return 'throwsAgain'
  return first && first.type.startsWith('For') ? 'runsAgainInLoop' : 'runsAgain'
}

function suggestionsFor(fact: LazyMisuse, unit: SourceUnit): Suggestion[] {
  // `await` before the steps that are still to come would run another query.
  if (fact.what === 'never-runs') return fact.isMentioned ? [] : [{ message: 'awaitQuery', rewrite: () => runQuery(unit, fact) }]
  const run = fact.wait && fact.handler ? runOfAwaits(unit, { wait: fact.wait, handler: fact.handler }) : undefined
  if (!run) return []
  const hasRuntime = unit.resolves(runtime)
  return [{ message: hasRuntime ? 'joinWithGather' : 'joinWithAll', rewrite: () => joinAwaits(unit, run, hasRuntime ? 'structured-async' : 'native') }]
}
