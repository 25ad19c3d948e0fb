import { runIn } from './scope.js'
import type { GroupTask } from './task-group.js'
import { createTask, markHandled, type Startable, type Task, type TaskOptions } from './task.js'

export interface BackgroundOptions extends TaskOptions {
  /** Gets the error of a failed task. Without it the error is thrown where nothing can catch it, as an uncaught error. */
  onError?: (error: unknown, task: Task<unknown>) => void
}

const owned = new Set<Task<unknown>>()

/**
 * Starts work that outlives its caller, with an owner: the task is kept until it settles, its error is reported, and
 * {@link background.drain} waits for it at shutdown. For where `void f()` would lose the error.
 */
export function background<T>(startable: Startable<T>, { onError, ...options }: BackgroundOptions = {}): GroupTask<T> {
  // Its own root: a cancel of the task that happened to start it is not meant for it.
  const task = runIn(undefined, () => createTask(startable, options))
  markHandled(task)
  if (task.done()) report()
  else {
    owned.add(task as Task<unknown>)
    ;(task.onSettled ??= []).push(report)
  }
  return task

  function report(): void {
    owned.delete(task as Task<unknown>)
    if (task.state.kind !== 'error') return
    const { error } = task.state
    queueMicrotask(() => {
      if (onError) onError(error, task as Task<unknown>)
      else throw error
    })
  }
}

/**
 * Waits until no background work is left. After `timeout` milliseconds, where given, what still runs is cancelled and
 * waited for. Errors go where they always go, never here.
 */
background.drain = async function drain({ timeout }: { timeout?: number } = {}): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  if (timeout !== undefined) {
    timer = setTimeout(() => {
      for (const task of owned) task.cancel('The process is shutting down.')
    }, timeout)
  }
  try {
    while (owned.size > 0) await Promise.allSettled(owned)
  } finally {
    clearTimeout(timer)
  }
}
