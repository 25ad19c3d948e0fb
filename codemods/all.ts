import { allTasksToTaskGroup } from './all-tasks-to-task-group.js'
import type { CodemodDefinition } from './codemod.js'
import { floatingToTaskGroup } from './floating-to-task-group.js'
import { lateAwaitToGather } from './late-await-to-gather.js'
import { loopToGather } from './loop-to-gather.js'
import { raceToTimeoutCodemod } from './race-to-timeout.js'
import { sequentialToGather } from './sequential-to-gather.js'

/** Every codemod there is, in the order in which the command runs them. */
export const codemods: readonly CodemodDefinition[] = [allTasksToTaskGroup, floatingToTaskGroup, lateAwaitToGather, loopToGather, raceToTimeoutCodemod, sequentialToGather]
