import { currentScope } from './context.js'
import { CancelledError, InvalidStateError } from './errors.js'
import { stopAll } from './stop.js'
import { createTask, listedTasks, type Task } from './task.js'

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
export async function run<T>(main: (task: Task<unknown>) => T | PromiseLike<T>, { signal, handleSigint }: RunOptions = {}): Promise<T> {
  const scope = currentScope()
  if (scope._task?._root) throw new InvalidStateError('run() can\'t be called inside another run(): use createTask().')
  const asRoot = (self: Task<unknown>): T | PromiseLike<T> => main((self._root = self))
  const task = createTask(asRoot, { signal })
  const host = handleSigint ? (globalThis as unknown as { process?: Host }).process : undefined
  let asked = 0
  const onSigint = (): void => {
    if (asked++) host?.exit(130)
    task.cancel('The program was interrupted.')
  }
  host?.on('SIGINT', onSigint)
  try {
    return await task
  } finally {
    host?.off('SIGINT', onSigint)
    const heard = await stopAll(listedTasks().filter(other => other._root === task), new CancelledError('The program is ending.'), scope)
    scope._pending ??= heard
  }
}

interface Host {
  on(event: string, fn: () => void): void
  off(event: string, fn: () => void): void
  exit(code: number): never
}
