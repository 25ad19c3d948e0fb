import { selfAwaitFinder } from '../analysis/tasks/self-await.js'
import { isRefusal } from '../rewrite/edit.js'
import { leaveOutItself } from '../rewrite/leave-out-itself.js'
import { ownAllTasks } from '../rewrite/own-all-tasks.js'
import { toTransform } from './adapter.js'
import type { CodemodDefinition } from './codemod.js'

export const allTasksToTaskGroup: CodemodDefinition = {
  name: 'all-tasks-to-task-group',
  rule: 'no-self-await',
  description: 'Give tasks that are waited for by waiting for all tasks a group, or leave the task that waits out of them.',
  rewrites: (unit, { find }) =>
    find(selfAwaitFinder, {}).flatMap(fact => {
      if (fact.what !== 'all tasks') return []
      const owned = ownAllTasks(unit, fact)
      return [{ nodes: [fact.node], rewrite: isRefusal(owned) ? leaveOutItself(unit, fact) : owned }]
    }),
}

export default toTransform(allTasksToTaskGroup)
