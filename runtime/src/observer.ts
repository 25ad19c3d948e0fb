import type { Task } from './task.js'

/** What `structured-async/debug` puts in to see tasks come and go; empty, and so nearly free, without it. */
export const observer: {
  start?: (task: Task<unknown>, by: Task<unknown> | undefined) => void
  settle?: (task: Task<unknown>) => void
  cancel?: (task: Task<unknown>, reason: unknown) => void
} = {}
