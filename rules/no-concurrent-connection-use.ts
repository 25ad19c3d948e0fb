import { sharedFinder } from '../analysis/dependence/shared.js'
import type { SharedConnection } from '../analysis/facts.js'
import { oneAfterTheOther } from '../rewrite/one-after-the-other.js'
import type { RuleDefinition } from './rule.js'

export const noConcurrentConnectionUse: RuleDefinition<SharedConnection, object> = {
  name: 'no-concurrent-connection-use',
  description: 'Require operations on one connection, page or file to wait for each other',
  presets: ['recommendedTypeChecked', 'strictTypeChecked'],
  defaultOptions: {},
  schema: { type: 'object', additionalProperties: false, properties: {} },
  messages: {
    pair: 'Line {{first}} and this use {{what}} (`{{name}}`) at the same time. {{happens}} Await one after the other{{advice}}.',
    each: 'Each of these uses {{what}} (`{{name}}`) at the same time as the others. {{happens}} Await one after the other, in a `for` loop{{advice}}.',
    oneAfterTheOther: 'Await one after the other.',
  },

  finders: [sharedFinder],

  report: (fact, unit) => ({
    node: fact.node,
    message: fact.node === fact.first ? 'each' : 'pair',
    data: {
      first: String(fact.first.loc.start.line),
      what: fact.connection.what,
      name: fact.name,
      happens: fact.connection.happens,
      advice: fact.connection.harm === 'errors' ? ', or take a pool, which has a connection for each' : '',
    },
    suggestions: [{ message: 'oneAfterTheOther', rewrite: () => oneAfterTheOther(unit, fact) }],
  }),
}
