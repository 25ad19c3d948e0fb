import type { Task } from './task.js'

/**
 * What a cancelled await rejects with. Its name is `AbortError`, so code that already tells web cancellations from
 * failures by name treats it alike. `cause` is what triggered the cancel, where something did (asyncio: CancelledError).
 */
export class CancelledError extends Error {
  override name = 'AbortError'

  constructor(message = 'A task was cancelled.', options?: { cause?: unknown }) {
    super(message, options)
  }
}

/** Thrown where a deadline of {@link waitFor}, {@link timeout} or {@link asCompleted} passed; `cause` is the cancel it sent. */
export class TimeoutError extends Error {
  override name = 'TimeoutError'
}

/** Thrown when an operation does not fit the state of its object: the result of a pending task, a task for a finished group. */
export class InvalidStateError extends Error {
  override name = 'InvalidStateError'
}

/**
 * What a wait rejects with at once that could never end: a task that waits for itself, or tasks that wait for each other.
 * asyncio names the first of these only (RuntimeError: Task cannot await on itself).
 */
export class DeadlockError extends Error {
  override name = 'DeadlockError'

  /** @param tasks the cycle: each waits for the next one, the last for the first */
  constructor(readonly tasks: readonly Task<unknown>[]) {
    super(`${[...tasks, tasks[0] as Task<unknown>].map(task => task.name).join(' waits for ')} for ever: use otherTasks().`)
  }
}

/**
 * What a task group throws when at least one child or its body failed, also when only one did (asyncio: ExceptionGroup).
 * `errors` holds the children's errors in completion order, the body's own error last; `cause` is the first of them.
 * The message lists all of them, since test runners print nothing else.
 */
export class TaskGroupError extends AggregateError {
  override name = 'TaskGroupError'

  constructor(errors: readonly unknown[]) {
    super(errors, `${errors.length} failed in a task group: ${errors.map(String).join('; ')}`, { cause: errors[0] })
  }
}
