import type { DroppedCallback } from '../../analysis/facts.js'
import type { SourceUnit } from '../../analysis/unit.js'
import { runtime } from '../../rewrite/awaiting.js'
import { backgroundInside, mapAndJoin } from '../../rewrite/own-callback.js'
import type { Report, Suggestion } from '../rule.js'
import { noHandler, reasons } from './advice.js'

/** Words for functions whose promises are dropped by whoever calls them. */
export const callbackMessages = {
  dropped: `Nothing waits for the promise of this function: {{because}}. The code around goes on before it is done, and ${noHandler}. {{instead}}.`,
  droppedDone: 'Nothing looks at the promise of this function: {{because}}. The function waits for nothing, but an error that it throws would be a rejection without a handler, and no exception that the code around could catch. Take `async` away, or catch its errors inside.',
  tested: 'This function gives a promise, and {{because}}: a promise always is, whatever it will give. Get all the answers first, with `await Promise.all(list.map(…))`.',
  accumulated: `This function does not wait for the promise of the call before, which it gets as \`{{accumulator}}\`: all calls run at once, and for any but the last ${noHandler}. Await \`{{accumulator}}\` in it, or use a loop that awaits.`,
  executed: 'This function is async, and {{because}}: an error in it leaves the new promise pending for ever, and its rejection ends a Node process. Do the waiting outside of `new Promise`, or catch every error and call `reject`.',
  mapAndGather: 'Make a list of the promises, and wait for it with gather().',
  mapAndAll: 'Make a list of the promises, and wait for it with Promise.all().',
  backgroundInside: 'Give its work to background(), which reports its error.',
}

export function reportDroppedCallback(fact: DroppedCallback, unit: SourceUnit): Report {
  const [parameter] = fact.fn?.params ?? []
  return {
    node: fact.node,
    message: { drops: fact.isDoneAtOnce ? 'droppedDone' : 'dropped', tests: 'tested', accumulates: 'accumulated', executes: 'executed' }[fact.how],
    data: {
      because: reasons(fact),
      accumulator: parameter?.type === 'Identifier' ? parameter.name : 'its first argument',
      instead: fact.taker === 'forEach' ? 'Use a loop that awaits, or `await Promise.all(list.map(…))`' : 'Catch its errors inside, or give the work to background()',
    },
    suggestions: fact.how === 'drops' ? suggestionsFor(fact, unit) : [],
  }
}

function suggestionsFor(fact: DroppedCallback, unit: SourceUnit): Suggestion[] {
  const hasRuntime = unit.resolves(runtime)
  const join: Suggestion = hasRuntime
    ? { message: 'mapAndGather', rewrite: () => mapAndJoin(unit, fact, 'structured-async') }
    : { message: 'mapAndAll', rewrite: () => mapAndJoin(unit, fact, 'native') }
  return [...(fact.taker === 'forEach' ? [join] : []), ...(hasRuntime ? [{ message: 'backgroundInside', rewrite: () => backgroundInside(unit, fact) }] : [])]
}
