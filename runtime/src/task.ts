import { currentScope, runIn } from './context.js'
import { CancelledError, InvalidStateError } from './errors.js'
import { observer } from './observer.js'
import { cancelScope, followSignal, isCancellation, noop, signalOf, type Waiter } from './scope.js'
import { beginWait, endWait, pathTo, type Waiting } from './waits.js'

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

/** Who is told first when a task settles, and answers for its error. */
export interface Owner {
  /** @internal */ childListed?(task: Task<unknown>): void
  /** @internal */ childSettled(task: Task<unknown>): void
}

/** The states of a task that has settled; 0 before that. */
export const succeeded = 1
export const failed = 2
export const stopped = 3

const tasks = new Set<Task<unknown>>()
let count = 0
let attaching = false
let lastWaiter: Task<unknown> | undefined
let lastWaited: unknown

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
  /** Whether somebody else reports its error. @internal */ _isHandled = false
  /** @internal */ _callbacks: ((task: Task<T>) => void)[] | undefined
  /** @internal */ _waits: Set<Waiting> | undefined
  /** @internal */ _root: Task<unknown> | undefined
  /** @internal */ _reason: unknown
  /** @internal */ _pending: unknown
  /** @internal */ _waiters: Set<Waiter> | undefined
  /** @internal */ _controller: AbortController | undefined

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
    this._callbacks = before.filter(call => (call as { fn?: unknown }).fn !== fn)
    return before.length - this._callbacks.length
  }

  // A handler does not block whoever attaches it, so it is no wait; `Promise.race` and `all` come by here too.
  override then<A = T, B = never>(onFulfilled?: ((value: T) => A | PromiseLike<A>) | null, onRejected?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<A | B> {
    if (lastWaited === this) endWait(lastWaiter, this)
    attaching = true
    try {
      return super.then(onFulfilled, onRejected)
    } finally {
      attaching = false
      remember(undefined, undefined)
    }
  }

  /**
   * `await task` reads `constructor`, once, in the context of the one who awaits (ECMA-262: PromiseResolve): the only trace
   * that it leaves. It must be Promise, for the await to take one microtask and for what `then` returns to be plain.
   * @throws {DeadlockError} out of an await that could never end
   * @internal
   */
  override get ['constructor'](): PromiseConstructor {
    const me = attaching || this._state ? undefined : currentScope()._task
    const deadlock = beginWait(me, this)
    // The engine's own callers, such as Promise.race, are no awaits. The stack: its title, this accessor, its caller.
    if (deadlock && !/<anonymous>\)|native|^undefined/.test(`${new Error().stack?.split('\n')[2]}`)) throw deadlock
    remember(me, this)
    return Promise
  }
}

function remember(waiter: Task<unknown> | undefined, waited: unknown): void {
  lastWaiter = waiter
  lastWaited = waited
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
  const made = listTask(startable, options, owner)
  if (options?.eager === false) queueMicrotask(() => begin(made, startable))
  else begin(made, startable)
  return made.task
}

/** A task for `startable` that has not begun: {@link begin} is to follow. */
export function listTask<T>(startable: Startable<T>, options?: TaskOptions, owner?: Owner): Made<T> {
  if (typeof startable !== 'function' && !isThenable(startable)) throw new TypeError('createTask needs a function or a promise.')
  const made = makeTask<T>(options?.name ?? ++count, owner)
  const { task } = made
  tasks.add(task as Task<unknown>)
  owner?.childListed?.(task as Task<unknown>)
  observer.start?.(task as Task<unknown>, currentScope()._task)
  if (options?.signal) onSettled(task, followSignal(options.signal, reason => cancelTask(task, reason)))
  return made
}

/** A pending task and the two functions that settle it. */
export interface Made<T> {
  readonly task: Task<T>
  readonly succeed: (value: T) => void
  readonly fail: (error: unknown) => void
}

let taken: readonly ((value: never) => void)[]
const take = (...functions: ((value: never) => void)[]): void => void (taken = functions)

/** A task that nothing runs yet and that {@link allTasks} does not list. */
export function makeTask<T>(name: string | number, owner?: Owner): Made<T> {
  const task = new Task<T>(take)
  const [resolve, reject] = taken
  task._name = name
  task._owner = owner
  task._root = currentScope()._root
  const settle = (state: number, value: unknown, promise: typeof resolve): void => {
    if (task._state) return
    task._state = state
    task._value = value
    task._waits = undefined
    tasks.delete(task as Task<unknown>)
    observer.settle?.(task as Task<unknown>)
    promise?.(value as never)
    if (state === stopped || (state === failed && (owner || task._isHandled))) markHandled(task)
    const callbacks = task._callbacks
    task._owner = task._callbacks = undefined
    owner?.childSettled(task as Task<unknown>)
    callbacks?.forEach(callback => callback(task))
  }
  return {
    task,
    succeed: value => settle(succeeded, value, resolve),
    fail: error => settle(isCancellation(task, error) ? stopped : failed, error, reject),
  }
}

/** Calls the function, where the task has not been cancelled before. */
export function begin<T>({ task, succeed, fail }: Made<T>, startable: Startable<T>): void {
  if (task._state) return
  if (task._reason !== undefined) return fail(task._reason)
  try {
    const outcome = typeof startable === 'function' ? runIn(task, startable, task) : startable
    if (!isThenable(outcome)) return succeed(outcome)
    const deadlock = isTask(outcome) && beginWait(task as Task<unknown>, outcome)
    if (deadlock) fail(deadlock)
    else (outcome instanceof Promise ? outcome : Promise.resolve(outcome)).then(succeed, fail)
  } catch (error) {
    fail(error)
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
  return new Set([...tasks].filter(task => task !== except))
}

/** The tasks that the current one can wait for: all but itself and those that wait for it, such as the owner of its group. */
export function otherTasks(): Set<Task<unknown>> {
  const me = currentTask()
  return new Set([...tasks].filter(task => !me || !pathTo(task, me, new Set())))
}

/** Keeps a rejection of `promise` from being reported as unhandled: somebody else reports it. */
export function markHandled(promise: PromiseLike<unknown>): void {
  // A handler for each wait for a task that never settles would stay in memory as long as the task.
  if (isTask(promise) && !promise._state) promise._isHandled = true
  else promise.then(undefined, noop)
}

export function isTask(value: unknown): value is Task<unknown> {
  return value instanceof Task
}

export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | undefined)?.then === 'function'
}
