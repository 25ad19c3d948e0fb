import { DeadlockError } from './errors.js'
import type { Task } from './task.js'

/**
 * What waits for something, and what can be waited for: a task, or several of them together, such as the children of a
 * group or the set given to `wait`.
 */
export interface Waiting {
  /** Not 0 where it has ended, so that nobody waits for it any more. @internal */
  readonly _state?: number
  /** @internal */
  readonly _waits: Iterable<Waiting> | undefined
  /** Whether one of these is enough for the wait to end. @internal */
  readonly _any?: boolean
}

/**
 * Notes that `me` waits for `waited` from now on.
 * @throws {DeadlockError} where that can never end, with nothing noted
 */
export function beginWait(me: Task<unknown> | undefined, waited: Waiting): void {
  if (!me || me._state) return
  const path = pathTo(waited, me)
  if (path) throw new DeadlockError([me, ...path])
  const waits = (me._waits ??= new Set())
  // A task that awaits one thing after another would keep all of them.
  if (!(waits.size % 64)) for (const old of waits) if (old._state) waits.delete(old)
  waits.add(waited)
}

export function endWait(me: Task<unknown> | undefined, waited: Waiting | undefined): void {
  me?._waits?.delete(waited as Waiting)
}

/** The tasks from `from` on, each of which waits for the next and the last for `goal`, where there is such a chain. */
export function pathTo(from: Waiting, goal: Task<unknown>, seen = new Set<Waiting>()): Task<unknown>[] | undefined {
  if (from === goal) return []
  const { _waits: waits, _any: any = false } = from
  // Looking further than 1000 would cost more than the answer is worth; what is not found is silence.
  if (!waits || from._state || seen.has(from) || seen.size > 1000) return undefined
  seen.add(from)
  let path: Task<unknown>[] | undefined
  for (const next of waits) {
    const found = pathTo(next, goal, seen)
    path = found && (path ?? found)
    // One way is enough, but where any of several ends the wait, all must lead there.
    if (any === !found) break
  }
  return path && '_name' in from ? [from as Task<unknown>, ...path] : path
}
