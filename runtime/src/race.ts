import type { AwaitOptions } from './abortable.js'
import { currentScope } from './context.js'
import { CancelledError, TaskGroupError } from './errors.js'
import type { ResultOf } from './gather.js'
import { isCooperative, listen } from './scope.js'
import { cancelTask, spawn, succeeded, type Startable, type Task } from './task.js'

/**
 * The first to settle decides, by a value or an error; the others are cancelled and waited for, where they can notice a
 * cancel, before it settles. Unlike Promise.race it leaves no work and no timer behind. What a loser throws is dropped.
 *
 * @returns the first value; rejects with the first error, RangeError for no entrants, or the reason of a cancel
 */
export function race<const C extends Iterable<unknown>>(startables: C, options?: AwaitOptions): Promise<ResultOf<C>> {
  return decide(startables, options, () => true) as Promise<ResultOf<C>>
}

/**
 * The first value decides, as with Promise.any; the others are cancelled and waited for, where they can notice a cancel.
 *
 * @returns the first value; where all fail, rejects with a TaskGroupError that holds every error, in the order in which they
 * came; RangeError for no entrants, or the reason of a cancel
 */
export function any<const C extends Iterable<unknown>>(startables: C, options?: AwaitOptions): Promise<ResultOf<C>> {
  return decide(startables, options, task => task._state === succeeded) as Promise<ResultOf<C>>
}

function decide(startables: Iterable<unknown>, { signal }: AwaitOptions = {}, decides: (task: Task<unknown>) => boolean): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const entrants = [...startables]
    if (entrants.length === 0) return reject(new RangeError('There is nothing to race: give at least one function or promise.'))
    const tasks: Task<unknown>[] = []
    const errors: unknown[] = []
    let winner: Task<unknown> | undefined
    let cancelled: unknown

    const stop = (reason: unknown): void => {
      for (const task of tasks) if (!task._state) cancelTask(task, reason)
      finish()
    }
    const finish = (): void => {
      const isStopping = winner !== undefined || cancelled !== undefined
      if (tasks.length < entrants.length || tasks.some(task => !task._state && !(isStopping && !isCooperative(task)))) return
      leave()
      if (winner) (winner._state === succeeded ? resolve : reject)(winner._value)
      else reject(cancelled !== undefined ? cancelled : new TaskGroupError(errors))
    }
    const childSettled = (task: Task<unknown>): void => {
      if (!winner && cancelled === undefined) {
        if (decides(task)) {
          winner = task
          return stop(new CancelledError('Another one was first.'))
        }
        errors.push(task._value)
      }
      finish()
    }
    const interrupted = (reason: unknown): void => {
      if (!winner && cancelled === undefined) cancelled = reason
      stop(reason)
    }
    const leave = listen(currentScope(), signal, interrupted)
    for (const entrant of entrants) {
      if (winner || cancelled !== undefined) break
      tasks.push(spawn(typeof entrant === 'function' ? (entrant as Startable<unknown>) : Promise.resolve(entrant), undefined, { childSettled }))
    }
    entrants.length = tasks.length
    finish()
  })
}
