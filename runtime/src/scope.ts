import { CancelledError } from './errors.js'
import { observer } from './observer.js'
import type { Task } from './task.js'

/** Called with the reason, and where the cancel arrived, when one reaches an await in progress. */
export type Waiter = (reason: unknown, by: Scope) => void

/**
 * Where cancels arrive: a task, the body of a task group or a timeout, or whoever follows a signal.
 *
 * A cancel is an edge, as in asyncio: it goes once to the awaits in progress, or, where there are none, to the next
 * one; cleanup code may then await normally. Only the signal stays aborted, for web APIs that were given it.
 *
 * A task is its own scope, so these fields are the task's: an object less for each.
 */
export interface Scope {
  /** The task that code under this scope belongs to. */
  readonly _task?: Task<unknown> | undefined
  /** Not 0 where it has settled. */
  readonly _state?: number
  /** What the first cancel was given. */
  _reason?: unknown
  /** What the last cancel was given. */
  _latest?: unknown
  /** What the first cancel was given that has met no await yet. */
  _pending?: unknown
  /** The awaits in progress; undefined where there was none since it began. */
  _waiters?: Set<Waiter> | undefined
  _aborter?: AbortController | undefined
  /** Where the cancels come from a signal. */
  readonly _signal?: AbortSignal
}

/** Cancels what runs under a scope, where that has not settled. */
export function cancelScope(scope: Scope, reason: unknown): void {
  // A task's own signal, given to what it waits for, brings its cancel a second time; and scopes may cancel each other in a circle.
  if (scope._state || scope._latest === reason) return
  scope._latest = reason
  observer.cancel?.(scope, reason)
  scope._reason ??= reason
  if (scope._waiters?.size) for (const waiter of [...scope._waiters]) waiter(reason, scope)
  else scope._pending ??= reason
  scope._aborter?.abort(reason)
}

export function cancelAll(scopes: Iterable<Scope>, reason: unknown): void {
  for (const scope of [...scopes]) cancelScope(scope, reason)
}

/**
 * Registers an await in progress: `waiter` is called when a cancel reaches the scope or `signal` aborts, at once where that
 * has happened before. Returns what ends it.
 */
export function listen(scope: Scope, waiter: Waiter, signal?: AbortSignal): () => void {
  const waiters = (scope._waiters ??= new Set())
  const source = scope._signal
  const reason: unknown = source ? source.reason : scope._pending
  waiters.add(waiter)
  scope._pending = undefined
  source?.addEventListener('abort', scope as Follower)
  if (reason !== undefined) waiter(reason, scope)
  const unfollow = signal && listen(scopeOf(signal), waiter)
  return () => {
    waiters.delete(waiter)
    if (!waiters.size) source?.removeEventListener('abort', scope as Follower)
    unfollow?.()
  }
}

type Follower = Scope & EventListenerObject

const followers = new WeakMap<AbortSignal, Follower>()

/**
 * The scope that an abort of `signal` cancels, for everybody who follows it: adding and removing a listener for each searches
 * all of them, and Node 20 warns at eleven.
 */
export function scopeOf(signal: AbortSignal): Scope {
  let scope = followers.get(signal)
  if (!scope) followers.set(signal, (scope = { _signal: signal, handleEvent: () => cancelScope(scope as Follower, signal.reason) }))
  return scope
}

/** Whether code under the scope has ever looked at the signal or awaited in a way that a cancel can end. */
export function isCooperative(scope: Scope): boolean {
  return scope._aborter !== undefined || scope._waiters !== undefined
}

/** Made when first read: an AbortController per task costs up to 760 bytes on Node 20. */
export function signalOf(scope: Scope): AbortSignal {
  const aborter = (scope._aborter ??= new AbortController())
  if (scope._reason !== undefined) aborter.abort(scope._reason)
  return aborter.signal
}

/** Whether `error` is how code under this scope ends because it was cancelled, and not a failure of its own. */
export function isCancellation(scope: Scope, error: unknown): boolean {
  return error instanceof CancelledError || (scope._reason !== undefined && (error === scope._reason || error === scope._latest || (error as Error | undefined)?.name === 'AbortError'))
}

export function noop(): void {}
