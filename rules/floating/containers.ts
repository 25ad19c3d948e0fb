import type { ContainedPromise } from '../../analysis/facts.js'
import type { SourceUnit } from '../../analysis/unit.js'
import { runtime } from '../../rewrite/awaiting.js'
import { joinBehind } from '../../rewrite/join-behind.js'
import type { Report } from '../rule.js'
import { noHandler, reasons } from './advice.js'
import { wayInWords } from './ways.js'

/** Words for promises in containers. */
export const containerMessages = {
  contained: `Nothing ever takes the promise ({{because}}) out of \`{{name}}\`: nobody waits for it, and ${noHandler}. Join what is in it with \`await gather(…)\` or \`await Promise.all(…)\`.`,
  containedOnPath: `Nothing takes the promise ({{because}}) out of \`{{name}}\`{{path}}: on that way ${noHandler}. Join what is in it before, with \`await gather(…)\` or \`await Promise.all(…)\`.`,
  inField: `Nothing in its class ever reads \`{{name}}\`, which holds the promise ({{because}}): nobody waits for it, and ${noHandler}. Await it where it is needed, or give it to background().`,
  idleGenerator: 'This async generator is called, and nothing iterates what it gives: none of its code runs. Iterate it with `for await`, or take the call out.',
  joinBehind: 'Wait for all of them, behind the place where the last one is made.',
}

export function reportContained(fact: ContainedPromise, unit: SourceUnit): Report {
  return {
    node: fact.node,
    message: !fact.declaration ? 'inField' : fact.way.kind === 'never' ? 'contained' : 'containedOnPath',
    data: { name: fact.name, because: reasons(fact), path: wayInWords(fact.way) },
    suggestions: fact.declaration && fact.way.kind === 'never' ? [{ message: 'joinBehind', rewrite: () => joinBehind(unit, fact, unit.resolves(runtime) ? 'structured-async' : 'native') }] : [],
  }
}
