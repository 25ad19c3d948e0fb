import type { MisreadPromise } from '../../analysis/facts.js'
import type { SourceUnit } from '../../analysis/unit.js'
import { awaitValue } from '../../rewrite/awaiting.js'
import type { Report } from '../rule.js'
import { noHandler, reasons } from './advice.js'

/** Words for promises that stand where their values were meant. */
export const misreadMessages = {
  condition: 'This is a promise ({{because}}), which is always true: the condition does not ask what it will give. Await it first.',
  spread: `This is a promise ({{because}}), and a promise has no properties of its own: nothing is spread, and ${noHandler}. Await it first.`,
  awaitValue: 'Await it here.',
}

export function reportMisread(fact: MisreadPromise, unit: SourceUnit): Report {
  return { node: fact.node, message: fact.as, data: { because: reasons(fact) }, suggestions: [{ message: 'awaitValue', rewrite: () => awaitValue(unit, fact.node) }] }
}
