/**
 * What a cancelled await rejects with. Its name is `AbortError`, so code that already tells web cancellations from
 * failures by name treats it alike. `cause` is what triggered the cancel, where something did (asyncio: CancelledError).
 */
export class CancelledError extends Error {
  constructor(message = 'This task was cancelled.', options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'AbortError'
  }
}

/** Thrown when an operation does not fit the state of its object: the result of a pending task, a task for a finished group. */
export class InvalidStateError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'InvalidStateError'
  }
}

/**
 * What a task group throws when at least one child or its body failed, also when only one did (asyncio: ExceptionGroup).
 * `errors` holds the children's errors in completion order, the body's own error last; `cause` is the first of them.
 * The message lists all of them, since test runners print nothing else.
 */
export class TaskGroupError extends AggregateError {
  constructor(errors: readonly unknown[]) {
    const count = errors.length === 1 ? '1 task failed' : `${errors.length} tasks failed`
    super(errors, `${count} in a task group: ${errors.map(describe).join('; ')}`, { cause: errors[0] })
    this.name = 'TaskGroupError'
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
