import type { Scope } from './scope.js'
import type { Task } from './task.js'

/** What `structured-async/debug` puts in to see tasks come and go; empty, and so nearly free, without it. */
export const observer: {
  start?: (task: Task<unknown>) => void
  settle?: (task: Task<unknown>) => void
  cancel?: (scope: Scope, reason: unknown) => void
} = {}
