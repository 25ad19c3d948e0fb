import { after, interruptible, startTimer, type AwaitOptions } from './abortable.js'
import { currentScope } from './context.js'
import { DeadlockError, TimeoutError } from './errors.js'
import { failed, isTask, markHandled, nobody, onSettled, createTask, stopped, succeeded, type Callback, type Startable, type Task } from './task.js'
import type { ResultOf } from './gather.js'
import type { GroupTask } from './task-group.js'
import type { Scope } from './scope.js'
import { beginWait, endWait, type Waiting } from './waits.js'

export interface WaitOptions extends AwaitOptions {
  /** Gives up after so many milliseconds, without an error and without touching the tasks. Default: never. */
  timeout?: number
  /** What ends the wait. `FIRST_EXCEPTION` ignores tasks that were cancelled. Default: `ALL_COMPLETED`. */
  returnWhen?: 'ALL_COMPLETED' | 'FIRST_COMPLETED' | 'FIRST_EXCEPTION'
}

/** The states of a task that end the wait at once. */
const conditions = { ALL_COMPLETED: [], FIRST_COMPLETED: [succeeded, failed, stopped], FIRST_EXCEPTION: [failed] }

/**
 * Waits until tasks have settled, and says which (asyncio: `wait`). It throws none of their errors and cancels none of them;
 * their errors count as handled, so look at `task.exception()` of those that are done.
 *
 * @returns the tasks that have settled and those that have not, in the order given; each task once
 * Rejects with TypeError for what is no task, RangeError for no tasks or an unknown `returnWhen`, DeadlockError where the
 * current task is among the tasks or one of them waits for it, and with the reason of a cancel.
 */
export async function wait<T extends Task<unknown> | GroupTask<unknown>>(tasks: Iterable<T>, { timeout, returnWhen = 'ALL_COMPLETED', signal }: WaitOptions = {}): Promise<[done: Set<T>, pending: Set<T>]> {
  const all = new Set(tasks) as Set<unknown> as Set<T & Task<unknown>>
  const ends: readonly number[] | undefined = conditions[returnWhen]
  if (!ends) throw new RangeError(`returnWhen is one of ${Object.keys(conditions).join(', ')}, not ${String(returnWhen)}.`)
  if (!all.size) throw new RangeError('wait needs at least one task.')
  for (const task of all) if (!isTask(task as unknown)) throw new TypeError('wait needs tasks: make them with createTask().')

  const scope = currentScope()
  const left = new Set(all) as Set<unknown> as Set<Task<unknown>>
  const late = {}
  const each = eachSettled(left, { timeout, signal }, () => late, undefined, scope)
  const isEnough = (task: Pick<Task<unknown>, '_state'>): boolean => ends.includes(task._state)
  const waited = { _waits: left, _any: returnWhen === 'FIRST_COMPLETED' }
  try {
    // Here and not at each step: it looks at all that is left.
    if (![...all].some(isEnough)) beginWait(scope._task, waited)
    for await (const task of each) if (isEnough(task)) break
  } catch (error) {
    if (error !== late) throw error
  } finally {
    void each.return?.()
    endWait(scope._task, waited)
  }
  const pending = new Set([...all].filter(task => !task._state))
  for (const task of pending) all.delete(task)
  return [all, pending]
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
export function asCompleted<const C extends Iterable<unknown>>(startables: C, options: AsCompletedOptions = {}): AsyncIterableIterator<SettledTask<ResultOf<C>>> {
  const left = new Set([...startables].map(item => (isTask(item) ? item : createTask(item as Startable<unknown>, undefined, nobody))))
  const late = (): unknown => new TimeoutError('The deadline has passed.')
  return eachSettled(left, options, late, { _waits: left, _any: true }) as AsyncIterableIterator<unknown> as AsyncIterableIterator<SettledTask<ResultOf<C>>>
}

/**
 * Gives tasks as they settle, and takes them out of `left` then. Whoever takes one waits for `waited`, in `scope` or where it
 * is; after the timeout with `late` as the error.
 */
function eachSettled(
  left: Set<Task<unknown>>,
  { timeout, signal }: { timeout?: number | undefined; signal?: AbortSignal | undefined },
  late: () => unknown,
  waited?: Waiting,
  scope?: Scope,
): AsyncIterableIterator<Pick<Task<unknown>, '_state'>> {
  const deadline = after(timeout)
  const done: (Task<unknown> | undefined)[] = []
  let given = 0
  const wakes = new Set<() => void>()
  let isListening = false
  const settled: Callback<unknown> = task => {
    left.delete(task)
    done.push(task)
    for (const wake of wakes) wake()
  }
  settled._for = settled
  const listen = (): void => {
    if (isListening) return
    isListening = true
    for (const task of left) onSettled(task, settled)
  }
  for (const task of left) markHandled(task)
  listen()

  return {
    async next() {
      listen()
      const me = currentScope()._task
      if (waited && left.has(me as Task<unknown>)) throw new DeadlockError([me as Task<unknown>])
      while (!done[given] && left.size) {
        await interruptible<void>(
          signal,
          (resolve, reject) => {
            wakes.add(resolve)
            const stop = startTimer(deadline, () => reject(late()))
            return () => {
              wakes.delete(resolve)
              stop()
            }
          },
          waited,
          scope,
        )
      }
      const value = done[given]
      if (!value) return { done: true, value: undefined }
      done[given++] = undefined
      return { done: false, value }
    },
    async return() {
      // Others may still wait for the next one.
      if (!wakes.size) {
        isListening = false
        for (const task of left) task.removeDoneCallback(settled)
      }
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
