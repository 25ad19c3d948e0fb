import { interruptible, startTimer } from './abortable.js'
import { runIn } from './context.js'
import { CancelledError } from './errors.js'
import type { GroupTask } from './task-group.js'
import { TaskList } from './task-list.js'
import { cancelTask, failed, onSettled, spawn, type Owner, type Startable, type Task, type TaskOptions } from './task.js'

export interface BackgroundOptions extends TaskOptions {
  /** Gets the error of a failed task. Without it the error is thrown where nothing can catch it, as an uncaught error. */
  onError?: (error: unknown, task: Task<unknown>) => void
}

const owned = new TaskList('_placeInGroup')

/**
 * Starts work that outlives its caller, with an owner: the task is kept until it settles, its error is reported, and
 * {@link background.drain} waits for it at shutdown. For where `void f()` would lose the error.
 */
export function background<T>(startable: Startable<T>, { onError, ...options }: BackgroundOptions = {}): GroupTask<T> {
  const owner: Owner = {
    childListed: task => owned.add(task),
    childSettled(task: Task<unknown>): void {
      owned.delete(task)
      if (task._state !== failed) return
      const error = task._value
      queueMicrotask(() => {
        if (!onError) throw error
        onError(error, task)
      })
    },
  }
  // Its own root: a cancel of the task that happened to start it is not meant for it.
  return runIn(undefined, () => spawn(startable, options, owner))
}

/**
 * Waits until no background work is left. After `timeout` milliseconds, where given, what still runs is cancelled and
 * waited for. Errors go where they always go, never here. Inside background work it rejects with DeadlockError.
 */
background.drain = async function drain({ timeout }: { timeout?: number } = {}): Promise<void> {
  const stop = timeout === undefined ? undefined : startTimer(timeout, () => {
    for (const task of owned.keys()) cancelTask(task, new CancelledError('The process is shutting down.'))
  })
  try {
    while (owned.size > 0) await interruptible<void>(undefined, resolve => {
      for (const task of owned.keys()) return onSettled(task, () => resolve())
    }, { _waits: owned })
  } finally {
    stop?.()
  }
}
