import { currentScope, runIn } from './context.js'
import { CancelledError, InvalidStateError } from './errors.js'
import { observer } from './observer.js'
import { cancelScope, followSignal, isCancellation, noop, signalOf, type Waiter } from './scope.js'
import { TaskList } from './task-list.js'
import { beginWait, endWait, pathTo, type Waiting } from './waits.js'

/** What can become a task: a function, which is preferred since it can be cancelled, or a promise that runs already. */
export type Startable<T> = PromiseLike<T> | ((task: Task<unknown>) => T | PromiseLike<T>)

export interface TaskOptions {
  /** Shown in errors; `Task-N` where it is not given. */
  name?: string
  /** Cancels the task when it aborts; the task then rejects with the signal's own reason. */
  signal?: AbortSignal
  /** `false` puts the start off by one microtask; a task cancelled before that never runs its function. Default: true. */
  eager?: boolean
}

/** Who is told first when a task settles, and answers for its error. */
export interface Owner {
  /** @internal */ childListed?(task: Task<unknown>): void
  /** @internal */ childSettled(task: Task<unknown>): void
}

/** An owner for tasks whose errors somebody sees otherwise. */
export const nobody: Owner = { childSettled: noop }

/** The states of a task that has settled; 0 before that. */
export const succeeded = 1
export const failed = 2
export const stopped = 3

const tasks = new TaskList('_place')
let count = 0
let takenResolve: ((value: unknown) => void) | undefined
let takenReject: typeof takenResolve
const take = (resolve: (value: never) => void, reject: typeof takenReject): void => {
  takenResolve = resolve as typeof takenResolve
  takenReject = reject
}

/**
 * A promise with a name and an owner that can cancel it. It is a native promise: one microtask per `await`,
 * `instanceof Promise` holds, and what `then`, `catch` and `finally` return are plain promises.
 *
 * Made by {@link createTask}, `tg.createTask`, {@link gather} and {@link background}; not constructed by hand.
 */
export class Task<T> extends Promise<T> {
  /** @internal */ _name: string | number = 0
  /** @internal */ _state = 0
  /** @internal */ _value: unknown
  /** @internal */ _owner: Owner | undefined
  /** @internal */ _callbacks: ((task: Task<T>) => void)[] | undefined
  /** @internal */ _waits: Set<Waiting> | undefined
  /** @internal */ _root: Task<unknown> | undefined
  /** @internal */ _reason: unknown
  /** @internal */ _pending: unknown
  /** @internal */ _waiters: Set<Waiter> | undefined
  /** @internal */ _controller: AbortController | undefined
  /** @internal */ _place = -1
  /** @internal */ _placeInGroup = 0
  /** @internal */ _resolve: typeof takenResolve
  /** @internal */ _reject: typeof takenReject

  /** @internal */
  get _task(): Task<unknown> {
    return this as Task<unknown>
  }

  /** Shown in errors and debugging output; may be set at any time. */
  get name(): string {
    return typeof this._name === 'string' ? this._name : `Task-${this._name}`
  }
  set name(name: string) {
    this._name = String(name)
  }

  /** Whether the task has settled; flips one microtask after its async function has. */
  done(): boolean {
    return this._state > 0
  }

  /** Whether the task ended because it was cancelled. */
  cancelled(): boolean {
    return this._state === stopped
  }

  /** Whether a cancel was requested, delivered or not. */
  cancelling(): boolean {
    return this._reason !== undefined
  }

  /**
   * The value of a task that has succeeded.
   * @throws {InvalidStateError} while the task is pending
   * @throws the task's own error where it failed, its CancelledError where it was cancelled
   */
  result(): T {
    const error = this.exception()
    if (this._state === failed) throw error
    return this._value as T
  }

  /**
   * The error of a task that has failed, `null` where it has succeeded.
   * @throws {InvalidStateError} while the task is pending
   * @throws {CancelledError} where the task was cancelled
   */
  exception(): unknown {
    if (!this._state) throw new InvalidStateError(`${this.name} has not settled yet.`)
    if (this._state === stopped) throw this._value
    return this._state === failed ? this._value : null
  }

  /**
   * Asks the task to stop: its await in progress, or its next one, rejects with a CancelledError, once per call. The task
   * settles when its function does. Returns false where it has settled already.
   */
  cancel(message?: string): boolean {
    if (this._state) return false
    cancelTask(this, new CancelledError(message))
    return true
  }

  /** Aborts when the task is cancelled and stays aborted; for `fetch` and other web APIs. */
  get signal(): AbortSignal {
    return signalOf(this)
  }

  /** Calls `fn` once with the task, in a microtask after it has settled. It does not count as handling its error. */
  addDoneCallback(fn: (task: Task<T>) => void): void {
    const scope = currentScope()
    const call = (): void => queueMicrotask(() => runIn(scope, fn, this as Task<T>))
    call.fn = fn
    if (this._state) call()
    else onSettled(this, call)
  }

  /** Takes a done callback back; returns how many registrations it removed. */
  removeDoneCallback(fn: (task: Task<T>) => void): number {
    const before = this._callbacks ?? []
    const rest = (this._callbacks = before.filter(call => (call as { fn?: unknown }).fn !== fn))
    return before.length - rest.length
  }

  // A handler does not block whoever attaches it, so it is no wait; `Promise.race` and `all` come by here too.
  override then<A = T, B = never>(onFulfilled?: ((value: T) => A | PromiseLike<A>) | null, onRejected?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<A | B> {
    const promise = super.then(onFulfilled, onRejected)
    endWait(currentScope()._task, this)
    return promise
  }

  /**
   * `await task` reads `constructor`, once, in the context of the one who awaits (ECMA-262: PromiseResolve): the only trace
   * that it leaves. It must be Promise, for the await to take one microtask and for what `then` returns to be plain.
   * @throws {DeadlockError} out of an await that could never end
   * @internal
   */
  override get ['constructor'](): PromiseConstructor {
    const deadlock = this._state ? undefined : beginWait(currentScope()._task, this)
    // The engine's own callers, such as Promise.race, are no awaits. The stack: its title, this accessor, its caller.
    if (deadlock && !/<anonymous>\)|native|^undefined/.test(`${new Error().stack?.split('\n')[2]}`)) throw deadlock
    return Promise
  }
}

/**
 * Starts `startable` as a task and returns it. A function runs at once up to its first await, gets the task as its
 * argument, and may await in a scope that `task.cancel()` reaches. The task is not tied to whoever created it; a rejection
 * that nobody handles stays an unhandled rejection (asyncio: `create_task`).
 *
 * @throws {TypeError} where `startable` is neither a function nor a promise
 */
export function createTask<T>(startable: Startable<T>, options?: TaskOptions): Task<T> {
  return spawn(startable, options)
}

/** As {@link createTask}, with an owner that answers for the error. */
export function spawn<T>(startable: Startable<T>, options?: TaskOptions, owner?: Owner): Task<T> {
  const task = listTask(startable, options, owner)
  begin(task, startable, options)
  return task
}

/** A task for `startable` that has not begun: {@link begin} is to follow. */
export function listTask<T>(startable: Startable<T>, options?: TaskOptions, owner?: Owner): Task<T> {
  if (typeof startable !== 'function' && !isThenable(startable)) throw new TypeError('createTask needs a function or a promise.')
  const task = makeTask<T>(options?.name ?? ++count, owner)
  tasks.add(task as Task<unknown>)
  owner?.childListed?.(task as Task<unknown>)
  observer.start?.(task as Task<unknown>, currentScope()._task)
  if (options?.signal) onSettled(task, followSignal(options.signal, reason => cancelTask(task, reason)))
  return task
}

/** A task that nothing runs yet and that {@link allTasks} does not list. */
export function makeTask<T>(name: string | number, owner?: Owner): Task<T> {
  const task = new Task<T>(take)
  task._resolve = takenResolve
  task._reject = takenReject
  task._name = name
  task._owner = owner
  task._root = currentScope()._task?._root
  return task
}

export function succeed<T>(task: Task<T>, value: T, resolve = task._resolve): void {
  settle(task, succeeded, value, resolve)
}

export function fail<T>(task: Task<T>, error: unknown, reject = task._reject): void {
  settle(task, isCancellation(task, error) ? stopped : failed, error, reject)
}

function settle<T>(task: Task<T>, state: number, value: unknown, promise: Task<T>['_resolve']): void {
  if (task._state) return
  const { _owner: owner, _callbacks: callbacks } = task
  task._state = state
  task._value = value
  task._waits = task._owner = task._callbacks = undefined
  if (task._place >= 0) tasks.delete(task as Task<unknown>)
  observer.settle?.(task as Task<unknown>)
  promise?.(value)
  if (state === stopped || (state === failed && owner)) markHandled(task)
  owner?.childSettled(task as Task<unknown>)
  if (callbacks) for (const callback of callbacks) callback(task)
}

/** Calls the function, where the task has not been cancelled before. */
export function begin<T>(task: Task<T>, startable: Startable<T>, options?: TaskOptions): void {
  if (options?.eager === false) return queueMicrotask(() => begin(task, startable))
  if (task._state) return
  const { _resolve: resolve, _reject: reject } = task
  // From here on they are held by what the task waits for, and go when that goes.
  task._resolve = task._reject = undefined
  try {
    if (task._reason !== undefined) throw task._reason
    const outcome = typeof startable === 'function' ? runIn(task, startable, task as Task<unknown>) : startable
    if (!isThenable(outcome)) return succeed(task, outcome, resolve)
    const deadlock = isTask(outcome) && beginWait(task as Task<unknown>, outcome)
    if (deadlock) throw deadlock
    ;(outcome instanceof Promise ? outcome : Promise.resolve(outcome)).then(
      value => succeed(task, value, resolve),
      (error: unknown) => fail(task, error, reject),
    )
  } catch (error) {
    fail(task, error, reject)
  }
}

/** Calls `callback` at once when the task settles, before anybody who awaits it goes on. */
export function onSettled<T>(task: Task<T>, callback: (task: Task<T>) => void): void {
  ;(task._callbacks ??= []).push(callback)
}

/** Takes back what {@link onSettled} registered. */
export function offSettled<T>(task: Task<T>, callback: (task: Task<T>) => void): void {
  task._callbacks = task._callbacks?.filter(other => other !== callback)
}

export function cancelTask<T>(task: Task<T>, reason: unknown): void {
  observer.cancel?.(task as Task<unknown>, reason)
  cancelScope(task, reason)
}

/** The task this code runs in, `null` outside any. Where there is no AsyncLocalStorage, known until the first await only. */
export function currentTask(): Task<unknown> | null {
  const task = currentScope()._task
  return task && !task._state ? task : null
}

/**
 * All tasks that have not settled, in the order in which they were created (asyncio: `all_tasks`). To wait for the others
 * from inside a task, take {@link otherTasks}: a task that waits for itself never settles.
 */
export function allTasks({ except }: { except?: Task<unknown> | null } = {}): Set<Task<unknown>> {
  return new Set(tasks.keys().filter(task => task !== except))
}

/** The tasks that the current one can wait for: all but itself and those that wait for it, such as the owner of its group. */
export function otherTasks(): Set<Task<unknown>> {
  const me = currentTask()
  return new Set(tasks.keys().filter(task => !me || !pathTo(task, me, new Set())))
}

/** Keeps a rejection of `promise` from being reported as unhandled: somebody else reports it. */
export function markHandled(promise: PromiseLike<unknown>): void {
  // A handler for each wait for a task that never settles would stay in memory as long as the task.
  if (isTask(promise) && !promise._state) promise._owner ??= nobody
  else promise.then(undefined, noop)
}

export function isTask(value: unknown): value is Task<unknown> {
  return value instanceof Task
}

export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | undefined)?.then === 'function'
}
