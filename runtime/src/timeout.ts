/// <reference lib="esnext.disposable" preserve="true" />
import { startTimer, type AwaitOptions } from './abortable.js'
import { currentScope, runIn } from './context.js'
import { CancelledError, InvalidStateError, TimeoutError } from './errors.js'
import { cancelScope, enter, isCancellation, isCooperative, listen, regionOf, signalOf, type Scope } from './scope.js'
import { cancelTask, failed, isTask, markHandled, nobody, onSettled, spawn, succeeded, type Startable, type Task } from './task.js'
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
export async function waitFor<T>(startable: Startable<T>, ms: number | null, { signal }: AwaitOptions = {}): Promise<T> {
  const late = (cause?: unknown): TimeoutError => new TimeoutError(`The work was not done within ${ms} ms.`, { cause })
  if (ms !== null && ms <= 0 && typeof startable === 'function') throw late(new CancelledError())
  const task = isTask(startable) ? (startable as Task<T>) : spawn(startable, undefined, nobody)
  markHandled(task)
  let reason: unknown
  if (!task._state) {
    const scope = currentScope()
    const deadlock = beginWait(scope._task, task)
    if (deadlock) throw deadlock
    let stop: (() => void) | undefined
    let leave: (() => void) | undefined
    await new Promise<void>(resolve => {
      const cancel = (error: unknown, cause = error): void => {
        reason ??= error
        cancelTask(task, cause)
        if (!isCooperative(task)) resolve()
      }
      onSettled(task, () => resolve())
      if (ms !== null) stop = startTimer(Math.max(ms, 0), () => {
        const cancelled = new CancelledError('The deadline has passed.')
        cancel(late(cancelled), cancelled)
      })
      leave = listen(scope, signal, cancel)
    })
    stop?.()
    leave?.()
    endWait(scope._task, task)
  }
  if (task._state === succeeded) return task._value as T
  throw task._state === failed ? task._value : (reason ?? task._value)
}

/**
 * A deadline for a body of code. {@link timeout} and {@link timeoutAt} make one and hand it to their body. By itself,
 * `using deadline = new Timeout(ms)`, it only aborts its `signal`: a dispose can't turn an error into TimeoutError.
 */
export class Timeout {
  /** @internal */ readonly _scope = regionOf(currentScope())
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
    this.#stop = when === null ? undefined : startTimer(Math.max(when - performance.now(), 0), () => this.#expire())
  }

  /** Whether the deadline passed and the body was told. */
  expired(): boolean {
    return this.#fired !== undefined && !(this.#closed && this._scope._pending === this.#fired)
  }

  /** Aborts when the deadline passes or the body is cancelled. */
  get signal(): AbortSignal {
    return signalOf(this._scope)
  }

  [Symbol.dispose](): void {
    this.#closed = true
    this.#stop?.()
  }

  /** @internal */
  async _run<T>(body: (timeout: Timeout) => T | PromiseLike<T>, parent: Scope): Promise<T> {
    let outer: unknown
    const leave = enter(parent, reason => {
      outer = reason
      cancelScope(this._scope, reason)
    })
    try {
      return await runIn(this._scope, body, this)
    } catch (error) {
      if (this.#fired && outer === undefined && isCancellation(this._scope, error)) throw new TimeoutError('The deadline has passed.', { cause: error })
      throw error
    } finally {
      leave()
      this[Symbol.dispose]()
      // A cancel from outside that met no await in the body is still to be delivered.
      if (this._scope._pending === outer) parent._pending ??= outer
    }
  }

  #expire(): void {
    this.#fired = new CancelledError('The deadline has passed.')
    cancelScope(this._scope, this.#fired)
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
  return new Timeout(ms)._run(body, currentScope())
}

/** As {@link timeout}, with the deadline on the clock of `performance.now()`, in milliseconds (asyncio: `timeout_at`). */
export function timeoutAt<T>(when: number | null, body: (timeout: Timeout) => T | PromiseLike<T>): Promise<T> {
  return timeout(when === null ? null : when - performance.now(), body)
}
