import { interruptible, type AwaitOptions } from './abortable.js'
import { currentScope } from './context.js'
import { CancelledError, TaskGroupError } from './errors.js'
import type { ResultOf } from './gather.js'
import { stopAll } from './stop.js'
import { createTask, succeeded, type Startable, type Task } from './task.js'

/**
 * The first to settle decides, by a value or an error; the other functions are cancelled and waited for, where they can notice
 * a cancel, before it settles. Unlike Promise.race it leaves no work and no timer of theirs behind; promises and tasks that it was
 * given go on. What a loser throws is dropped.
 *
 * @returns the first value; rejects with the first error, RangeError for no entrants, or the reason of a cancel
 */
export function race<const C extends Iterable<unknown>>(startables: C, options?: AwaitOptions): Promise<ResultOf<C>> {
  return decide(startables, options, () => true) as Promise<ResultOf<C>>
}

/**
 * The first value decides, as with Promise.any; the rest is as with {@link race}.
 *
 * @returns the first value; where all fail, rejects with a TaskGroupError that holds every error, in the order in which they
 * came; RangeError for no entrants, or the reason of a cancel
 */
export function any<const C extends Iterable<unknown>>(startables: C, options?: AwaitOptions): Promise<ResultOf<C>> {
  return decide(startables, options, task => task._state === succeeded) as Promise<ResultOf<C>>
}

async function decide(startables: Iterable<unknown>, { signal }: AwaitOptions = {}, decides: (task: Task<unknown>) => boolean): Promise<unknown> {
  const entrants = [...startables]
  if (!entrants.length) throw new RangeError('A race needs at least one function or promise.')
  const scope = currentScope()
  const tasks: Task<unknown>[] = []
  const errors: unknown[] = []
  let reason: unknown
  let winner: Task<unknown> | undefined
  try {
    return await interruptible<unknown>(signal, (resolve, reject, isOver) => {
      const settled = (task: Task<unknown>): void => {
        if (isOver()) return
        if (decides(task)) {
          winner = task
          ;(task._state === succeeded ? resolve : reject)(task._value)
        } else if (errors.push(task._value) === entrants.length) reject(new TaskGroupError(errors))
      }
      for (const entrant of entrants) {
        const startable = typeof entrant === 'function' ? !isOver() && (entrant as Startable<unknown>) : Promise.resolve(entrant)
        if (startable) tasks.push(createTask(startable, undefined, { _settled: settled }))
      }
    })
  } catch (error) {
    reason = error
    throw error
  } finally {
    const heard = await stopAll(tasks, winner ? new CancelledError('Another one was first.') : reason, scope, signal)
    // It has its outcome, so a cancel of the task is for the next await.
    if (winner) scope._pending ??= heard
  }
}
