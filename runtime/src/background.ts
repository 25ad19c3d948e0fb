import { after, interruptible, startTimer } from './abortable.js'
import { runIn } from './context.js'
import { CancelledError } from './errors.js'
import type { GroupTask } from './task-group.js'
import { cancelAll } from './scope.js'
import { failed, lists, onSettled, createTask, type Owner, type Startable, type Task, type TaskOptions } from './task.js'

export interface BackgroundOptions extends TaskOptions {
  /** Gets the error of a failed task. Without it the error is thrown where nothing can catch it, as an uncaught error. */
  onError?: (error: unknown, task: Task<unknown>) => void
}

const owned: Task<unknown>[] = []
lists.add(owned)

/**
 * Starts work that outlives its caller, with an owner: the task is kept until it settles, its error is reported, and
 * {@link background.drain} waits for it at shutdown. For where `void f()` would lose the error.
 */
export function background<T>(startable: Startable<T>, { onError, ...options }: BackgroundOptions = {}): GroupTask<T> {
  const owner: Owner = {
    _waits: owned,
    _settled(task) {
      if (task._state === failed) queueMicrotask(() => {
        if (!onError) throw task._value
        onError(task._value, task)
      })
    },
  }
  // Its own root: a cancel of the task that happened to start it is not meant for it.
  return runIn(undefined, given => createTask(given, options, owner), startable)
}

/**
 * Waits until no background work is left. After `timeout` milliseconds, where given, what still runs is cancelled and
 * waited for. Errors go where they always go, never here. Inside background work it rejects with DeadlockError.
 */
background.drain = async function drain({ timeout }: { timeout?: number } = {}): Promise<void> {
  const stop = startTimer(after(timeout), () => cancelAll(owned, new CancelledError('The program is ending.')))
  try {
    while (owned.length) await interruptible<void>(undefined, resolve => {
      onSettled(owned[0] as Task<unknown>, () => resolve())
    }, { _waits: owned })
  } finally {
    stop()
  }
}
