import { cancelAll, isCooperative, listen, type Scope } from './scope.js'
import { onSettled, type Task } from './task.js'

/**
 * Cancels tasks, and resolves when those that can notice it have settled: a bare promise, or a function that never looked at
 * its signal, goes on. A further cancel of `scope`, or by `signal`, reaches them too and interrupts their cleanup.
 */
export function stopAll(tasks: readonly Task<unknown>[], reason: unknown, scope: Scope, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const leave = listen(scope, reason => cancelAll(tasks, reason), signal)
    const check = (): void => {
      if (tasks.some(task => !task._state && isCooperative(task))) return
      leave()
      resolve()
    }
    cancelAll(tasks, reason)
    for (const task of tasks) onSettled(task, check)
    check()
  })
}
