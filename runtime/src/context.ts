import type { Scope } from './scope.js'

interface ContextStorage {
  getStore(): Scope | undefined
  run<R, A>(store: Scope | undefined, fn: (arg: A) => R, arg: A): R
}

type Storage = new () => ContextStorage

interface Host {
  AsyncLocalStorage?: Storage
  process?: { getBuiltinModule?: (id: string) => { AsyncLocalStorage: Storage } | undefined }
}

/** Where code runs that belongs to no task: no cancel ever comes. */
const outside: Scope = {}

let storage: ContextStorage | false | undefined
let current: Scope | undefined

/** The scope this code runs in. Where there is no AsyncLocalStorage, known until the first await only. */
export function currentScope(): Scope {
  return (storage ? storage.getStore() : current) ?? outside
}

/** Runs `fn` with `arg` under `scope`, or under none, and returns what it returns. */
export function runIn<R, A>(scope: Scope | undefined, fn: (arg: A) => R, arg: A): R {
  if (storage === undefined) {
    // Looked up when the first task starts, since merely using it makes promises dearer.
    const host = globalThis as Host
    const Storage = host.AsyncLocalStorage ?? host.process?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage
    storage = Storage ? new Storage() : false
  }
  if (storage) return storage.run(scope, fn, arg)
  const before = current
  current = scope
  try {
    return fn(arg)
  } finally {
    current = before
  }
}

/**
 * `configure({ context: false })` does without AsyncLocalStorage, which makes every promise of a process dearer on Node 20
 * and 22 (1.7 to 1.9 times). Then, as in browsers, the current task is known until the first await of a function only:
 * pass `{ signal: task.signal }` to `sleep`, `wait` and the others. To be called before the first task.
 */
export function configure({ context }: { context: boolean }): void {
  storage = context ? undefined : false
}
