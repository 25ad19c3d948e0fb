/// <reference lib="esnext.disposable" preserve="true" />
import type { AwaitOptions } from './abortable.js'
import { currentScope, runIn } from './context.js'
import { CancelledError, InvalidStateError, TaskGroupError } from './errors.js'
import { checkLimit } from './limit.js'
import { cancelScope, enter, followSignal, isCancellation, regionOf, signalOf } from './scope.js'
import { beginWait, endWait } from './waits.js'
import { TaskList } from './task-list.js'
import { begin, cancelTask, failed, listTask, markHandled, succeeded, type Owner, type Startable, type Task, type TaskOptions } from './task.js'

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
  readonly #options: TaskGroupOptions
  readonly #children = new TaskList('_placeInGroup')
  readonly #join = { _waits: this.#children }
  readonly #errors = new Set<unknown>()
  readonly #owner = currentScope()
  readonly #scope = regionOf(this.#owner)
  readonly #leave: () => void
  #state: 'open' | 'closing' | 'finished' = 'open'
  #outside: unknown
  #wake: (() => void) | undefined
  readonly #queue = new Map<Task<unknown>, () => void>()
  #running = 0

  constructor(options: TaskGroupOptions = {}) {
    const { signal, name = 'task group', limit } = options
    checkLimit(limit, 'a task group')
    this.name = name
    this.#options = options
    const interrupt = (reason: unknown): void => {
      this.#outside ??= reason
      this.#abort(reason)
    }
    const leave = enter(this.#owner, interrupt)
    const unfollow = followSignal(signal, interrupt)
    this.#leave = () => {
      leave()
      unfollow()
    }
    // Whoever opens a group waits for its children in the end, so a child that waits for its owner never settles.
    beginWait(this.#owner._task, this.#join)
  }

  /** How many children have not settled, those that wait for their turn included. */
  get size(): number {
    return this.#children.size
  }

  /** Aborts when the group shuts down, for whatever reason. */
  get signal(): AbortSignal {
    return signalOf(this.#scope)
  }

  /**
   * Starts a child. The body and the children may add more until the group has finished. In a group that is shutting down
   * the function is not called and the task is cancelled from the start, so that cleanup code never fails here.
   *
   * @throws {InvalidStateError} where the group has finished
   */
  createTask<T>(startable: Startable<T>, options?: TaskOptions): GroupTask<T> {
    return this.#spawn(startable, options, this)
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
      let isOurs = true
      const leave = enter(currentScope(), reason => {
        // The caller is gone, so the group hears of an error.
        isOurs = false
        reject(reason)
        cancelTask(task, reason)
      })
      const childSettled = (task: Task<unknown>): void => {
        leave()
        if (!isOurs) return this.childSettled(task)
        this.#settled(task)
        reject(task._state > succeeded ? task._value : new InvalidStateError(`${task.name} returned without calling started().`))
      }
      const task = this.#spawn(
        self => {
          const started = (value: V): void => {
            if (!isOurs) throw new InvalidStateError(`${self.name} has called started() before.`)
            isOurs = false
            leave()
            resolve(value)
          }
          return fn(Object.assign(self, { started }) as unknown as StartingTask<V>)
        },
        options,
        { childSettled },
      )
    })
  }

  /** Cancels the body and all children. The group then ends without throwing, unless something failed. */
  cancel(message?: string): void {
    if (this.#state !== 'finished') this.#abort(new CancelledError(message))
  }

  /** Waits for all children; throws as {@link taskGroup} does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#joined()
    this.#finish()
    if (this.#outside !== undefined) throw this.#outside
  }

  /** @internal */
  async run<T>(body: (group: TaskGroup) => T | PromiseLike<T>): Promise<T> {
    let value: T | undefined
    let error: unknown
    let threw = false
    try {
      if (this.#outside !== undefined) throw this.#outside
      value = await runIn(this.#scope, body, this as TaskGroup)
    } catch (thrown) {
      error = thrown
      threw = true
    }
    const wasOpen = this.#state === 'open'
    const failed = threw && !isCancellation(this.#scope, error)
    if (failed) this.#fail(error)
    else if (threw && wasOpen) this.#abort(error)
    await this.#joined()
    // The body's own error comes last, once: a body that awaited a failing child throws that child's error.
    if (failed) this.#errors.add(error)
    this.#finish()
    // A body that was told of the cancel and returned a value all the same has swallowed it.
    if (this.#outside !== undefined && (threw || this.#scope._pending !== undefined)) throw this.#outside
    // Interrupted by its own cancel() it ends silently; a CancelledError from elsewhere, such as a child's, goes on.
    if (threw && wasOpen) throw error
    return value as T
  }

  /** @internal */
  childSettled(task: Task<unknown>): void {
    if (task._state === failed) {
      this.#errors.add(task._value)
      if (this.#options.onError !== 'continue') this.#fail(task._value)
    }
    this.#settled(task)
  }

  #spawn<T>(startable: Startable<T>, options: TaskOptions | undefined, owner: Owner): Task<T> {
    if (typeof startable !== 'function') markHandled(startable)
    if (this.#state === 'finished') throw new InvalidStateError(`The ${this.name} has finished, so it can own no more tasks.`)
    const { limit = Infinity } = this.#options
    const task = listTask(startable, options, owner)
    this.#children.add(task as Task<unknown>)
    if (this.#state === 'closing') cancelScope(task, this.#scope._reason)
    else if (this.#running >= limit) {
      // A cancel ends the wait for its turn; the function is then never called.
      const leave = enter(task, () => begin(task, startable))
      // By a promise, so that it starts in the context of whoever created it, not of the one whose end made room.
      void new Promise<void>(resolve => this.#queue.set(task as Task<unknown>, resolve)).then(() => {
        leave()
        task._waiters = undefined
        begin(task, startable)
      })
      return task
    }
    this.#running++
    begin(task, startable, options)
    return task
  }

  #settled(task: Task<unknown>): void {
    this.#children.delete(task)
    if (!this.#queue.delete(task)) this.#running--
    if (this.#queue.size && this.#state === 'open') for (const [next, start] of this.#queue) {
      this.#queue.delete(next)
      this.#running++
      start()
      break
    }
    if (!this.#children.size) this.#wake?.()
  }

  #fail(cause: unknown): void {
    if (this.#state === 'open') this.#abort(new CancelledError('Another task of the same group failed.', { cause }))
  }

  #abort(reason: unknown): void {
    if (this.#state === 'finished') return
    this.#state = 'closing'
    cancelScope(this.#scope, reason)
    for (const child of this.#children.keys()) cancelTask(child, reason)
  }

  async #joined(): Promise<void> {
    while (this.#children.size) await new Promise<void>(resolve => (this.#wake = resolve))
  }

  /** @throws what the children and the body threw */
  #finish(): void {
    this.#state = 'finished'
    this.#leave()
    endWait(this.#owner._task, this.#join)
    const errors = [...this.#errors]
    if (!errors.length) return
    // Errors win over a cancel from outside; the owner's next await then raises it (asyncio: uncancel and cancel again).
    this.#owner._pending ??= this.#outside
    throw errors.length === 1 && this.#options.unwrapSingle ? errors[0] : new TaskGroupError(errors)
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
