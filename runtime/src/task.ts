import { currentScope, runIn } from './context.js'
import { CancelledError, InvalidStateError } from './errors.js'
import { observer } from './observer.js'
import { cancelScope, isCancellation, listen, noop, scopeOf, signalOf, type Waiter } from './scope.js'
import { beginWait, endWait, pathTo, type Waiting } from './waits.js'

/** What can become a task: a function, which is preferred since it can be cancelled, or a promise that runs already. */
export type Startable<T> = PromiseLike<T> | ((task: Task<unknown>) => T | PromiseLike<T>)

export interface TaskOptions {
  /** Shown in errors; `Task-N` where it is not given. */
  name?: string
  /** Cancels the task when it aborts; the task then rejects with the signal's own reason. */
  signal?: AbortSignal | undefined
  /** `false` puts the start off by one microtask; a task cancelled before that never runs its function. Default: true. */
  eager?: boolean
}

/** What is called when a task settles; `_for` is what `removeDoneCallback` knows it by. */
export type Callback<T> = ((task: Task<T>) => void) & { _for?: unknown }

/** Who is told first when a task settles, and answers for its error. */
export interface Owner {
  /** The list of its tasks, where it keeps one of its own. @internal */
  readonly _waits?: Task<unknown>[]
  /** @internal */ _settled?(task: Task<unknown>): void
}

/** An owner for tasks whose errors somebody sees otherwise. */
export const nobody: Owner = {}

/** The states of a task that has settled; 0 before that. */
export const succeeded = 1
export const failed = 2
export const stopped = 3

/** The tasks that no owner lists. */
const loose: Task<unknown>[] = []

/** Every list of tasks that have not settled; a task is in one of them and knows its place. A Set would hash every task. */
export const lists = new Set([loose])

let count = 0

/** What fulfills a promise, and what rejects it. */
type Pair = readonly [resolve: (value: unknown) => void, reject: (error: unknown) => void]

/**
 * A promise with a name and an owner that can cancel it. It is a native promise: one microtask per `await`,
 * `instanceof Promise` holds, and what `then`, `catch` and `finally` return are plain promises.
 *
 * Made by {@link createTask}, `tg.createTask`, {@link gather} and {@link background}; not constructed by hand.
 */
export class Task<T> extends Promise<T> {
  /** @internal */ _name: string | undefined
  /** @internal */ _id = 0
  /** @internal */ _state = 0
  /** @internal */ _value: unknown
  /** @internal */ _owner: Owner | undefined
  /** @internal */ _calls: Callback<T>[] | undefined
  /** @internal */ _waits: Set<Waiting> | undefined
  /** The task of the `run` that it was started under. @internal */
  _root: Task<unknown> | undefined = currentScope()._task?._root
  /** @internal */ declare _reason: unknown
  /** @internal */ declare _latest: unknown
  /** @internal */ _pending: unknown
  /** @internal */ _waiters: Set<Waiter> | undefined
  /** @internal */ declare _aborter: AbortController | undefined
  /** @internal */ _at = 0
  /** @internal */ declare _key: string
  /** @internal */ _pair: Pair | undefined

  /** @internal */
  constructor(name: string | undefined, owner?: Owner) {
    let pair: Pair | undefined
    super((...both) => void (pair = both as unknown as Pair))
    this._pair = pair
    this._name = name
    this._owner = owner
  }

  /** @internal */
  get _task(): Task<unknown> {
    return this as Task<unknown>
  }

  /** Shown in errors and debugging output; may be set at any time. */
  get name(): string {
    return this._name ?? `Task-${this._id}`
  }
  set name(name: string) {
    this._name = `${name}`
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
    if (!this._state) throw new InvalidStateError(`${this.name} has not settled.`)
    if (this._state === stopped) throw this._value
    return this._state === failed ? this._value : null
  }

  /**
   * Asks the task to stop: its await in progress, or its next one, rejects with a CancelledError, once per call. The task
   * settles when its function does. Returns false where it has settled already.
   */
  cancel(message?: string): boolean {
    const isPending = !this._state
    cancelScope(this, new CancelledError(message))
    return isPending
  }

  /** Aborts when the task is cancelled and stays aborted; for `fetch` and other web APIs. */
  get signal(): AbortSignal {
    return signalOf(this)
  }

  /** Calls `fn` once with the task, in a microtask after it has settled. It does not count as handling its error. */
  addDoneCallback(fn: (task: Task<T>) => void): void {
    const scope = currentScope()
    const call: Callback<T> = (): void => queueMicrotask(() => runIn(scope, fn, this as Task<T>))
    call._for = fn
    onSettled(this, call)
  }

  /** Takes a done callback back; returns how many registrations it removed. */
  removeDoneCallback(fn: (task: Task<T>) => void): number {
    const before = this._calls ?? []
    return before.length - (this._calls = before.filter(callback => callback._for !== fn)).length
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
    try {
      if (!this._state) beginWait(currentScope()._task, this)
    } catch (deadlock) {
      // The engine's own callers, such as Promise.race, have no position, and are no awaits. The stack: its title, this accessor, its caller.
      if (/:\d/.test(new Error().stack?.split('\n')[2] as string)) throw deadlock
    }
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
export function createTask<T>(startable: Startable<T>, options?: TaskOptions): Task<T>
/** With an owner that answers for the error. @internal */
export function createTask<T>(startable: Startable<T>, options: TaskOptions | undefined, owner: Owner): Task<T>
export function createTask<T>(startable: Startable<T>, options?: TaskOptions, owner?: Owner): Task<T> {
  const task = listTask(startable, options, owner)
  begin(task, startable, options)
  return task
}

/** A task for `startable` that has not begun: {@link begin} is to follow. */
export function listTask<T>(startable: Startable<T>, options?: TaskOptions, owner?: Owner): Task<T> {
  if (typeof startable !== 'function' && !isThenable(startable)) throw new TypeError('A task needs a function or promise.')
  const task = new Task<T>(options?.name, owner) as Task<unknown>
  task._id = ++count
  task._at = (owner?._waits ?? loose).push(task) - 1
  observer.start?.(task)
  if (options?.signal) onSettled(task, listen(scopeOf(options.signal), reason => cancelScope(task, reason)))
  return task as Task<T>
}

/** Settles a task with a value, or an error, by `pair`: its own, where it still has it. */
export function settle<T>(task: Task<T>, value: unknown, isError: boolean, pair = task._pair): void {
  if (task._state) return
  const owner = task._owner
  const callbacks = task._calls
  const state = (task._state = isError ? (isCancellation(task, value) ? stopped : failed) : succeeded)
  task._value = value
  task._waits = task._owner = task._calls = undefined
  if (task._id) {
    const list = owner?._waits ?? loose
    const last = list.pop() as Task<unknown>
    if (last !== task) list[(last._at = task._at)] = last
  }
  observer.settle?.(task as Task<unknown>)
  pair?.[+isError as 0 | 1](value)
  if (isError && (owner || state === stopped)) markHandled(task)
  owner?._settled?.(task as Task<unknown>)
  if (callbacks) for (const callback of callbacks) callback(task)
}

/** Calls the function, where the task has not been cancelled before. */
export function begin<T>(task: Task<T>, startable: Startable<T>, options?: TaskOptions): void {
  if (options?.eager === false) return queueMicrotask(() => begin(task, startable))
  if (task._state) return
  const pair = task._pair
  // From here on they are held by what the task waits for, and go when that goes.
  task._pair = undefined
  try {
    if (task._reason !== undefined) throw task._reason
    const outcome = typeof startable === 'function' ? runIn(task, startable, task as Task<unknown>) : startable
    if (!isThenable(outcome)) return settle(task, outcome, false, pair)
    if (isTask(outcome)) beginWait(task as Task<unknown>, outcome)
    ;(outcome instanceof Promise ? outcome : Promise.resolve(outcome)).then(
      value => settle(task, value, false, pair),
      (error: unknown) => settle(task, error, true, pair),
    )
  } catch (error) {
    settle(task, error, true, pair)
  }
}

/** Calls `callback` at once when the task settles, before anybody who awaits it goes on, or now where it has settled. */
export function onSettled<T>(task: Task<T>, callback: Callback<T>): void {
  if (task._state) callback(task)
  else (task._calls ??= []).push(callback)
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
  return new Set(listedTasks().filter(task => task !== except))
}

/** The tasks that the current one can wait for: all but itself and those that wait for it, such as the owner of its group. */
export function otherTasks(): Set<Task<unknown>> {
  const me = currentTask()
  return new Set(listedTasks().filter(task => !me || !pathTo(task, me)))
}

/** All tasks that have not settled, in the order in which they were created. */
export function listedTasks(): Task<unknown>[] {
  return [...lists].flat().sort((a, b) => a._id - b._id)
}

/** Keeps a rejection of `promise` from being reported as unhandled: somebody else reports it. */
export function markHandled(promise: PromiseLike<unknown>): void {
  // A handler for each wait for a task that never settles would stay in memory as long as the task.
  if (isTask(promise) && !promise._state) promise._owner ??= nobody
  else promise.then(noop, noop)
}

export function isTask(value: unknown): value is Task<unknown> {
  return value instanceof Task
}

export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | undefined)?.then === 'function'
}
