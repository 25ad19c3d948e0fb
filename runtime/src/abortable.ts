import { currentScope } from './context.js'
import { listen } from './scope.js'
import { createTask, isTask, type Startable } from './task.js'
import { beginWait, endWait, type Waiting } from './waits.js'

export interface AwaitOptions {
  /** Ends the wait, with the signal's own reason, when it aborts; a cancel of the current task does so too. */
  signal?: AbortSignal
}

/**
 * Waits for a promise that knows nothing of cancellation, in a way that a cancel of the current task, or `signal`, can
 * end: it is asyncio's "an await raises CancelledError" for JavaScript, where a plain `await` can't be interrupted.
 * The promise itself goes on.
 *
 * @returns what `promise` gives; rejects with its error, or at once with the reason of the cancel
 */
export function abortable<T>(promise: PromiseLike<T>, { signal }: AwaitOptions = {}): Promise<T> {
  return interruptible(signal, (resolve, reject) => void promise.then(resolve, reject), isTask(promise) ? { _waits: new Set([promise]) } : undefined)
}

/**
 * Waits for work that a cancel of whoever waits must not stop: the cancel ends the wait, at once, and the work goes on
 * (asyncio: `shield`). A function is started as a task of its own; its error after that is an unhandled rejection, since
 * nobody else could see it.
 *
 * @returns what the work gives; rejects with its error, with the reason of the cancel, or with the work's own cancel
 */
export function shield<T>(startable: Startable<T>, { signal }: AwaitOptions = {}): Promise<T> {
  const own = typeof startable === 'function' && createTask(startable)
  let left = false
  return interruptible(signal, (resolve, reject) => {
    ;(own || (startable as PromiseLike<T>)).then(resolve, error => {
      if (left && own && !own.cancelled()) throw error
      reject(error)
    })
    return () => void (left = true)
  })
}

/**
 * Resolves with `value` after `ms` milliseconds. A cancel of the current task, or `signal`, ends it early and clears the
 * timer, so that nothing keeps the process alive (asyncio: `sleep`).
 *
 * @returns `value`; rejects with RangeError where `ms` is no number, with the reason of the cancel where one ended it
 */
export function sleep<T = void>(ms: number, value?: T, { signal }: AwaitOptions = {}): Promise<T> {
  // Out of JavaScript it may be undefined.
  if (isNaN(ms)) return Promise.reject(new RangeError(`sleep needs a number of milliseconds, not ${ms}.`))
  return interruptible(signal, resolve => startTimer(Date.now() + ms, () => resolve(value as T)))
}

/** The time `ms` milliseconds from now, on the clock of `Date.now()`; without a number none. */
export function after(ms: number | undefined): number | undefined {
  return ms === undefined ? ms : Date.now() + ms
}

/** Calls `ring` at a time on the clock of `Date.now()`, which test runners replace, where one is given; returns what stops it. */
export function startTimer(at: number | null | undefined, ring: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const arm = (): void => {
    const left = Math.max(0, Math.ceil((at as number) - Date.now()))
    // A longer delay would overflow the platform's 32 bits and fire after 1 ms.
    timer = left >= 2 ** 31 ? setTimeout(arm, 2 ** 31 - 1) : setTimeout(ring, left)
  }
  if (at != null) arm()
  return () => clearTimeout(timer)
}

/**
 * A promise that `begin` settles, or a cancel of `scope`, or `signal`; `begin` may return what is to be undone then. It is called
 * also where a cancel is on its way already, since a promise that it was given needs a handler. Where it waits for `waited`
 * and that could never end, it rejects at once.
 */
export function interruptible<T>(
  signal: AbortSignal | undefined,
  begin: (resolve: (value: T | PromiseLike<T>) => void, reject: (error: unknown) => void, isOver: () => boolean) => void | (() => void),
  waited?: Waiting,
  scope = currentScope(),
): Promise<T> {
  return new Promise((resolve, reject) => {
    const me = scope._task
    if (waited) beginWait(me, waited)
    let isOver = false
    let leave: (() => void) | undefined = undefined
    let undo: void | (() => void) = undefined
    const ending = <V>(settle: (value: V) => void) => (value: V): void => {
      settle(value)
      isOver = true
      undo?.()
      leave?.()
      endWait(me, waited)
    }
    const interrupt = ending(reject)
    leave = listen(scope, interrupt, signal)
    try {
      undo = begin(ending(resolve), interrupt, () => isOver)
    } catch (error) {
      interrupt(error)
    }
    // It may have ended before all of it was to be undone.
    if (isOver) interrupt(undefined)
  })
}
