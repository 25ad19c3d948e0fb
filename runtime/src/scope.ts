import { CancelledError } from './errors.js'
import type { Task } from './task.js'

/** Called with the reason when a cancel reaches an await in progress. */
export type Waiter = (reason: unknown) => void

/**
 * Where cancels arrive: a task, or the body of a task group or a timeout.
 *
 * A cancel is an edge, as in asyncio: it goes once to the awaits in progress, or, where there are none, to the next
 * one; cleanup code may then await normally. Only the signal stays aborted, for web APIs that were given it.
 *
 * A task is its own scope, so these fields are the task's: an object less for each.
 */
export interface Scope {
  /** The task that code under this scope belongs to. */
  readonly _task?: Task<unknown> | undefined
  /** What the first cancel was given. */
  _reason?: unknown
  /** What the last cancel was given, where it has met no await yet. */
  _pending?: unknown
  /** The awaits in progress; undefined where there was none ever. */
  _waiters?: Set<Waiter> | undefined
  _controller?: AbortController | undefined
}

/** The scope of a body that is no task of its own. */
export function regionOf({ _task }: Scope): Scope {
  return { _task }
}

export function cancelScope(scope: Scope, reason: unknown): void {
  scope._reason ??= reason
  if (scope._waiters?.size) for (const waiter of [...scope._waiters]) waiter(reason)
  else scope._pending = reason
  scope._controller?.abort(reason)
}

/** Registers an await in progress and returns what ends it. Where a cancel is pending, the waiter is called at once. */
export function enter(scope: Scope, waiter: Waiter): () => void {
  const waiters = (scope._waiters ??= new Set())
  waiters.add(waiter)
  const reason = scope._pending
  scope._pending = undefined
  if (reason !== undefined) waiter(reason)
  return () => void waiters.delete(waiter)
}

/** Whether code under the scope has ever looked at the signal or awaited in a way that a cancel can end. */
export function isCooperative(scope: Scope): boolean {
  return scope._controller !== undefined || scope._waiters !== undefined
}

/** Made when first read: an AbortController per task costs up to 760 bytes on Node 20. */
export function signalOf(scope: Scope): AbortSignal {
  if (!scope._controller) {
    scope._controller = new AbortController()
    if (scope._reason !== undefined) scope._controller.abort(scope._reason)
  }
  return scope._controller.signal
}

/** Whether `error` is how code under this scope ends because it was cancelled, and not a failure of its own. */
export function isCancellation(scope: Scope, error: unknown): boolean {
  return error instanceof CancelledError || (scope._reason !== undefined && (error === scope._reason || (error as Error | undefined)?.name === 'AbortError'))
}

/** Everybody who follows one signal, as its listener. */
class Followers extends Set<Waiter> {
  handleEvent({ target }: Event): void {
    for (const follower of this) follower((target as AbortSignal).reason)
  }
}

const followers = new WeakMap<AbortSignal, Followers>()

/**
 * Calls `cancel` when `signal` aborts; returns what takes it back. However many follow, the signal has one listener:
 * adding and removing one searches all of them, and Node 20 warns at eleven.
 */
export function followSignal(signal: AbortSignal | undefined, cancel: Waiter): () => void {
  if (!signal) return noop
  if (signal.aborted) cancel(signal.reason)
  const all = followers.get(signal) ?? new Followers()
  followers.set(signal, all.add(cancel))
  if (all.size === 1) signal.addEventListener('abort', all)
  return () => {
    if (all.delete(cancel) && !all.size) signal.removeEventListener('abort', all)
  }
}

/** Calls `waiter` when `signal` aborts or, where there is none, a cancel reaches the scope; returns what takes it back. */
export function listen(scope: Scope, signal: AbortSignal | undefined, waiter: Waiter): () => void {
  return signal ? followSignal(signal, waiter) : enter(scope, waiter)
}

export function noop(): void {}
