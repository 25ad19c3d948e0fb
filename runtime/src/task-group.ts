/// <reference lib="esnext.disposable" preserve="true" />
import { CancelledError, InvalidStateError, TaskGroupError } from './errors.js'
import { currentScope, followSignal, runIn, Scope } from './scope.js'
import { createTask, markHandled, type Startable, Task, type TaskOptions } from './task.js'

/** A task that its group waits for. In types it is a PromiseLike, so that no linter calls an owned task floating. */
export interface GroupTask<T> extends PromiseLike<T>, Pick<Task<T>, 'name' | 'done' | 'cancelled' | 'cancelling' | 'result' | 'exception' | 'cancel' | 'signal'> {}

export interface TaskGroupOptions {
  /** Cancels the whole group when it aborts. */
  signal?: AbortSignal
  /** Shown in errors and debugging output. */
  name?: string
}

/**
 * Owns the tasks created in it: waits for all of them, and when one fails, cancels the rest, waits for their cleanup and
 * reports every error (asyncio: `TaskGroup`). {@link taskGroup} is the main form. `await using tg = new TaskGroup()`
 * joins at the end of the block, but a dispose is never told whether the block threw, so there a failing body
 * does not cancel the children.
 */
export class TaskGroup {
  readonly name: string
  #children = new Set<Task<unknown>>()
  #errors = new Set<unknown>()
  #state: 'open' | 'closing' | 'finished' = 'open'
  #external: { reason: unknown } | undefined
  #scope = new Scope(currentScope()?.task ?? null)
  #owner = currentScope()
  #wake: (() => void) | undefined
  #leave: () => void
  #unfollow: () => void

  constructor({ signal, name = 'task group' }: TaskGroupOptions = {}) {
    this.name = name
    const cancelledFromOutside = (reason: unknown): void => {
      this.#external ??= { reason }
      this.#abort(reason)
    }
    this.#leave = this.#owner?.enter(cancelledFromOutside) ?? (() => {})
    this.#unfollow = followSignal(signal, cancelledFromOutside)
  }

  /** How many children have not settled. */
  get size(): number {
    return this.#children.size
  }

  /** Aborts when the group shuts down, for whatever reason. */
  get signal(): AbortSignal {
    return this.#scope.signal
  }

  /**
   * Starts a child. The body and the children may add more until the group has finished. In a group that is shutting down
   * the function is not called and the task is cancelled from the start, so that cleanup code never fails here.
   *
   * @throws {InvalidStateError} where the group has finished
   */
  createTask<T>(startable: Startable<T>, options: TaskOptions = {}): GroupTask<T> {
    if (typeof startable !== 'function') markHandled(Promise.resolve(startable))
    if (this.#state === 'finished') {
      throw new InvalidStateError(`The ${this.name} has finished, so it can't own another task. Start the task before the group's body and children end.`)
    }
    const closed = this.#state === 'closing'
    const task = createTask(closed ? refuse(this.#scope.reason) : startable, options)
    markHandled(task)
    if (closed || task.done()) this.#childDone(task as Task<unknown>)
    else {
      this.#children.add(task as Task<unknown>)
      ;(task.onSettled ??= []).push(() => this.#childDone(task as Task<unknown>))
      // Its own synchronous part may have made the group shut down while it was not a member yet.
      if ((this.#state as string) === 'closing') task.scope.cancel(this.#scope.reason)
    }
    return task
  }

  /** Cancels the body and all children. The group then ends without throwing, unless something failed. */
  cancel(message?: string): void {
    if (this.#state !== 'finished') this.#abort(new CancelledError(message))
  }

  /** Waits for all children; throws as {@link taskGroup} does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#join()
    const failure = this.#finish()
    if (failure) throw failure.error
    if (this.#external) throw this.#external.reason
  }

  /** @internal */
  async run<T>(body: (group: TaskGroup) => T | PromiseLike<T>): Promise<T> {
    let outcome: { value: T } | { error: unknown }
    const cancelledAtStart = this.#external
    try {
      if (cancelledAtStart) throw cancelledAtStart.reason
      outcome = { value: await runIn(this.#scope, () => body(this)) }
    } catch (error) {
      outcome = { error }
    }
    const bodyError = 'error' in outcome ? outcome.error : undefined
    const bodyFailed = 'error' in outcome && !this.#scope.isCancellation(bodyError)
    const abortedBefore = this.#state === 'closing'
    if ('error' in outcome && !abortedBefore) this.#abort(bodyFailed ? groupCancelled(bodyError) : bodyError)
    await this.#join()
    // The body's own error comes last, once: a body that awaited a failing child throws that child's error.
    if (bodyFailed) this.#errors.add(bodyError)
    const failure = this.#finish()
    if (failure) throw failure.error
    // A body that was told of the cancel and returned a value all the same has swallowed it.
    if (this.#external && ('error' in outcome || this.#scope.hasPendingCancel)) throw this.#external.reason
    if ('value' in outcome) return outcome.value
    // Interrupted by its own cancel() it ends silently; a CancelledError from elsewhere, such as a child's, goes on.
    if (abortedBefore) return undefined as T
    throw bodyError
  }

  #childDone(task: Task<unknown>): void {
    this.#children.delete(task)
    if (task.state.kind === 'error') {
      this.#errors.add(task.state.error)
      if (this.#state === 'open') this.#abort(groupCancelled(task.state.error))
    }
    if (this.#children.size === 0) this.#wake?.()
  }

  #abort(reason: unknown): void {
    if (this.#state === 'finished') return
    this.#state = 'closing'
    this.#scope.cancel(reason)
    for (const child of [...this.#children]) child.scope.cancel(reason)
  }

  async #join(): Promise<void> {
    while (this.#children.size > 0) await new Promise<void>(resolve => (this.#wake = resolve))
  }

  #finish(): { error: TaskGroupError } | undefined {
    this.#state = 'finished'
    this.#leave()
    this.#unfollow()
    if (this.#errors.size === 0) return undefined
    // Errors win over a cancel from outside; the owner's next await then raises it (asyncio: uncancel and cancel again).
    if (this.#external) this.#owner?.rearm(this.#external.reason)
    return { error: new TaskGroupError([...this.#errors]) }
  }
}

/**
 * Runs `body` with a group and returns the body's value once all children have settled too.
 *
 * - A child or the body fails: the others are cancelled and waited for, then it rejects with a {@link TaskGroupError} that
 *   holds every error, also when there is only one.
 * - `tg.cancel()`: the same without an error; the value is `undefined` where the body was interrupted.
 * - The current task or `signal` is cancelled: children and body are cancelled and waited for, then it rejects with the
 *   reason, unless something failed, which wins.
 *
 * From asyncio's `TaskGroup` and trio's nursery; the callback form, since a dispose can't see the body's error.
 */
export function taskGroup<T>(body: (tg: TaskGroup) => T | PromiseLike<T>, options?: TaskGroupOptions): Promise<T> {
  return new TaskGroup(options).run(body)
}

function groupCancelled(cause: unknown): CancelledError {
  return new CancelledError('Another task of the same group failed.', { cause })
}

function refuse(reason: unknown): () => never {
  return () => {
    throw reason instanceof CancelledError ? reason : new CancelledError('The task group is shutting down.', { cause: reason })
  }
}
