import { handMadeFinder } from '../analysis/tasks/hand-made.js'
import { ownMembers } from '../rewrite/own-members.js'
import { toTransform } from './adapter.js'
import type { CodemodDefinition } from './codemod.js'

export const promiseAllToTaskGroup: CodemodDefinition = {
  name: 'promise-all-to-task-group',
  rule: 'prefer-task-group',
  description: 'Give work that goes on when a sibling fails a task group, which stops it and waits for it.',
  isNamed: true,
  rewrites: (unit, { target, find }) =>
    find(handMadeFinder, {}).map(fact => ({
      nodes: [fact.join],
      rewrite: target === 'native' ? { refused: 'The language has nothing that owns a group of tasks. Use the runtime, or thread an AbortSignal by hand.', at: fact.join } : ownMembers(unit, fact),
    })),
}

export default toTransform(promiseAllToTaskGroup)
