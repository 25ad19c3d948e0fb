import type { FloatingPromise, ForgottenPromise } from '../analysis/facts.js'
import { defaultFloatingOptions, floatingPlaces, floatingPromises, floatingPromisesAt, type FloatingOptions } from '../analysis/promises/floating.js'
import { bindingPlaces } from '../analysis/promises/bindings.js'
import { forgottenPromises, forgottenPromisesAt } from '../analysis/promises/forgotten.js'
import { unwrap } from '../analysis/walk.js'
import { awaitIt, joinIt, returnIt, runtime, voidIt } from '../rewrite/awaiting.js'
import { awaitWhereMade } from '../rewrite/await-where-made.js'
import { ownInBackground } from '../rewrite/background.js'
import { ownInTaskGroup } from '../rewrite/own-in-task-group.js'
import type { Report, RuleDefinition, Suggestion } from './rule.js'
import { specifierSchema } from './specifiers.js'
import { wayInWords } from './ways.js'
import type { SourceUnit } from '../analysis/unit.js'

const whatToDo = 'Await it, return it, run it in a task group or give it to background()'

export const noFloatingPromises: RuleDefinition<FloatingPromise | ForgottenPromise, FloatingOptions> = {
  name: 'no-floating-promises',
  description: 'Require every promise to be awaited, returned, handled or owned, on every path',
  presets: ['recommended', 'recommendedTypeChecked'],
  defaultOptions: defaultFloatingOptions,
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      allowForKnownSafeCalls: { type: 'array', items: specifierSchema(), description: 'Functions whose calls may float.' },
      allowForKnownSafePromises: { type: 'array', items: specifierSchema(), description: 'Promise types that may float.' },
      checkThenables: { type: 'boolean', description: 'Whether thenables that are no Promise count too.' },
      ignoreIIFE: { type: 'boolean', description: 'Whether async functions that are called where they are written may float.' },
      ignoreVoid: { type: 'boolean', description: 'Whether `void` marks a promise as dropped on purpose.' },
      variables: { type: 'boolean', description: 'Whether to follow promises in variables: never awaited, or forgotten on some path.' },
    },
  },
  messages: {
    floating: `Nothing waits for the promise from \`{{what}}\` ({{because}}): the code goes on before it is done, and nobody handles its rejection, which ends a Node process. ${whatToDo}{{orVoid}}.`,
    floatingCaught: `Nothing waits for the promise from \`{{what}}\` ({{because}}): the code goes on before it is done. It does not reject, so only the order is at stake. ${whatToDo}{{orVoid}}.`,
    floatingList: 'Nothing waits for the promises in this list ({{because}}): the code goes on before they are done, and nobody handles a rejection, which ends a Node process. Join them with `await gather(…)` or `await Promise.all(…)`{{orVoid}}.',
    uselessHandler: `The rejection handler of \`{{what}}\` is no function, so the promise that it returns ({{because}}) is not handled: a rejection ends a Node process. Pass a function, or await the promise{{orVoid}}.`,
    forgotten: `Nothing ever waits for the promise in \`{{name}}\` ({{because}}): the code goes on before it is done, and nobody handles its rejection, which ends a Node process. ${whatToDo}{{orVoid}}.`,
    forgottenOnPath: 'Nothing waits for the promise in `{{name}}` ({{because}}){{path}}: on that way nobody handles its rejection, which ends a Node process. Await it before, or make it only where it is awaited{{orVoid}}.',
    awaitIt: 'Await it here.',
    awaitWhereMade: 'Await it where it is made.',
    joinWithGather: 'Wait for all of them here, with gather().',
    joinWithAll: 'Wait for all of them here, with Promise.all().',
    returnIt: 'Return it, so that the caller waits.',
    ownInTaskGroup: 'Run it in a task group that this function waits for.',
    ownInBackground: 'Give it to background(), which reports its error.',
    voidIt: 'Mark it with void: its error may get lost.',
  },

  find: (unit, options) => [...floatingPromises(unit, options), ...forgottenPromises(unit, options)].sort((a, b) => a.node.range[0] - b.node.range[0]),
  findAt: {
    types: [...floatingPlaces, ...bindingPlaces],
    find: (node, unit, options) => [...floatingPromisesAt(node, unit, options), ...forgottenPromisesAt(node, unit, options)],
  },

  report: (fact, unit, options) => (fact.kind === 'floating-promise' ? reportFloating(fact, unit, options) : reportForgotten(fact, unit, options)),
}

function reportForgotten(fact: ForgottenPromise, unit: SourceUnit, { ignoreVoid }: FloatingOptions): Report {
  return {
    node: fact.node,
    message: fact.way.kind === 'never' ? 'forgotten' : 'forgottenOnPath',
    data: {
      name: fact.name,
      because: fact.because.map(reason => reason.text).join(', '),
      path: wayInWords(fact.way),
      orVoid: ignoreVoid ? `; mark it with \`void ${fact.name}\` only where losing its error is right` : '',
    },
    suggestions: [{ message: 'awaitWhereMade', rewrite: () => awaitWhereMade(unit, fact) }],
  }
}

function reportFloating(fact: FloatingPromise, unit: SourceUnit, { ignoreVoid }: FloatingOptions): Report {
  return {
    node: fact.node,
    message: fact.uselessHandler ? 'uselessHandler' : fact.shape === 'list' ? 'floatingList' : fact.mayReject ? 'floating' : 'floatingCaught',
    data: {
      what: callText(fact, unit),
      because: fact.because.map(reason => reason.text).join(', '),
      orVoid: ignoreVoid ? `; mark it with \`void\` only where ${fact.mayReject ? 'losing its error' : 'waiting for it nowhere'} is right` : '',
    },
    suggestions: suggestionsFor(fact, unit, ignoreVoid),
  }
}

function suggestionsFor(fact: FloatingPromise, unit: SourceUnit, ignoreVoid: boolean): Suggestion[] {
  // An import that does not resolve would trade one error for another.
  const hasRuntime = unit.resolves(runtime)
  const join: Suggestion = hasRuntime
    ? { message: 'joinWithGather', rewrite: () => joinIt(unit, fact, runtime) }
    : { message: 'joinWithAll', rewrite: () => joinIt(unit, fact, 'native') }
  return [
    fact.shape === 'list' ? join : { message: 'awaitIt', rewrite: () => awaitIt(unit, fact) },
    { message: 'returnIt', rewrite: () => returnIt(fact) },
    ...(hasRuntime
      ? [
          { message: 'ownInTaskGroup', rewrite: () => ownInTaskGroup(unit, [fact]) },
          { message: 'ownInBackground', rewrite: () => ownInBackground(unit, fact) },
        ]
      : []),
    ...(ignoreVoid ? [{ message: 'voidIt', rewrite: () => voidIt(fact) }] : []),
  ]
}

/** `api.users.save()` for `api.users.save(user, { … })`: enough to find it, short enough to read. */
function callText({ node }: FloatingPromise, { text }: SourceUnit): string {
  const inner = unwrap(node)
  const isCall = inner.type === 'CallExpression'
  const source = text.slice(...(isCall ? inner.callee.range : inner.range)).replace(/\s+/g, ' ')
  if (isCall && /[{;]/.test(source)) return source.startsWith('(') || /^(?:async|function)\b/.test(source) ? 'this function' : `….${/(\w+)\s*$/.exec(source)?.[1] ?? 'call'}()`
  const name = source.length > 50 ? `…${source.slice(-47)}` : source
  return isCall ? `${name}()` : name
}
