import type { SelfAwait } from '../analysis/facts.js'
import { selfAwaitFinder } from '../analysis/tasks/self-await.js'
import { leaveOutItself } from '../rewrite/leave-out-itself.js'
import { ownAllTasks } from '../rewrite/own-all-tasks.js'
import type { RuleDefinition } from './rule.js'

export const noSelfAwait: RuleDefinition<SelfAwait, object> = {
  name: 'no-self-await',
  description: 'Disallow waits that can only end once the code that waits has ended',
  presets: ['recommended', 'recommendedTypeChecked', 'strictTypeChecked'],
  defaultOptions: {},
  schema: { type: 'object', additionalProperties: false, properties: {} },
  messages: {
    'promise': 'This waits for itself: {{chain}}, which is the promise of this very work. It never settles, and a process with nothing else to do exits without a word. Await {{goal}} outside of what makes it.',
    'returned': 'This waits for itself: {{chain}}, which is the promise of this very work. It is rejected with "Chaining cycle detected". Return what it should be fulfilled with instead.',
    'early': 'This waits for itself: {{chain}}, which has no value yet. It throws a ReferenceError, and behind another await it would never settle. Await {{goal}} outside of what makes it.',
    'members': 'This waits for itself: {{chain}}, and its own promise is one of them. It never settles, and neither does whoever waits for the list. Leave its own promise out, or wait where the others are started.',
    'all tasks': 'This waits for itself: {{chain}}, which has the waiting task in it. The wait is rejected with DeadlockError, and where each is awaited by hand it may never end. Wait for otherTasks(), or start the tasks in a task group, which waits for them.',
    'own task': 'This waits for itself: {{chain}}. The wait is rejected with DeadlockError. Await the task outside of it.',
    'each other': 'This waits for itself by way of another: {{chain}}, which awaits {{waiter}} on line {{line}}. Neither ever settles. Let one of them go on without the other.',
    'idle': 'This waits for itself: {{chain}}, which runs this very function (line {{line}}). Neither ever ends. Wait for {{goal}} outside of its own tasks.',
    'free': 'This waits for itself: {{chain}}, which this code holds since line {{line}} and gives back only behind the wait. It never ends. Take it once, and call what needs it directly.',
    'closed': 'This waits for itself: {{chain}}, and the one that this function answers (line {{line}}) is one of them. Neither ever ends. Answer first, and close without waiting for it here.',
    'ownAllTasks': 'Start the tasks in a task group, which waits for them.',
    'leaveOutItself': 'Wait for the other tasks, with otherTasks().',
  },

  finders: [selfAwaitFinder],

  report: (fact, unit) => ({
    node: fact.node,
    message: fact.what,
    data: { chain: fact.chain, goal: fact.goal, waiter: fact.waiter, line: String(fact.line ?? '') },
    suggestions: fact.what === 'all tasks' ? [{ message: 'ownAllTasks', rewrite: () => ownAllTasks(unit, fact) }, { message: 'leaveOutItself', rewrite: () => leaveOutItself(unit, fact) }] : [],
  }),
}
