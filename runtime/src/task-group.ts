/// <reference lib="esnext.disposable" preserve="true" />
import type { AwaitOptions } from './abortable.js'
import { currentScope, runIn } from './context.js'
import { CancelledError, InvalidStateError, TaskGroupError } from './errors.js'
import { takeTurns } from './limit.js'
import { cancelAll, cancelScope, isCancellation, listen, noop, signalOf } from './scope.js'
import { beginWait, endWait } from './waits.js'
import { begin, failed, isThenable, lists, listTask, markHandled, succeeded, type Owner, type Startable, type Task, type TaskOptions } from './task.js'

/** A task that its group waits for. In types it is a PromiseLike, so that no linter calls an owned task floating. */
export interface GroupTask<T> extends PromiseLike<T>, Pick<Task<T>, 'name' | 'done' | 'cancelled' | 'cancelling' | 'result' | 'exception' | 'cancel' | 'signal'> {}

/** What `tg.start` gives its function: the task, with `started` to say that it is ready. */
export interface StartingTask<V> extends Task<unknown> {
  /**
   * Lets `tg.start` resolve with `value`; from now on the group answers for the task.
   * @throws {InvalidStateError} when called again
   */
  started(value: V): void
}

export interface TaskGroupOptions extends AwaitOptions {
  /** Shown in errors and debugging output. */
  name?: string
  /** How many children run at once; the others wait for their turn. Default: all of them. */
  limit?: number
  /**
   * What a failing child does to the rest: `'cancel'` stops all of them, `'continue'` lets them finish first (a supervisor).
   * Both report every error in the end, and a failing body stops all of them either way. Default: `'cancel'`.
   */
  onError?: 'cancel' | 'continue'
  /** `true` throws a lone error as it is and not in a TaskGroupError, so that existing catch clauses keep working. Default: false. */
  unwrapSingle?: boolean
}

/**
 * Owns the tasks created in it: waits for all of them, and when one fails, cancels the rest, waits for their cleanup and
 * reports every error (asyncio: `TaskGroup`). {@link taskGroup} is the main form. `await using tg = new TaskGroup()`
 * joins at the end of the block, but a dispose is never told whether the block threw, so there a failing body
 * does not cancel the children.
 */
export class TaskGroup implements Owner {
  readonly name: string
  readonly #owner = currentScope()
  /** @internal */ readonly _task = this.#owner._task
  /** The children that have not settled. @internal */
  readonly _waits: Task<unknown>[] = []
  /** Set where the group is shutting down. @internal */
  declare _reason: unknown
  /** @internal */ declare _latest: unknown
  /** @internal */ declare _pending: unknown
  /** Set where the group has finished. @internal */
  declare _state?: number
  readonly #options: TaskGroupOptions
  readonly #errors: unknown[] = []
  readonly #inTurn: ReturnType<typeof takeTurns>
  readonly #leave: () => void
  /** The cancel by the owner or a signal. */
  #outside: unknown
  /** The cancel that the owner's next await has to raise where the group can't. */
  #owed: unknown
  #wake: (() => void) | undefined

  constructor(options: TaskGroupOptions = {}) {
    this.name = options.name ?? 'task group'
    this.#options = options
    this.#inTurn = takeTurns(options.limit)
    lists.add(this._waits)
    this.#leave = listen(this.#owner, (reason, by) => {
      this.#outside ??= reason
      if (by === this.#owner) this.#owed ??= reason
      this.#abort(reason)
    }, options.signal)
    // Whoever opens a group waits for its children in the end, so a child that waits for its owner never settles.
    beginWait(this._task, this)
  }

  /** How many children have not settled, those that wait for their turn included. */
  get size(): number {
    return this._waits.length
  }

  /** Aborts when the group shuts down, for whatever reason. */
  get signal(): AbortSignal {
    return signalOf(this)
  }

  /**
   * Starts a child. The body and the children may add more until the group has finished. In a group that is shutting down
   * the function is not called and the task is cancelled from the start, so that cleanup code never fails here.
   *
   * @throws {InvalidStateError} where the group has finished
   */
  createTask<T>(startable: Startable<T>, options?: TaskOptions): GroupTask<T>
  /** @internal */
  createTask<T>(startable: Startable<T>, options: TaskOptions | undefined, owner: Owner): Task<T>
  createTask<T>(startable: Startable<T>, options?: TaskOptions, owner: Owner = this): Task<T> {
    if (isThenable<unknown>(startable)) markHandled(startable)
    if (this._state) throw new InvalidStateError(`The ${this.name} takes no more tasks.`)
    const task = listTask(startable, options, owner)
    if (this._reason !== undefined) cancelScope(task, this._reason)
    this.#inTurn(() => begin(task, startable, options), task as Task<unknown>)
    return task
  }

  /**
   * Starts a child and waits until it says that it is ready, by `task.started(value)` (trio: `nursery.start`). Until then
   * its error belongs to the caller alone and does not touch the group; a cancel of the caller cancels it.
   *
   * @returns what `started` was given; rejects with the child's error, InvalidStateError where the child returned without
   * calling `started` or the group has finished, or the reason of a cancel
   */
  start<V = void>(fn: (task: StartingTask<V>) => unknown, options?: TaskOptions): Promise<V> {
    return new Promise((resolve, reject) => {
      // Whose the child's error is: the caller's at first; the group's once the caller has left (0) or the child has started (2).
      let phase = 1
      let leave = noop
      const child = this.createTask(
        ((self: StartingTask<V>) => {
          self.started = value => {
            if (phase > 1) throw new InvalidStateError(`${self.name} has to call started() once.`)
            phase = 2
            leave()
            resolve(value)
          }
          return fn(self)
        }) as Startable<unknown>,
        options,
        {
          _waits: this._waits,
          _settled: task => {
            leave()
            if (phase !== 1) return this._settled(task)
            phase = 2
            this.#wake?.()
            reject(task._state > succeeded ? task._value : new InvalidStateError(`${task.name} has to call started() once.`))
          },
        },
      )
      if (phase === 1) leave = listen(currentScope(), reason => {
        phase = 0
        reject(reason)
        cancelScope(child, reason)
      })
    })
  }

  /** Cancels the body and all children. The group then ends without throwing, unless something failed. */
  cancel(message?: string): void {
    this.#abort(new CancelledError(message))
  }

  /** Waits for all children; throws as {@link taskGroup} does. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.run(noop)
  }

  /** @internal */
  async run<T>(body: (group: TaskGroup) => T | PromiseLike<T>): Promise<T> {
    let value: T | undefined
    let bodyError: unknown[] = []
    let interrupt: unknown
    try {
      if (this.#outside !== undefined) throw this.#outside
      value = await runIn(this, body, this as TaskGroup)
      // A body that was told of the cancel and returned a value all the same has swallowed it.
      if (this._pending === undefined) this.#outside = undefined
    } catch (error) {
      if (!isCancellation(this, error)) {
        bodyError = [error]
        this.#fail(error)
      } else if (this._reason === undefined) this.#abort((interrupt = error))
    }
    while (this.size) await new Promise<void>(resolve => (this.#wake = resolve))
    this._state = succeeded
    lists.delete(this._waits)
    this.#leave()
    endWait(this._task, this)
    // The body's own error comes last, once: a body that awaited a failing child throws that child's error.
    const errors = [...new Set(this.#errors.concat(bodyError))]
    if (errors.length) {
      // Errors win over a cancel from outside; the owner's next await then raises it (asyncio: uncancel and cancel again).
      this.#owner._pending ??= this.#owed
      throw errors.length === 1 && this.#options.unwrapSingle ? errors[0] : new TaskGroupError(errors)
    }
    interrupt = this.#outside ?? interrupt
    // Interrupted by its own cancel() it ends silently; a CancelledError from elsewhere, such as a child's, goes on.
    if (interrupt !== undefined) throw interrupt
    return value as T
  }

  /** @internal */
  _settled(task: Task<unknown>): void {
    if (task._state === failed) {
      this.#errors.push(task._value)
      if (this.#options.onError !== 'continue') this.#fail(task._value)
    }
    if (!this.size) this.#wake?.()
  }

  #fail(cause: unknown): void {
    if (this._reason === undefined) this.#abort(new CancelledError('Another task failed.', { cause }))
  }

  #abort(reason: unknown): void {
    cancelScope(this, reason)
    cancelAll(this._waits, reason)
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
export function taskGroup<const T>(body: (tg: TaskGroup) => T | PromiseLike<T>, options?: TaskGroupOptions): Promise<T> {
  return new TaskGroup(options).run(body)
}
