import { currentScope } from './context.js'
import { checkLimit } from './limit.js'
import { enter, followSignal } from './scope.js'
import { begin, cancelTask, fail, isTask, isThenable, listTask, makeTask, markHandled, onSettled, succeed, succeeded, type Owner, type Startable, type Task } from './task.js'
import { beginWait } from './waits.js'
import type { AwaitOptions } from './abortable.js'

type Key = string | number

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
   * So many of the functions run at once; each other one starts when one of them has settled, and none does after an error
   * or a cancel. Promises and tasks have started already and don't count. Default: all.
   */
  limit?: number
}

/**
 * Runs everything in `children` together and gives the results in their order (asyncio: `gather`). It keeps what
 * Promise.all promises: the first error rejects at once and unwrapped, the others go on. Beyond that: a function that
 * throws synchronously is a failed child and not a throw, a record gives a record, and `cancel()`, or a cancel of the
 * task that waits, cancels the children and waits for them.
 *
 * @returns a task; empty children give `[]` or `{}`. Rejects with DeadlockError where the current task is among `children`
 * @throws {RangeError} where `limit` is less than 1
 */
export function gather<const C extends Iterable<unknown> | Readonly<Record<string, unknown>>, const O extends GatherOptions = object>(
  children: C,
  options?: O,
): Task<GatherOutcome<C, O>> {
  return startAll(children, options) as Task<GatherOutcome<C, O>>
}

function startAll(children: Iterable<unknown> | Readonly<Record<string, unknown>>, { returnExceptions, signal, limit }: GatherOptions = {}): Task<unknown> {
  checkLimit(limit, 'gather')
  const scope = currentScope()
  const group = makeTask<unknown>('gather')
  const results = (Symbol.iterator in children ? [...children] : { ...children }) as Record<Key, unknown>
  const tasks: Task<unknown>[] = []
  // Of each of the tasks; one that was made here knows its place, so that nothing is hashed.
  const keys: Key[] = []
  let left = 1
  let cancelled: { reason: unknown } | undefined

  const finish = (): void => {
    if (cancelled ? tasks.some(task => !task._state) : left) return
    if (cancelled) fail(group, cancelled.reason)
    else succeed(group, results)
  }
  const done = (key: Key, result: unknown, isError?: boolean): void => {
    if (isError && !returnExceptions && !cancelled) fail(group, result)
    results[key] = result
    left--
    finish()
  }
  const queue: (() => void)[] = []
  let turn = 0
  let room = limit ?? Infinity
  // One for all children: an object and a function for each would be half of what a pending child takes.
  const owner: Owner = {
    childSettled: task => {
      done(keys[task._placeInGroup] as Key, task._value, task._state > succeeded)
      if (turn < queue.length) queue[turn++]?.()
      else room++
    },
  }
  const start = (item: unknown, key: Key): void => {
    left++
    if (typeof item === 'function') {
      const launch = (): void => {
        if (limit && (cancelled || group._state)) return
        const task = listTask(item as Startable<unknown>, undefined, owner)
        task._placeInGroup = tasks.push(task) - 1
        keys.push(key)
        begin(task, item as Startable<unknown>)
      }
      if (room-- >= 1) launch()
      // By a promise, so that it starts in the context of whoever gathers, not of the child whose end made room.
      else void new Promise<void>(resolve => queue.push(resolve)).then(launch)
    } else if (isTask(item)) {
      const settled = (): void => done(key, item._value, item._state > succeeded)
      tasks.push(item)
      keys.push(key)
      markHandled(item)
      if (item._state) settled()
      else onSettled(item, settled)
    } else if (isThenable(item)) item.then(value => done(key, value), (error: unknown) => done(key, error, true))
    else done(key, item)
  }
  if (Array.isArray(results)) results.forEach(start)
  else for (const key of Object.keys(results)) start(results[key], key)
  left--
  finish()
  if (group._state) return group

  const me = scope._task
  const deadlock = (me && tasks.includes(me) && beginWait(me, me)) || beginWait(group, { _waits: { keys: () => tasks } })
  if (deadlock) fail(group, deadlock)
  enter(group, reason => {
    // Each cancel reaches the children: a second one interrupts their cleanup, as it would interrupt ours.
    cancelled ??= { reason }
    for (const child of tasks) if (!child._state) cancelTask(child, reason)
    finish()
  })
  const cancel = (reason: unknown): void => cancelTask(group, reason)
  // Not by `then`, which would count as handling the group's error.
  onSettled(group, enter(scope, cancel))
  onSettled(group, followSignal(signal, cancel))
  return group
}
