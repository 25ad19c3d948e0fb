import { CancelledError, InvalidStateError } from './errors.js'
import { currentScope, followSignal, runIn, Scope } from './scope.js'

/** What can become a task: a function, which is preferred since it can be cancelled, or a promise that runs already. */
export type Startable<T> = PromiseLike<T> | ((task: Task<T>) => T | PromiseLike<T>)

export interface TaskOptions {
  /** Shown in errors; `Task-N` where it is not given. */
  name?: string
  /** Cancels the task when it aborts; the task then rejects with the signal's own reason. */
  signal?: AbortSignal
  /** `false` puts the start off by one microtask; a task cancelled before that never runs its function. Default: true. */
  eager?: boolean
}

type State<T> =
  | { kind: 'pending' }
  | { kind: 'value'; value: T }
  | { kind: 'error'; error: unknown }
  | { kind: 'cancelled'; error: unknown }

let started = 0

/**
 * A promise with a name and an owner that can cancel it. It is a native promise: one microtask per `await`,
 * `instanceof Promise` holds, and what `then`, `catch` and `finally` return are plain promises.
 *
 * Made by {@link createTask}, `tg.createTask` and {@link background}; not constructed by hand.
 */
export class Task<T> extends Promise<T> {
  /** Derived promises are plain: without this, every `await task` would take three microtasks. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  /** Shown in errors and debugging output; may be set at any time. */
  name!: string
  /** @internal */ declare scope: Scope
  /** @internal */ declare state: State<T>
  /** @internal */ declare onSettled: ((task: Task<T>) => void)[] | undefined

  /** Whether the task has settled; flips one microtask after its function has. */
  done(): boolean {
    return this.state.kind !== 'pending'
  }

  /** Whether the task ended because it was cancelled. */
  cancelled(): boolean {
    return this.state.kind === 'cancelled'
  }

  /** Whether a cancel was requested, delivered or not. */
  cancelling(): boolean {
    return this.scope.cancelRequested
  }

  /**
   * The value of a task that has succeeded.
   * @throws {InvalidStateError} while the task is pending
   * @throws the task's own error where it failed, its CancelledError where it was cancelled
   */
  result(): T {
    const { state } = this
    if (state.kind === 'value') return state.value
    if (state.kind === 'pending') throw new InvalidStateError(`${this.name} has not settled yet, so it has no result.`)
    throw state.error
  }

  /**
   * The error of a task that has failed, `null` where it has succeeded.
   * @throws {InvalidStateError} while the task is pending
   * @throws {CancelledError} where the task was cancelled
   */
  exception(): unknown {
    const { state } = this
    if (state.kind === 'pending') throw new InvalidStateError(`${this.name} has not settled yet, so it has no exception.`)
    if (state.kind === 'cancelled') throw state.error
    return state.kind === 'error' ? state.error : null
  }

  /**
   * Asks the task to stop: its await in progress, or its next one, rejects with a CancelledError, once per call. The task
   * settles when its function does. Returns false where it has settled already.
   */
  cancel(message?: string): boolean {
    if (this.done()) return false
    this.scope.cancel(new CancelledError(message))
    return true
  }

  /** Aborts when the task is cancelled and stays aborted; for `fetch` and other web APIs. */
  get signal(): AbortSignal {
    return this.scope.signal
  }

  /** Calls `fn` once with the task, in a microtask after it has settled. It does not count as handling its error. */
  addDoneCallback(fn: (task: Task<T>) => void): void {
    const scope = currentScope()
    const call = Object.assign(() => queueMicrotask(() => runIn(scope, () => fn(this))), { callback: fn })
    if (this.done()) call()
    else (this.onSettled ??= []).push(call)
  }

  /** Takes a done callback back; returns how many registrations it removed. */
  removeDoneCallback(fn: (task: Task<T>) => void): number {
    const before = this.onSettled?.length ?? 0
    this.onSettled = this.onSettled?.filter(call => (call as { callback?: unknown }).callback !== fn)
    return before - (this.onSettled?.length ?? 0)
  }
}
Object.defineProperty(Task.prototype, 'constructor', { value: Promise, configurable: true })

/**
 * Starts `startable` as a task and returns it. A function runs at once up to its first await, gets the task as its
 * argument, and may await in a scope that `task.cancel()` reaches. The task is not tied to whoever created it; a rejection
 * that nobody handles stays an unhandled rejection (asyncio: `create_task`).
 *
 * @throws {TypeError} where `startable` is neither a function nor a promise
 */
export function createTask<T>(startable: Startable<T>, options: TaskOptions = {}): Task<T> {
  if (typeof startable !== 'function' && typeof startable?.then !== 'function') {
    throw new TypeError('createTask needs a function or a promise.')
  }
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const task = new Task<T>((yes, no) => {
    resolve = yes as (value: T) => void
    reject = no
  })
  task.name = options.name ?? `Task-${++started}`
  task.scope = new Scope(task as Task<unknown>)
  task.state = { kind: 'pending' }
  const stopFollowing = followSignal(options.signal, reason => task.scope.cancel(reason))

  const succeed = (value: T): void => {
    task.state = { kind: 'value', value }
    resolve(value)
    finish()
  }
  const fail = (error: unknown): void => {
    const cancelled = task.scope.isCancellation(error)
    task.state = { kind: cancelled ? 'cancelled' : 'error', error }
    reject(error)
    if (cancelled) markHandled(task)
    finish()
  }
  const finish = (): void => {
    stopFollowing()
    const callbacks = task.onSettled
    task.onSettled = undefined
    callbacks?.forEach(callback => callback(task))
  }
  const start = (): void => {
    if (task.scope.cancelRequested) return fail(task.scope.reason)
    try {
      const outcome = typeof startable === 'function' ? runIn(task.scope, () => startable(task)) : startable
      if (isThenable(outcome)) outcome.then(succeed, fail)
      else queueMicrotask(() => succeed(outcome))
    } catch (error) {
      fail(error)
    }
  }
  if (options.eager === false) queueMicrotask(start)
  else start()
  return task
}

/** The task this code runs in, `null` outside any. Where there is no AsyncLocalStorage, known until the first await only. */
export function currentTask(): Task<unknown> | null {
  const task = currentScope()?.task
  return task && !task.done() ? task : null
}

/** Keeps a rejection of `promise` from being reported as unhandled: somebody else reports it. */
export function markHandled(promise: Promise<unknown>): void {
  promise.then(undefined, () => {})
}

export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && typeof (value as PromiseLike<T>).then === 'function'
}
