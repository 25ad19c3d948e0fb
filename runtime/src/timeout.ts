/// <reference lib="esnext.disposable" preserve="true" />
import { interruptible, startTimer, type AwaitOptions } from './abortable.js'
import { currentScope, runIn } from './context.js'
import { CancelledError, InvalidStateError, TimeoutError } from './errors.js'
import { cancelScope, isCancellation, listen, signalOf } from './scope.js'
import { stopAll } from './stop.js'
import { isTask, markHandled, nobody, onSettled, createTask, type Callback, type Startable, type Task } from './task.js'
import { beginWait, endWait } from './waits.js'

/**
 * Waits for work, `ms` milliseconds at most; then cancels it, waits for its cleanup and rejects with TimeoutError (asyncio:
 * `wait_for`). A value that the work gives in spite of the cancel stands, and so does an error of its cleanup. Work that can't
 * notice a cancel, a bare promise or a function that never looked at its signal, is not waited for: it goes on, in `allTasks()`.
 *
 * @param ms `null` waits for as long as it takes; with 0 or less a function is never called
 * @returns what the work gives; rejects with its error, TimeoutError, DeadlockError, or the reason of a cancel, which goes to
 * the work too
 */
export function waitFor<T>(startable: Startable<T>, ms: number | null, { signal }: AwaitOptions = {}): Promise<T> {
  return timeout(ms, async scope => {
    if (ms !== null && ms <= 0 && typeof startable === 'function') throw scope._expire()
    const task = isTask(startable) ? (startable as Task<T>) : createTask(startable, { signal }, nobody)
    markHandled(task)
    if (!task._state) {
      beginWait(scope._task, task)
      try {
        await interruptible<void>(signal, resolve => {
          const settled: Callback<T> = () => resolve()
          settled._for = settled
          onSettled(task, settled)
          return () => void task.removeDoneCallback(settled)
        })
      } catch (reason) {
        await stopAll([task as Task<unknown>], reason, scope, signal)
        if (!task._state || task.cancelled()) throw reason
      } finally {
        endWait(scope._task, task)
      }
    }
    return task.result()
  })
}

/**
 * A deadline for a body of code. {@link timeout} and {@link timeoutAt} make one and hand it to their body. By itself,
 * `using deadline = new Timeout(ms)`, it only aborts its `signal`: a dispose can't turn an error into TimeoutError.
 */
export class Timeout {
  readonly #parent = currentScope()
  /** @internal */ readonly _task = this.#parent._task
  /** @internal */ declare _pending: unknown
  /** @internal */ declare _latest: unknown
  #when: number | null = null
  #stop: (() => void) | undefined
  #fired: CancelledError | undefined
  #closed = false

  /** @param ms milliseconds from now; `null` for no deadline yet */
  constructor(ms: number | null) {
    this.reschedule(ms === null ? null : performance.now() + ms)
  }

  /** The deadline on the clock of `performance.now()`, in milliseconds; `null` where there is none. */
  when(): number | null {
    return this.#when
  }

  /**
   * Moves the deadline, on the clock of `performance.now()`; `null` takes it away.
   * @throws {InvalidStateError} where it has passed or the body has ended
   */
  reschedule(when: number | null): void {
    if (this.#closed || this.#fired) throw new InvalidStateError(`This timeout has ${this.#closed ? 'ended' : 'expired'}.`)
    this.#stop?.()
    this.#when = when
    this.#stop = startTimer(when && when - performance.now() + Date.now(), () => this._expire())
  }

  /** Whether the deadline passed and the body was told. */
  expired(): boolean {
    return !!this.#fired && !(this.#closed && this._pending === this.#fired)
  }

  /** Aborts when the deadline passes or the body is cancelled. */
  get signal(): AbortSignal {
    return signalOf(this)
  }

  [Symbol.dispose](): void {
    this.#closed = true
    this.#stop?.()
  }

  /** @internal */
  _expire(): CancelledError {
    this.#fired = new CancelledError('The deadline has passed.')
    cancelScope(this, this.#fired)
    return this.#fired
  }

  /** @internal */
  async _run<T>(body: (timeout: Timeout) => T | PromiseLike<T>): Promise<T> {
    let outer: unknown
    const leave = listen(this.#parent, reason => {
      outer = reason
      cancelScope(this, reason)
    })
    try {
      return await runIn(this as Timeout, body, this)
    } catch (error) {
      if (!this.#fired || !isCancellation(this, error)) throw error
      this._pending = undefined
      throw outer === undefined ? new TimeoutError('The deadline has passed.', { cause: error }) : outer
    } finally {
      leave()
      this[Symbol.dispose]()
      // A cancel from outside that met no await in the body is still to be delivered; the deadline's may have come before it, or after.
      if (this._pending === outer || (this._pending && this._latest === outer)) this.#parent._pending ??= outer
    }
  }
}

/**
 * Runs `body` with a deadline `ms` milliseconds from now. When it passes, the body's awaits of this package are cancelled
 * once, so that it can clean up, and the CancelledError that leaves the body becomes a TimeoutError (asyncio: `timeout`). The
 * body's own errors pass as they are, and so does a cancel from outside.
 *
 * @param ms `null` for no deadline; the handle's `reschedule` may set one
 * @returns the body's value
 */
export function timeout<T>(ms: number | null, body: (timeout: Timeout) => T | PromiseLike<T>): Promise<T> {
  return new Timeout(ms)._run(body)
}

/** As {@link timeout}, with the deadline on the clock of `performance.now()`, in milliseconds (asyncio: `timeout_at`). */
export function timeoutAt<T>(when: number | null, body: (timeout: Timeout) => T | PromiseLike<T>): Promise<T> {
  const deadline = new Timeout(null)
  deadline.reschedule(when)
  return deadline._run(body)
}
