import { allTasksToTaskGroup } from './all-tasks-to-task-group.js'
import type { CodemodDefinition } from './codemod.js'
import { floatingToTaskGroup } from './floating-to-task-group.js'
import { lateAwaitToGather } from './late-await-to-gather.js'
import { loopToGather } from './loop-to-gather.js'
import { promiseAllToTaskGroup } from './promise-all-to-task-group.js'
import { raceToTimeoutCodemod } from './race-to-timeout.js'
import { sequentialToGather } from './sequential-to-gather.js'

/** Every codemod there is, in the order in which the command runs them; some of them only where they are named. */
export const codemods: readonly CodemodDefinition[] = [allTasksToTaskGroup, floatingToTaskGroup, lateAwaitToGather, loopToGather, promiseAllToTaskGroup, raceToTimeoutCodemod, sequentialToGather]
