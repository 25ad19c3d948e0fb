import { interruptible, startTimer, type AwaitOptions } from './abortable.js'
import { currentScope } from './context.js'
import { TimeoutError } from './errors.js'
import { failed, isTask, markHandled, nobody, offSettled, onSettled, spawn, type Startable, type Task } from './task.js'
import type { ResultOf } from './gather.js'
import type { GroupTask } from './task-group.js'
import { beginWait } from './waits.js'

export interface WaitOptions extends AwaitOptions {
  /** Gives up after so many milliseconds, without an error and without touching the tasks. Default: never. */
  timeout?: number
  /** What ends the wait. `FIRST_EXCEPTION` ignores tasks that were cancelled. Default: `ALL_COMPLETED`. */
  returnWhen?: 'ALL_COMPLETED' | 'FIRST_COMPLETED' | 'FIRST_EXCEPTION'
}

const conditions = ['ALL_COMPLETED', 'FIRST_COMPLETED', 'FIRST_EXCEPTION']

/**
 * Waits until tasks have settled, and says which (asyncio: `wait`). It throws none of their errors and cancels none of them;
 * their errors count as handled, so look at `task.exception()` of those that are done.
 *
 * @returns the tasks that have settled and those that have not, in the order given; each task once
 * Rejects with TypeError for what is no task, RangeError for no tasks or an unknown `returnWhen`, DeadlockError where the
 * current task is among the tasks or one of them waits for it, and with the reason of a cancel.
 */
export async function wait<T extends Task<unknown> | GroupTask<unknown>>(tasks: Iterable<T>, { timeout, returnWhen = 'ALL_COMPLETED', signal }: WaitOptions = {}): Promise<[done: Set<T>, pending: Set<T>]> {
  const all = new Set(tasks) as ReadonlySet<unknown> as ReadonlySet<Task<unknown>>
  if (!conditions.includes(returnWhen)) throw new RangeError(`wait knows no returnWhen ${String(returnWhen)}. It is one of ${conditions.join(', ')}.`)
  if (all.size === 0) throw new RangeError('wait needs at least one task.')
  for (const task of all) if (!isTask(task)) throw new TypeError('wait takes tasks only. Make one of a function or a promise with createTask.')
  for (const task of all) markHandled(task)

  const isEnough = (task: Task<unknown>): boolean => (task._state !== 0 && returnWhen === 'FIRST_COMPLETED') || (task._state === failed && returnWhen === 'FIRST_EXCEPTION')
  const pending = [...all].filter(task => !task._state)
  if (pending.length > 0 && ![...all].some(isEnough)) {
    let left = pending.length
    await interruptible<void>(
      signal,
      resolve => {
        const settled = (task: Task<unknown>): void => {
          if (--left === 0 || isEnough(task)) resolve()
        }
        for (const task of pending) onSettled(task, settled)
        const stop = timeout === undefined ? undefined : startTimer(timeout, resolve)
        return () => {
          stop?.()
          for (const task of pending) if (!task._state) offSettled(task, settled)
        }
      },
      { _waits: all, _any: returnWhen === 'FIRST_COMPLETED' },
    )
  }
  const split = (isDone: boolean): Set<T> => new Set([...all].filter(task => (task._state !== 0) === isDone) as unknown[] as T[])
  return [split(true), split(false)]
}

export interface AsCompletedOptions extends AwaitOptions {
  /** Milliseconds, counted from the call, after which the iterator throws TimeoutError. Default: never. */
  timeout?: number
}

/**
 * A task that has settled, as `asCompleted` gives it: look at its `result()` or `exception()`. At run time it is the task,
 * but TypeScript takes whatever `for await` gives for awaited already, so that a promise would have the type of its value.
 */
export type SettledTask<T> = Pick<Task<T>, 'name' | 'done' | 'cancelled' | 'result' | 'exception'>

/**
 * Gives tasks in the order in which they settle (asyncio: `as_completed`): for a task the same object, for a function or a
 * promise the task made of it. `task.result()` is its value, or throws its error. Nothing is cancelled at a timeout or a `break`; the
 * iterator can be taken up again after both.
 *
 * `next()` rejects with TimeoutError, with DeadlockError where the current task is among them, or with the reason of a
 * cancel, and loses no task by it.
 */
export function asCompleted<const C extends Iterable<unknown>>(startables: C, { timeout, signal }: AsCompletedOptions = {}): AsyncIterableIterator<SettledTask<ResultOf<C>>> {
  type T = ResultOf<C>
  const deadline = timeout === undefined ? undefined : Date.now() + timeout
  const left = new Set([...startables].map(item => (isTask(item) ? (item as Task<T>) : spawn(item as Startable<T>, undefined, nobody))))
  const done: Task<T>[] = []
  const wakes = new Set<() => void>()
  let listening = false
  const settled = (task: Task<T>): void => {
    done.push(task)
    for (const wake of wakes) wake()
  }
  const listen = (): void => {
    if (listening) return
    listening = true
    for (const task of left) {
      if (!task._state) onSettled(task, settled)
      else if (!done.includes(task)) done.push(task)
    }
  }
  for (const task of left) markHandled(task)
  listen()

  return {
    async next() {
      listen()
      const me = currentScope()._task
      const itself = me && left.has(me as Task<T>) ? beginWait(me, me) : undefined
      if (itself) throw itself
      while (done.length === 0 && left.size > 0) {
        await interruptible<void>(
          signal,
          (resolve, reject) => {
            wakes.add(resolve)
            const expire = (): void => reject(new TimeoutError(`${left.size} of the tasks had not settled when the deadline passed.`))
            const stop = deadline === undefined ? undefined : startTimer(deadline - Date.now(), expire)
            return () => {
              wakes.delete(resolve)
              stop?.()
            }
          },
          { _waits: left, _any: true },
        )
      }
      const value = done.shift()
      if (!value) return { done: true, value: undefined }
      left.delete(value)
      return { done: false, value }
    },
    async return() {
      listening = false
      for (const task of left) if (!task._state) offSettled(task as Task<unknown>, settled as (task: Task<unknown>) => void)
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
