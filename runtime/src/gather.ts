import { currentScope } from './context.js'
import { enter, followSignal } from './scope.js'
import { cancelTask, isTask, isThenable, makeTask, markHandled, onSettled, spawn, type Startable, type Task, succeeded } from './task.js'
import { beginWait } from './waits.js'
import type { AwaitOptions } from './abortable.js'

/** What `gather` accepts for one result: a promise, a function that makes one, or a plain value, as Promise.all does. */
export type Gathered<V> = V extends (...args: never[]) => infer R ? Awaited<R> : Awaited<V>

/** What each of a list of functions, promises and tasks gives. */
export type ResultOf<C> = C extends Iterable<infer V> ? Gathered<V> : never

/** The results of `gather`: a tuple or an array for a list, an object with the same keys for a record. */
export type GatherResults<C> = C extends readonly unknown[] ? { -readonly [K in keyof C]: Gathered<C[K]> } : C extends Iterable<infer V> ? Gathered<V>[] : { -readonly [K in keyof C]: Gathered<C[K]> }

type GatherOutcome<C, O> = O extends { returnExceptions: true } ? { [K in keyof GatherResults<C>]: GatherResults<C>[K] | Error } : GatherResults<C>

export interface GatherOptions extends AwaitOptions {
  /** `true` puts an error in its place among the results instead of rejecting with it. Default: false. */
  returnExceptions?: boolean
}

/**
 * Runs everything in `children` together and gives the results in their order (asyncio: `gather`). It keeps what
 * Promise.all promises: the first error rejects at once and unwrapped, the others go on. Beyond that: a function that
 * throws synchronously is a failed child and not a throw, a record gives a record, and `cancel()`, or a cancel of the
 * task that waits, cancels the children and waits for them.
 *
 * @returns a task; empty children give `[]` or `{}`. Rejects with DeadlockError where the current task is among `children`
 */
export function gather<const C extends Iterable<unknown> | Readonly<Record<string, unknown>>, const O extends GatherOptions = object>(
  children: C,
  options?: O,
): Task<GatherOutcome<C, O>> {
  return startAll(children, options) as Task<GatherOutcome<C, O>>
}

function startAll(children: Iterable<unknown> | Readonly<Record<string, unknown>>, { returnExceptions, signal }: GatherOptions = {}): Task<unknown> {
  const scope = currentScope()
  const { task: group, succeed, fail } = makeTask<unknown>('gather')
  const isList = Symbol.iterator in children
  const results = (isList ? [...(children as Iterable<unknown>)] : { ...children }) as Record<string, unknown>
  const keys = Object.keys(results)
  const tasks = new Set<Task<unknown>>()
  let left = keys.length
  let cancelled: { reason: unknown } | undefined

  const finish = (): void => {
    if (cancelled ? [...tasks].some(task => !task._state) : left) return
    if (cancelled) fail(cancelled.reason)
    else succeed(results)
  }
  const done = (key: string, result: unknown, isError: boolean): void => {
    if (isError && !returnExceptions && !cancelled) fail(result)
    results[key] = result
    left--
    finish()
  }
  for (const key of keys) {
    const item = results[key]
    const settled = (task: Task<unknown>): void => done(key, task._value, task._state > succeeded)
    if (typeof item === 'function') tasks.add(spawn(item as Startable<unknown>, undefined, { childSettled: settled }))
    else if (isTask(item)) {
      tasks.add(item)
      markHandled(item)
      if (item._state) settled(item)
      else onSettled(item, settled)
    } else if (isThenable(item)) item.then(value => done(key, value, false), (error: unknown) => done(key, error, true))
    else done(key, item, false)
  }
  finish()
  if (group._state) return group

  const me = scope._task
  const deadlock = (me && tasks.has(me) && beginWait(me, me)) || beginWait(group, { _waits: tasks })
  if (deadlock) fail(deadlock)
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
