import { currentScope } from './context.js'
import { listen } from './scope.js'
import { createTask, isTask, type Startable } from './task.js'
import { beginWait, endWait, type Waiting } from './waits.js'

export interface AwaitOptions {
  /** Ends the wait, with the signal's own reason, when it aborts. Default: the current task's cancellation. */
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
  const isOwn = typeof startable === 'function'
  const work = isOwn ? createTask(startable) : startable
  let left = false
  return interruptible(signal, (resolve, reject) => {
    work.then(resolve, error => {
      if (left && isOwn && !(isTask(work) && work.cancelled())) throw error
      reject(error)
    })
    return () => void (left = true)
  })
}

/**
 * Resolves with `value` after `ms` milliseconds. A cancel of the current task, or `signal`, ends it early and clears the
 * timer, so that nothing keeps the process alive (asyncio: `sleep`).
 *
 * @returns `value`; rejects with RangeError where `ms` is NaN, with the reason of the cancel where one ended it
 */
export function sleep<T = void>(ms: number, value?: T, { signal }: AwaitOptions = {}): Promise<T> {
  if (Number.isNaN(ms)) return Promise.reject(new RangeError('sleep needs a number of milliseconds, not NaN.'))
  return interruptible(signal, resolve => startTimer(ms, () => resolve(value as T)))
}

/** Calls `ring` after `ms` milliseconds; returns what stops it. */
export function startTimer(ms: number, ring: () => void): () => void {
  const ends = Date.now() + ms
  let timer: ReturnType<typeof setTimeout>
  const arm = (): void => {
    // A longer delay would overflow the platform's 32 bits and fire after 1 ms.
    const left = Math.min(ends - Date.now(), 2 ** 31 - 1)
    timer = setTimeout(left === 2 ** 31 - 1 ? arm : ring, left)
  }
  arm()
  return () => clearTimeout(timer)
}

/**
 * A promise that `begin` settles, or a cancel of the current task, or `signal`; `begin` may return what is to be undone
 * then. Where it waits for `waited` and that could never end, it rejects at once.
 */
export function interruptible<T>(signal: AbortSignal | undefined, begin: (resolve: (value: T | PromiseLike<T>) => void, reject: (error: unknown) => void) => void | (() => void), waited?: Waiting): Promise<T> {
  return new Promise((resolve, reject) => {
    const scope = currentScope()
    const me = scope._task
    const deadlock = waited && beginWait(me, waited)
    if (deadlock) return reject(deadlock)
    const undo: (void | (() => void))[] = []
    let isOver = false
    const ending = <V>(settle: (value: V) => void) => (value: V): void => {
      settle(value)
      isOver = true
      for (const one of undo) one?.()
      if (waited) endWait(me, waited)
    }
    const interrupt = ending(reject)
    undo.push(listen(scope, signal, interrupt))
    if (!isOver) undo.push(begin(ending(resolve), interrupt))
    // It may have ended before all of it was to be undone.
    if (isOver) for (const one of undo) one?.()
  })
}
