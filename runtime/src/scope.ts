import { CancelledError } from './errors.js'
import type { Task } from './task.js'

/** Called with the reason when a cancel reaches an await in progress. */
export type Waiter = (reason: unknown) => void

/**
 * Where cancels arrive. Every task has one, and so has the body of a task group.
 *
 * A cancel is an edge, as in asyncio: it goes once to the awaits in progress, or, where there are none, to the next
 * one; cleanup code may then await normally. Only the signal stays aborted, for web APIs that were given it.
 */
export class Scope {
  /** Set by the first cancel and never taken back. */
  cancelRequested = false
  /** What the first cancel was given. */
  reason: unknown = undefined
  #pending: { reason: unknown } | undefined
  #waiters: Set<Waiter> | undefined
  #controller: AbortController | undefined

  constructor(readonly task: Task<unknown> | null) {}

  cancel(reason: unknown): void {
    if (!this.cancelRequested) {
      this.cancelRequested = true
      this.reason = reason
    }
    if (this.#waiters?.size) for (const waiter of [...this.#waiters]) waiter(reason)
    else this.#pending = { reason }
    this.#controller?.abort(reason)
  }

  /** Whether the last cancel has met no await yet. */
  get hasPendingCancel(): boolean {
    return this.#pending !== undefined
  }

  /** Delivers `reason` to the next await: a group whose errors won over an outer cancel hands the cancel back. */
  rearm(reason: unknown): void {
    this.#pending ??= { reason }
  }

  /** Registers an await in progress and returns what ends it. Where a cancel is pending, the waiter is called at once. */
  enter(waiter: Waiter): () => void {
    const waiters = (this.#waiters ??= new Set())
    waiters.add(waiter)
    if (this.#pending) {
      const { reason } = this.#pending
      this.#pending = undefined
      waiter(reason)
    }
    return () => {
      waiters.delete(waiter)
    }
  }

  /** Made when first read: an AbortController per task costs up to 760 bytes on Node 20. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.cancelRequested) this.#controller.abort(this.reason)
    }
    return this.#controller.signal
  }

  /** Whether `error` is how code under this scope ends because it was cancelled, and not a failure of its own. */
  isCancellation(error: unknown): boolean {
    if (error instanceof CancelledError) return true
    return this.cancelRequested && (error === this.reason || (error instanceof Error && error.name === 'AbortError'))
  }
}

/** Cancels `scope` when `signal` aborts, with one listener; returns what removes it. */
export function followSignal(signal: AbortSignal | undefined, cancel: (reason: unknown) => void): () => void {
  if (!signal) return nothing
  if (signal.aborted) {
    cancel(signal.reason)
    return nothing
  }
  const listener = (): void => cancel(signal.reason)
  signal.addEventListener('abort', listener, { once: true })
  return () => signal.removeEventListener('abort', listener)
}

interface ContextStorage {
  getStore(): Scope | undefined
  run<R>(store: Scope | undefined, fn: () => R): R
}

let storage: ContextStorage | null | undefined
let current: Scope | undefined

/** The scope this code runs in. Where the platform has no AsyncLocalStorage, known until the first await only. */
export function currentScope(): Scope | undefined {
  return storage ? storage.getStore() : current
}

/** Runs `fn` under `scope`, or under none, and returns what it returns. */
export function runIn<R>(scope: Scope | undefined, fn: () => R): R {
  storage ??= findStorage()
  if (storage) return storage.run(scope, fn)
  const before = current
  current = scope
  try {
    return fn()
  } finally {
    current = before
  }
}

/** Looked up when the first task starts, since merely using it makes every promise of a Node 20 process dearer. */
function findStorage(): ContextStorage | null {
  type Constructor = new () => ContextStorage
  const host = globalThis as {
    AsyncLocalStorage?: Constructor
    process?: { getBuiltinModule?: (id: string) => { AsyncLocalStorage: Constructor } | undefined }
  }
  const Storage = host.AsyncLocalStorage ?? host.process?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage
  return Storage ? new Storage() : null
}

function nothing(): void {}
