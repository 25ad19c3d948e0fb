import type { ForgottenPromise } from '../../analysis/facts.js'
import type { FloatingOptions } from '../../analysis/promises/floating.js'
import type { SourceUnit } from '../../analysis/unit.js'
import { awaitWhereMade } from '../../rewrite/await-where-made.js'
import type { Report } from '../rule.js'
import { wayInWords } from './ways.js'
import { noHandler, reasons, whatToDo } from './advice.js'

/** Words for promises in variables. */
export const variableMessages = {
  forgotten: `Nothing ever waits for the promise in \`{{name}}\` ({{because}}): the code goes on before it is done, and ${noHandler}. ${whatToDo}{{orVoid}}.`,
  forgottenOnPath: `Nothing waits for the promise in \`{{name}}\` ({{because}}){{path}}: on that way ${noHandler}. Await it before, or make it only where it is awaited{{orVoid}}.`,
  awaitWhereMade: 'Await it where it is made.',
}

export function reportForgotten(fact: ForgottenPromise, unit: SourceUnit, { ignoreVoid }: FloatingOptions): Report {
  return {
    node: fact.node,
    message: fact.way.kind === 'never' ? 'forgotten' : 'forgottenOnPath',
    data: {
      name: fact.name,
      because: reasons(fact),
      path: wayInWords(fact.way),
      orVoid: ignoreVoid ? `; mark it with \`void ${fact.name}\` only where losing its error is right` : '',
    },
    suggestions: [{ message: 'awaitWhereMade', rewrite: () => awaitWhereMade(unit, fact) }],
  }
}
