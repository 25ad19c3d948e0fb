import type { HandMadeGroup } from '../analysis/facts.js'
import { handMadeFinder } from '../analysis/tasks/hand-made.js'
import { ownMembers } from '../rewrite/own-members.js'
import type { RuleDefinition } from './rule.js'

export const preferTaskGroup: RuleDefinition<HandMadeGroup, object> = {
  name: 'prefer-task-group',
  description: 'Require work that goes on when a sibling fails to have an owner that stops it and waits for it',
  presets: ['strictTypeChecked'],
  usesEffects: true,
  defaultOptions: {},
  schema: { type: 'object', additionalProperties: false, properties: {} },
  messages: {
    group: 'If one of these fails, the others go on while the error is handled already: {{because}}. Start them in a task group, which cancels the rest, waits until they have ended, and then throws.',
    ownMembers: 'Start them in a task group.',
  },

  finders: [handMadeFinder],

  report: (fact, unit) => ({
    node: fact.node,
    message: 'group',
    data: { because: fact.because.map(({ text }) => text).join(', ') },
    suggestions: unit.resolves('structured-async') ? [{ message: 'ownMembers', rewrite: () => ownMembers(unit, fact) }] : [],
  }),
}
