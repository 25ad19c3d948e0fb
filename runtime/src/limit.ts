import { listen } from './scope.js'
import { onSettled, type Task } from './task.js'

interface Turn {
  (): void
  next?: Turn
}

/** @throws {RangeError} where `limit` is no number of tasks */
export function checkLimit(limit = 1): void {
  if (!(limit >= 1)) throw new RangeError(`The limit is 1 or more, not ${limit}.`)
}

/** Lets `limit` tasks run at once, where it is given: what it returns starts a task, now or when its turn has come. */
export function takeTurns(limit: number | undefined): (start: () => void, task: Task<unknown>) => void {
  checkLimit(limit)
  if (!limit) return start => start()
  let room = limit
  let served: Turn = () => {}
  let last = served
  const pass = (): void => {
    room++
    if (served.next) (served = served.next)()
  }
  return (start, task) => {
    const launch = (): void => {
      onSettled(task, pass)
      start()
    }
    if (room-- >= 1) return launch()
    // A cancel ends the wait for its turn; the function is then never called.
    const leave = listen(task, start)
    // By a promise, so that it starts in the context of whoever created it, not of the one whose end made room.
    void new Promise<void>(resolve => (last = last.next = resolve as Turn)).then(() => {
      leave()
      task._waiters = undefined
      launch()
    })
  }
}
