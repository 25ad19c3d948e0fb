import { mock } from 'node:test'
import { afterEach, describe, expect, it } from 'vitest'
import { abortable, asCompleted, CancelledError, configure, createTask, gather, InvalidStateError, race, run, sleep, taskGroup, timeout, TimeoutError, wait, waitFor, type Task } from 'structured-async'
import { failure } from './failure.js'

const long = 60_000
const foreign = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** The names of the errors that this process was told of as unhandled while `body` ran and in the turn after it. */
async function unhandledBy(body: () => Promise<unknown>): Promise<unknown[]> {
  const told: unknown[] = []
  const listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', error => told.push(error))
  await body()
  await foreign(1)
  process.removeAllListeners('unhandledRejection')
  for (const listener of listeners) process.on('unhandledRejection', listener)
  return told
}

describe('a cancel is not lost', () => {
  it.each<[string, (cancel: () => void) => Promise<unknown>]>([
    ['by a race that has been decided a moment before', cancel => race([async () => {
      await sleep(1)
      queueMicrotask(() => queueMicrotask(cancel))
    }])],
    ['by a race that stops its losers', cancel => race([() => sleep(1), () => sleep(long).catch(() => (cancel(), sleep(1)))])],
    ['by a run that ends', cancel => run(async () => {
      await foreign(1)
      cancel()
    })],
    ['by a run that stops what is left', cancel => run(() => void createTask(() => sleep(long).catch(() => (cancel(), sleep(1)))))],
    ['by a deadline that passes after it', cancel => timeout(2, async () => {
      await foreign(1)
      cancel()
      await foreign(5)
    })],
    ['by tg.start in a group that has finished', async cancel => {
      const finished = await taskGroup(tg => tg)
      expect(await failure(finished.start(async () => {}))).toBeInstanceOf(InvalidStateError)
      cancel()
    }],
    ['by abortable of what is no promise', async cancel => {
      expect(await failure(abortable(5 as unknown as Promise<number>))).toBeInstanceOf(TypeError)
      cancel()
    }],
  ])('%s', async (_name, body) => {
    const task: Task<void> = createTask(async () => {
      await foreign(0)
      await body(() => task.cancel('mine'))
      await sleep(long)
    })
    expect(await failure(task)).toMatchObject({ name: 'AbortError', message: 'mine' })
  })

  it('by wait, where its reason is a TimeoutError of somebody else', async () => {
    const controller = new AbortController()
    const waiting = wait([createTask(() => sleep(5))], { signal: controller.signal })
    controller.abort(new TimeoutError('upstream'))
    expect(await failure(waiting)).toEqual(new TimeoutError('upstream'))
  })

  it('by waitFor, whose deadline came first: the reason is that of the cancel', async () => {
    const task = createTask(() => waitFor(() => sleep(long).catch(() => foreign(5).then(() => Promise.reject(new CancelledError()))), 1))
    await foreign(3)
    task.cancel('mine')
    expect(await failure(task)).toMatchObject({ message: 'mine' })
  })
})

describe('without AsyncLocalStorage', () => {
  afterEach(() => configure({ context: true }))

  it('a cancel reaches wait also after one of the tasks has settled', async () => {
    configure({ context: false })
    const tasks = [createTask(() => foreign(1)), createTask(() => foreign(20))]
    const task = createTask(() => wait(tasks))
    await foreign(5)
    task.cancel()
    expect(await failure(task)).toBeInstanceOf(CancelledError)
    expect(tasks[1]?.done()).toBe(false)
  })
})

describe('nothing is left', () => {
  it('on a task that many have waited for in vain', async () => {
    const task = createTask(() => foreign(50))
    for (let at = 0; at < 3; at++) await failure(waitFor(task, 1))
    const controller = new AbortController()
    const waiting = [waitFor(task, null, controller), wait([task], controller)]
    controller.abort()
    await Promise.allSettled(waiting)
    const settled = (): void => {}
    task.addDoneCallback(settled)
    // The internal list is what would grow.
    expect((task as unknown as { _calls: unknown[] })._calls).toHaveLength(1)
    await task
  })

  it('unhandled of a promise that was given to a wait that is cancelled from the start', async () => {
    expect(await unhandledBy(async () => {
      const task: Task<unknown> = createTask(async () => {
        await foreign(0)
        task.cancel()
        await abortable(Promise.reject(new Error('late')))
      })
      await failure(task)
    })).toEqual([])
  })
})

describe('outcomes', () => {
  it('a thenable that gives a promise gives what that one gives', async () => {
    const thenable = { then: (resolve: (value: unknown) => void) => resolve(Promise.reject(new Error('behind'))) } as unknown as PromiseLike<number>
    const task = createTask(() => thenable)
    expect(await failure(task)).toEqual(new Error('behind'))
    expect(task.exception()).toEqual(new Error('behind'))
  })

  it('started() after the caller has gone is no error', async () => {
    const told = await taskGroup(async tg => {
      await failure(timeout(1, () => tg.start(async task => {
        await foreign(5)
        task.started()
      })))
      return 'fine'
    })
    expect(told).toBe('fine')
  })

  it('gather takes the task that has left it behind', async () => {
    let later: Promise<unknown> | undefined
    const me: Task<string> = createTask(async () => {
      later = foreign(2).then(() => gather([me]))
      return 'me'
    })
    await me
    await later
    expect(await later).toEqual(['me'])
  })

  it('asCompleted goes on for one of two that read it when the other breaks', async () => {
    const each = asCompleted([() => sleep(1), () => sleep(4)])
    const other = (async () => {
      for await (const task of each) return task
      return undefined
    })()
    const next = each.next()
    await other
    expect(await next).toMatchObject({ done: false })
  })

  it('shorter waits end before longer ones, and none before its time by more than the clock\'s step', async () => {
    expect(await race([() => sleep(12, 'longer'), () => sleep(11, 'shorter')])).toBe('shorter')
    const started = performance.now()
    await sleep(10)
    expect(performance.now() - started).toBeGreaterThan(8.9)
  })

  it('deadlines follow a clock that a test replaces', async () => {
    const tasks = [createTask(() => foreign(1)), createTask(() => foreign(30))]
    mock.timers.enable({ apis: ['setTimeout', 'Date'] })
    try {
      const waiting = wait(tasks, { timeout: 1000 })
      mock.timers.tick(600)
      mock.timers.tick(401)
      const [, pending] = await waiting
      expect(pending.size).toBe(2)
    } finally {
      mock.timers.reset()
    }
    await Promise.all(tasks)
  })
})
