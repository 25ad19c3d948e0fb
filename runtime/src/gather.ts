import { currentScope } from './context.js'
import { DeadlockError } from './errors.js'
import { checkLimit } from './limit.js'
import { cancelAll, cancelScope, listen, noop } from './scope.js'
import { begin, isTask, isThenable, listTask, markHandled, onSettled, settle, succeeded, Task, type Owner, type Startable } from './task.js'
import type { Waiting } from './waits.js'
import type { AwaitOptions } from './abortable.js'

/** What `gather` accepts for one result: a promise, a function that makes one, or a plain value, as Promise.all does. */
export type Gathered<V> = V extends (...args: never[]) => infer R ? Awaited<R> : Awaited<V>

/** What each of a list of functions, promises and tasks gives. */
export type ResultOf<C> = C extends Iterable<infer V> ? Gathered<V> : never

/** The results of `gather`: a tuple or an array for a list, an object with the same keys for a record. */
export type GatherResults<C> = C extends readonly unknown[] ? { -readonly [K in keyof C]: Gathered<C[K]> } : C extends Iterable<infer V> ? Gathered<V>[] : { -readonly [K in keyof C]: Gathered<C[K]> }

type GatherOutcome<C, O> = O extends { returnExceptions: true } ? OrError<GatherResults<C>> : GatherResults<C>

type OrError<R> = { [K in keyof R]: R[K] | Error }

export interface GatherOptions extends AwaitOptions {
  /** `true` puts an error in its place among the results instead of rejecting with it. Default: false. */
  returnExceptions?: boolean
  /**
   * So many of the functions run at once; each other one starts when one of them has settled, and none does after an error.
   * Promises and tasks have started already and don't count. Default: all.
   */
  limit?: number
}

/**
 * Runs everything in `children` together and gives the results in their order (asyncio: `gather`). It keeps what
 * Promise.all promises: the first error rejects at once and unwrapped, the others go on. Beyond that: a function that
 * throws synchronously is a failed child and not a throw, a record gives a record, and `cancel()`, or a cancel of the
 * task that waits, cancels the children and waits for them; no function is called after it.
 *
 * @returns a task; empty children give `[]` or `{}`. Rejects with DeadlockError where the current task is among `children`
 * @throws {RangeError} where `limit` is less than 1
 */
export function gather<const C extends Iterable<unknown> | Readonly<Record<string, unknown>>, const O extends GatherOptions = object>(
  children: C,
  { returnExceptions, signal, limit }: O = {} as O,
): Task<GatherOutcome<C, O>> {
  checkLimit(limit)
  const scope = currentScope()
  const group = new Task<GatherOutcome<C, O>>('gather')
  const results = (Symbol.iterator in children ? [...(children as Iterable<unknown>)] : { ...children }) as Record<string, unknown>
  const tasks: Task<unknown>[] = []
  const functions: string[] = []
  let left = 1

  const finish = (): void => {
    if (group._reason === undefined) {
      if (!--left) settle(group, results, false)
    } else if (tasks.every(task => task._state)) settle(group, group._reason, true)
  }
  const done = (key: string, result: unknown, isError?: boolean): void => {
    if (isError && !returnExceptions && group._reason === undefined) settle(group, result, true)
    results[key] = result
    finish()
  }
  const settled = (task: Task<unknown>, key = task._key): void => done(key, task._value, task._state > succeeded)
  // One for all children: an object and a function for each would be half of what a pending child takes.
  const owner: Owner = { _settled: settled }
  for (const key of Object.keys(results)) {
    const item = results[key]
    left++
    if (typeof item === 'function') functions.push(key)
    else if (isTask(item)) {
      if (item === scope._task && !item._state) settle(group, new DeadlockError([item]), true)
      tasks.push(item)
      markHandled(item)
      onSettled(item, () => settled(item, key))
    } else if (isThenable(item)) item.then(value => done(key, value), (error: unknown) => done(key, error, true))
    else left--
  }
  listen(group, reason => {
    // Each cancel reaches the children: a second one interrupts their cleanup, as it would interrupt ours.
    cancelAll(tasks, reason)
    finish()
  })
  // Not by `then`, which would count as handling the group's error.
  onSettled(group, listen(scope, reason => cancelScope(group, reason), signal))

  const order = functions.values()
  const startInTurn = async (): Promise<void> => {
    for (const key of order) {
      if (group._reason !== undefined || (limit && group._state)) return
      const startable = results[key] as Startable<unknown>
      const task = listTask(startable, undefined, owner)
      task._key = key
      tasks.push(task)
      begin(task, startable)
      if (limit) await task.then(noop, noop)
    }
  }
  // As many as may run at once share the functions. They are called here, so what they start has the context of here.
  functions.slice(0, limit ?? 1).forEach(startInTurn)
  finish()
  if (!group._state) group._waits = tasks as Iterable<Waiting> as Set<Waiting>
  return group
}
