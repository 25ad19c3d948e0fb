import type { HandMadeGroup, WaitForAllTasks } from '../analysis/facts.js'
import { allTasksFinder } from '../analysis/tasks/all-tasks.js'
import { handMadeFinder } from '../analysis/tasks/hand-made.js'
import { ownAllTasks } from '../rewrite/own-all-tasks.js'
import { ownMembers } from '../rewrite/own-members.js'
import type { RuleDefinition } from './rule.js'

export const preferTaskGroup: RuleDefinition<HandMadeGroup | WaitForAllTasks, object> = {
  name: 'prefer-task-group',
  description: 'Require work that goes on when a sibling fails to have an owner that stops it and waits for it',
  presets: ['strictTypeChecked'],
  defaultOptions: {},
  schema: { type: 'object', additionalProperties: false, properties: {} },
  messages: {
    group: 'If one of these fails, the others go on while the error is handled already: {{because}}. Start them in a task group, which cancels the rest, waits until they have ended, and then throws.',
    wait: 'This waits for every task there is, also for those that other code has started, and an error in one of them is neither thrown nor stops the others. Start the tasks in a task group, which waits for its own, and throws when one fails.',
    gather: 'This waits for every task there is, also for those that other code has started, and when one fails the others go on while the error is handled already. Start the tasks in a task group, which waits for its own, and cancels the rest when one fails.',
    ownMembers: 'Start them in a task group.',
  },

  finders: [handMadeFinder, allTasksFinder],

  report: (fact, unit) => {
    if (fact.kind === 'wait-for-all-tasks') return { node: fact.node, message: fact.how, suggestions: [{ message: 'ownMembers', rewrite: () => ownAllTasks(unit, fact) }] }
    return {
      node: fact.node,
      message: 'group',
      data: { because: fact.because.map(({ text }) => text).join(', ') },
      suggestions: unit.resolves('structured-async') ? [{ message: 'ownMembers', rewrite: () => ownMembers(unit, fact) }] : [],
    }
  },
}
