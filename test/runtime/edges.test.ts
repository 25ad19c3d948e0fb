import { mock } from 'node:test'
import { afterEach, describe, expect, it } from 'vitest'
import { abortable, any, asCompleted, CancelledError, configure, createTask, gather, InvalidStateError, race, run, sleep, taskGroup, timeout, TimeoutError, wait, waitFor, type Task } from 'structured-async'
import { callbacksOf } from './callbacks.js'
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
    ['by a group that has cancelled itself and cleans up', cancel => taskGroup(async tg => {
      tg.createTask(() => sleep(long).catch(() => (cancel(), sleep(1))))
      void sleep(5).catch(() => {})
      tg.cancel()
      await sleep(long)
    })],
    ['by a group whose body returned before', cancel => taskGroup(tg => void tg.createTask(() => foreign(1).then(cancel)))],
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

describe('a cancel comes once', () => {
  it('where a deadline passes after it has come', async () => {
    const task: Task<string> = createTask(async () => {
      await timeout(3, async () => {
        await foreign(0)
        task.cancel()
        await failure(sleep(long))
        await foreign(6)
      })
      return sleep(1, 'not again')
    })
    expect(await task).toBe('not again')
  })

  it('where it met no await before the deadline passed', async () => {
    const task: Task<void> = createTask(async () => {
      await timeout(3, async () => {
        await foreign(0)
        task.cancel('mine')
        await foreign(6)
      })
      await sleep(long)
    })
    expect(await failure(task)).toMatchObject({ message: 'mine' })
  })

  it('to the owner of a group that fails, and not where only the group was cancelled, by a signal', async () => {
    const failing = async (signal?: AbortSignal): Promise<string> => {
      const group = taskGroup(tg => void tg.createTask(() => sleep(long).catch(() => Promise.reject(new Error('cleanup')))), signal && { signal })
      expect(await failure(group)).toMatchObject({ errors: [new Error('cleanup')] })
      return sleep(1, 'not again')
    }
    const controller = new AbortController()
    const [outside, inside, cancelled] = [failing(controller.signal), createTask(() => failing(controller.signal)), createTask(() => failing())]
    await foreign(1)
    controller.abort()
    cancelled.cancel('mine')
    expect(await Promise.all([outside, inside])).toEqual(['not again', 'not again'])
    expect(await failure(cancelled)).toMatchObject({ message: 'mine' })
  })

  it('to a race that is cancelled twice', async () => {
    const task: Task<string> = createTask(async () => {
      await failure(race([() => sleep(long).catch(() => sleep(long)).catch(() => 'done')]))
      return sleep(1, 'not again')
    })
    task.cancel('first')
    await foreign(1)
    task.cancel('second')
    expect(await task).toBe('not again')
  })

  it('to each of some that cancel each other in a circle', async () => {
    const heard: unknown[] = []
    const all: Task<unknown>[] = []
    for (const at of [0, 1]) all.push(createTask(() => race([() => foreign(1).then(() => waitFor(all[1 - at] as Task<unknown>, null)), () => sleep(long).catch(error => heard.push(error.message))])))
    await foreign(3)
    for (const reason of ['first', 'second']) {
      expect(all[0]?.cancel(reason)).toBe(true)
      await foreign(1)
    }
    expect(heard).toEqual(['first', 'first'])
  })
})

describe('where a cancel is on its way, no function is called', () => {
  it.each<[string, (fn: () => Promise<unknown>, signal?: AbortSignal) => Promise<unknown>]>([
    ['race', (fn, signal) => race([fn], signal && { signal })],
    ['any', (fn, signal) => any([fn], signal && { signal })],
    ['gather', (fn, signal) => gather([fn], signal && { signal })],
    ['gather with a limit', (fn, signal) => gather([fn], { limit: 1, ...(signal && { signal }) })],
    ['taskGroup', (fn, signal) => taskGroup(fn, signal && { signal })],
  ])('by %s', async (_name, wait) => {
    const called: string[] = []
    expect(await failure(wait(async () => called.push('by signal'), AbortSignal.abort(new Error('up'))))).toEqual(new Error('up'))
    const task: Task<void> = createTask(async () => {
      await foreign(0)
      task.cancel()
      await wait(async () => called.push('by task'))
    })
    expect(await failure(task)).toBeInstanceOf(CancelledError)
    expect(called).toEqual([])
  })

  it('by waitFor whose signal has aborted', async () => {
    let isCalled = false
    expect(await failure(waitFor(() => (isCalled = true), 10, { signal: AbortSignal.abort(new Error('up')) }))).toEqual(new Error('up'))
    expect(isCalled).toBe(false)
  })

  it('by a race whose first function cancels it, and a promise in it is handled', async () => {
    let isCalled = false
    expect(await unhandledBy(async () => {
      const task: Task<unknown> = createTask(async () => {
        await foreign(0)
        await race([() => (task.cancel(), foreign(1)), () => (isCalled = true), Promise.reject(new Error('late'))])
      })
      expect(await failure(task)).toBeInstanceOf(CancelledError)
    })).toEqual([])
    expect(isCalled).toBe(false)
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
    expect(callbacksOf(task)).toBe(1)
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
  it('a run that a cancel has passed by still stops what is left', async () => {
    let left: Task<unknown> | undefined
    await timeout(1, () => run(async () => {
      left = createTask(() => sleep(long))
      await foreign(5)
    }))
    expect(left?.cancelled()).toBe(true)
  })

  it('what ends by the reason of a second cancel is cancelled, and has not failed', async () => {
    const controller = new AbortController()
    const task = createTask(() => sleep(long).finally(() => sleep(long)), controller)
    task.cancel()
    await foreign(1)
    controller.abort(new Error('up'))
    expect(await failure(task)).toEqual(new Error('up'))
    expect(task.cancelled()).toBe(true)
  })

  it.each([NaN, undefined])('sleep(%s) is refused', async ms => {
    expect(await failure(sleep(ms as number))).toEqual(new RangeError(`sleep needs a number of milliseconds, not ${ms}.`))
  })

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
