import { currentScope } from './context.js'
import { CancelledError, InvalidStateError } from './errors.js'
import { isCooperative } from './scope.js'
import { allTasks, cancelTask, createTask, onSettled, type Task } from './task.js'

export interface RunOptions {
  /** Cancels `main` when it aborts. */
  signal?: AbortSignal
  /** Cancels `main` at the first SIGINT and exits with code 130 at the second. Node only. Default: false. */
  handleSigint?: boolean
}

/**
 * Runs `main` as the program's first task (asyncio: `run`). When it settles, every task that was started under it and still
 * runs is cancelled, and waited for where it can notice; what such a task throws is an uncaught error. Work given to
 * `background` belongs to no run: wait for it with `background.drain()`.
 *
 * @returns what `main` gives; rejects with its error
 * @throws {InvalidStateError} inside another run
 */
export async function run<T>(main: (task: Task<unknown>) => T | PromiseLike<T>, { signal, handleSigint = false }: RunOptions = {}): Promise<T> {
  if (currentScope()._task?._root) throw new InvalidStateError('run() can\'t be called inside another run(). Await the function, or start it with createTask().')
  const asRoot = (self: Task<unknown>): T | PromiseLike<T> => {
    self._root = self
    return main(self)
  }
  const task = createTask(asRoot, signal ? { signal } : {})
  const unwatch = handleSigint ? watchSigint(task as Task<unknown>) : undefined
  try {
    return await task
  } finally {
    unwatch?.()
    await cancelRest(task as Task<unknown>)
  }
}

async function cancelRest(main: Task<unknown>): Promise<void> {
  const rest = [...allTasks()].filter(task => task._root === main)
  for (const task of rest) cancelTask(task, new CancelledError('The program has ended.'))
  await Promise.all(rest.map(task => (task._state || !isCooperative(task) ? undefined : new Promise<void>(resolve => onSettled(task, () => resolve())))))
}

function watchSigint(task: Task<unknown>): () => void {
  const host = (globalThis as unknown as { process?: { on(event: string, fn: () => void): void; off(event: string, fn: () => void): void; exit(code: number): never } }).process
  let seen = false
  const onSigint = (): void => {
    if (seen) host?.exit(130)
    seen = true
    task.cancel('The user asked the program to stop.')
  }
  host?.on('SIGINT', onSigint)
  return () => host?.off('SIGINT', onSigint)
}
