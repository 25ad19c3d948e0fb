import { cancelAll, isCooperative, listen, type Scope } from './scope.js'
import { onSettled, type Task } from './task.js'

/**
 * Cancels tasks, and resolves when those that can notice it have settled: a bare promise, or a function that never looked at
 * its signal, goes on. A further cancel, of `scope` or by `signal`, reaches them too and interrupts their cleanup.
 *
 * @returns the reason of a cancel of `scope` that came meanwhile
 */
export function stopAll(tasks: readonly Task<unknown>[], reason: unknown, scope: Scope, signal?: AbortSignal): Promise<unknown> {
  return new Promise(resolve => {
    let heard: unknown
    const isDone = (): boolean => tasks.every(task => task._state || !isCooperative(task))
    cancelAll(tasks, reason)
    // A cancel that finds nothing to stop is for the next await.
    if (isDone()) return resolve(heard)
    const leave = listen(scope, (further, by) => {
      if (by === scope) heard = further
      cancelAll(tasks, further)
    }, signal)
    for (const task of tasks) onSettled(task, () => {
      if (!isDone()) return
      leave()
      resolve(heard)
    })
  })
}
