import { currentScope } from './scope.js'
import { createTask, isThenable, markHandled, Task, type Startable } from './task.js'

/** What `gather` accepts for one result: a promise, a function that makes one, or a plain value, as Promise.all does. */
export type Gathered<V> = V extends (...args: never[]) => infer R ? Awaited<R> : Awaited<V>

/** The results of `gather`: a tuple or an array for a list, an object with the same keys for a record. */
export type GatherResults<C> = C extends readonly unknown[] ? { -readonly [K in keyof C]: Gathered<C[K]> } : C extends Iterable<infer V> ? Gathered<V>[] : { -readonly [K in keyof C]: Gathered<C[K]> }

type GatherOutcome<C, O> = O extends { returnExceptions: true } ? { [K in keyof GatherResults<C>]: GatherResults<C>[K] | Error } : GatherResults<C>

export interface GatherOptions {
  /** `true` puts an error in its place among the results instead of rejecting with it. Default: false. */
  returnExceptions?: boolean
}

/**
 * Runs everything in `children` together and gives the results in their order (asyncio: `gather`). It keeps what
 * Promise.all promises: the first error rejects at once and unwrapped, the others go on. Beyond that: a function that
 * throws synchronously is a failed child and not a throw, a record gives a record, and `cancel()`, or a cancel of the
 * task that waits, cancels the children and waits for them.
 *
 * @returns a task; empty children give `[]` or `{}`
 */
export function gather<const C extends Iterable<unknown> | Readonly<Record<string, unknown>>, const O extends GatherOptions = object>(
  children: C,
  options?: O,
): Task<GatherOutcome<C, O>> {
  return startAll(children, options?.returnExceptions ?? false) as Task<GatherOutcome<C, O>>
}

function startAll(children: Iterable<unknown> | Readonly<Record<string, unknown>>, returnExceptions: boolean): Task<unknown> {
  const owner = currentScope()
  const group = createTask(task => new Promise((resolve, reject) => {
    const isList = Symbol.iterator in children
    const keys = isList ? undefined : Object.keys(children)
    const items = keys ? keys.map(key => (children as Record<string, unknown>)[key]) : [...(children as Iterable<unknown>)]
    const tasks = items.map(start)
    const results: unknown[] = new Array(tasks.length)
    let left = tasks.length
    let failed = false
    let cancelled: { reason: unknown } | undefined

    task.scope.enter(reason => {
      // A second cancel interrupts the children's cleanup, as it would interrupt ours.
      cancelled ??= { reason }
      for (const child of tasks) if (child instanceof Task) child.cancel(reason instanceof Error ? reason.message : undefined)
      settle()
    })
    const settle = (): void => {
      if (cancelled && tasks.every(child => !(child instanceof Task) || child.done())) reject(cancelled.reason)
      else if (left === 0) resolve(keys ? Object.fromEntries(keys.map((key, at) => [key, results[at]])) : results)
    }
    const done = (at: number, result: unknown): void => {
      results[at] = result
      left--
      settle()
    }
    tasks.forEach((child, at) => {
      if (!isThenable(child)) return done(at, child)
      child.then(
        value => done(at, value),
        error => {
          if (returnExceptions || failed || cancelled) return done(at, error)
          failed = true
          left--
          reject(error)
        },
      )
    })
    settle()
  }), { name: 'gather' })
  if (owner && !group.done()) {
    const leave = owner.enter(reason => group.scope.cancel(reason))
    // Not by `then`, which would count as handling the group's error.
    ;(group.onSettled ??= []).push(leave)
  }
  return group
}

function start(item: unknown): unknown {
  if (item instanceof Task || !(typeof item === 'function' || isThenable(item))) return item
  if (typeof item !== 'function') return item
  const task = createTask(item as Startable<unknown>)
  markHandled(task)
  return task
}
