import type { Task } from 'structured-async'

/** How many done callbacks a task keeps: it has them in an array of its own, whose name differs from build to build. */
export function callbacksOf(task: Task<unknown>): number {
  const lists = Object.values(task).filter(value => Array.isArray(value) && value.every(entry => typeof entry === 'function'))
  return lists.flat().length
}
