import { currentScope, followSignal } from './scope.js'

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
  return new Promise((resolve, reject) => {
    const leave = interruptible(signal, reject)
    promise.then(
      value => {
        leave()
        resolve(value)
      },
      error => {
        leave()
        reject(error)
      },
    )
  })
}

/**
 * Resolves with `value` after `ms` milliseconds. A cancel of the current task, or `signal`, ends it early and clears the
 * timer, so that nothing keeps the process alive (asyncio: `sleep`).
 *
 * @returns `value`; rejects with RangeError where `ms` is NaN, with the reason of the cancel where one ended it
 */
export function sleep<T = void>(ms: number, value?: T, { signal }: AwaitOptions = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    if (Number.isNaN(ms)) return reject(new RangeError('sleep needs a number of milliseconds, not NaN.'))
    const ends = Date.now() + ms
    let timer: ReturnType<typeof setTimeout> | undefined
    let over = false
    const leave = interruptible(signal, reason => {
      over = true
      clearTimeout(timer)
      reject(reason)
    })
    const arm = (): void => {
      if (over) return
      // A longer delay would overflow the platform's 32 bits and fire after 1 ms.
      const left = Math.min(ends - Date.now(), 2 ** 31 - 1)
      timer = setTimeout(() => {
        if (Date.now() < ends && left === 2 ** 31 - 1) return arm()
        leave()
        resolve(value as T)
      }, left)
    }
    arm()
  })
}

/** Calls `interrupt` when `signal` aborts, or, without one, when the current task is cancelled; returns what ends the wait. */
function interruptible(signal: AbortSignal | undefined, interrupt: (reason: unknown) => void): () => void {
  let leave = (): void => {}
  const once = (reason: unknown): void => {
    leave()
    interrupt(reason)
  }
  if (signal) {
    leave = followSignal(signal, once)
    return leave
  }
  const scope = currentScope()
  if (!scope) return leave
  let interrupted = false
  leave = scope.enter(reason => {
    interrupted = true
    once(reason)
  })
  if (interrupted) leave()
  return leave
}
