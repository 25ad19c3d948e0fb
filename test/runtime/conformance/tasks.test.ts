// Behaviours of CPython 3.15's Lib/test/test_asyncio/test_tasks.py: gather, wait, as_completed, shield, sleep, cancel,
// current_task and all_tasks, under the names they have there.
import { describe, expect, it } from 'vitest'
import { allTasks, asCompleted, CancelledError, createTask, currentTask, gather, InvalidStateError, shield, sleep, taskGroup, TimeoutError, wait, type Task } from 'structured-async'
import { callbacksOf } from '../callbacks.js'
import { failure, tree } from '../failure.js'

const long = 60_000

/** A task that settles when it is told to. */
function settable<T>(): { task: Task<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const task = createTask(() => new Promise<T>((yes, no) => ((resolve = yes), (reject = no))))
  return { task, resolve, reject }
}

describe('test_tasks: wait', () => {
  it('test_wait: all done, and again', async () => {
    const tasks = [createTask(() => sleep(2)), createTask(() => sleep(1))]
    for (let round = 0; round < 2; round++) {
      const [done, pending] = await wait(tasks)
      expect([[...done], [...pending]]).toEqual([tasks, []])
    }
  })

  it('test_wait_duplicate_coroutines: each task once', async () => {
    const task = createTask(() => sleep(1))
    const [done] = await wait([task, task])
    expect(done.size).toBe(1)
  })

  it('test_wait_errors', async () => {
    expect(await failure(wait([]))).toBeInstanceOf(RangeError)
    expect(await failure(wait([createTask(async () => {})], { returnWhen: 'SOON' as never }))).toBeInstanceOf(RangeError)
    expect(await failure(wait([sleep(1) as never]))).toBeInstanceOf(TypeError)
  })

  it('test_wait_first_completed', async () => {
    const never = createTask(() => sleep(long))
    const soon = createTask(() => sleep(1))
    const [done, pending] = await wait([never, soon], { returnWhen: 'FIRST_COMPLETED' })
    expect([[...done], [...pending], never.done()]).toEqual([[soon], [never], false])
    never.cancel()
  })

  it('test_wait_really_done: reports everything that is done at wake-up', async () => {
    const one = settable<number>()
    const two = settable<number>()
    const waiting = wait([one.task, two.task], { returnWhen: 'FIRST_COMPLETED' })
    one.resolve(1)
    two.resolve(2)
    const [done] = await waiting
    expect(done.size).toBe(2)
  })

  it('test_wait_first_exception, _in_wait: ends at an error, not at a cancel', async () => {
    const never = createTask(() => sleep(long))
    const cancelled = createTask(() => sleep(long))
    cancelled.cancel()
    const failing = createTask(async () => (await sleep(2), Promise.reject(new Error('x'))))
    const [done, pending] = await wait([never, cancelled, failing], { returnWhen: 'FIRST_EXCEPTION' })
    expect([[...done], [...pending]]).toEqual([[cancelled, failing], [never]])
    const again = await wait([never, failing], { returnWhen: 'FIRST_EXCEPTION' })
    expect([...again[0]]).toEqual([failing])
    never.cancel()
  })

  it('test_wait_with_exception: the error stays readable, and is not unhandled', async () => {
    const failing = createTask(async () => (await sleep(1), Promise.reject(new Error('x'))))
    const [done] = await wait([failing, createTask(() => sleep(2))])
    expect([...done].map(task => tree(task.exception()))).toEqual(['x', null])
  })

  it('test_wait_with_timeout: gives what is pending, cancels nothing', async () => {
    const never = createTask(() => sleep(long))
    const [done, pending] = await wait([never, createTask(async () => 1)], { timeout: 3 })
    expect([done.size, [...pending], never.cancelling()]).toEqual([1, [never], false])
    never.cancel()
  })

  it('test_wait_with_iterator, _generator', async () => {
    function* tasks(): Generator<Task<number>> {
      yield createTask(async () => 1)
      yield createTask(async () => 2)
    }
    expect((await wait(tasks()))[0].size).toBe(2)
  })

  it('test_wait_discards_its_listeners from pending tasks', async () => {
    const never = createTask(() => sleep(long))
    for (let round = 0; round < 5; round++) await wait([never, createTask(async () => 1)], { returnWhen: 'FIRST_COMPLETED' })
    expect(callbacksOf(never)).toBe(0)
    never.cancel()
  })

  it('test_cancel_wait: cancelling the waiter leaves the tasks alone', async () => {
    const inner = createTask(() => sleep(long))
    const waiter = createTask(() => wait([inner]))
    await sleep(1)
    waiter.cancel()
    expect(await failure(waiter)).toBeInstanceOf(CancelledError)
    expect(inner.done()).toBe(false)
    inner.cancel()
  })
})

describe('test_tasks: gather', () => {
  it('test_success: the order of the arguments', async () => {
    expect(await gather([() => sleep(3, 'a'), () => sleep(1, 'b'), Promise.resolve('c')])).toEqual(['a', 'b', 'c'])
  })

  it('test_one_exception: at once; later results are ignored, later errors not unhandled', async () => {
    const one = settable<number>()
    const two = settable<number>()
    const gathered = gather([one.task, two.task, createTask(async () => (await sleep(1), Promise.reject(new Error('first'))))])
    expect(tree(await failure(gathered))).toBe('first')
    one.resolve(1)
    two.reject(new Error('second'))
    await sleep(3)
    expect(two.task.done()).toBe(true)
  })

  it('test_return_exceptions, with cancels in their places', async () => {
    const cancelled = createTask(() => sleep(long))
    cancelled.cancel()
    const results = await gather([async () => 1, () => Promise.reject(new Error('x')), cancelled], { returnExceptions: true })
    expect([results[0], tree(results[1]), results[2] instanceof CancelledError]).toEqual([1, 'x', true])
  })

  it('test_one_cancellation: the gather fails with it, the siblings live', async () => {
    const sibling = createTask(() => sleep(5, 'alive'))
    const child = createTask(() => sleep(long))
    const gathered = gather([child, sibling])
    child.cancel()
    expect(await failure(gathered)).toBeInstanceOf(CancelledError)
    expect(await sibling).toBe('alive')
  })

  it('test_env_var_debug, test_constructor_empty_sequence: nothing to wait for', async () => {
    expect([await gather([]), await gather({})]).toEqual([[], {}])
  })

  it('test_duplicate_futures run once; a function runs as often as it is named', async () => {
    let runs = 0
    const task = createTask(async () => ++runs)
    expect(await gather([task, task])).toEqual([1, 1])
    const fn = async (): Promise<number> => ++runs
    expect(await gather([fn, fn])).toEqual([2, 3])
  })

  it('test_cancellation_broadcast', async () => {
    const children = [createTask(() => sleep(long)), createTask(() => sleep(long))]
    const gathered = gather(children)
    expect(gathered.cancel()).toBe(true)
    expect(await failure(gathered)).toBeInstanceOf(CancelledError)
    expect(children.map(child => child.cancelled())).toEqual([true, true])
  })

  it('test_cancel_gather_1: refused when it is done', async () => {
    const gathered = gather([async () => 1])
    await gathered
    expect(gathered.cancel()).toBe(false)
  })

  it('test_cancel_gather_2: the message survives returnExceptions', async () => {
    const waiter = createTask(async () => await gather([() => sleep(long)], { returnExceptions: true }))
    await sleep(1)
    waiter.cancel('my message')
    expect(((await failure(waiter)) as Error).message).toBe('my message')
  })
})

describe('test_tasks: as_completed', () => {
  it('test_as_completed: the order of completion, and the same objects', async () => {
    const slow = createTask(() => sleep(8, 'slow'))
    const fast = createTask(() => sleep(1, 'fast'))
    const seen: unknown[] = []
    for await (const task of asCompleted([slow, fast])) seen.push(task, task.result())
    expect(seen).toEqual([fast, 'fast', slow, 'slow'])
  })

  it('test_as_completed_with_timeout, and taken up again after it', async () => {
    const slow = createTask(() => sleep(20, 'slow'))
    const fast = createTask(() => sleep(1, 'fast'))
    const iterator = asCompleted([slow, fast], { timeout: 6 })
    const seen: unknown[] = []
    const error = await failure(
      (async () => {
        for await (const task of iterator) seen.push(task.result())
      })(),
    )
    expect([error instanceof TimeoutError, seen, slow.cancelling()]).toEqual([true, ['fast'], false])
    await slow
    expect((await iterator.next()).value).toBe(slow)
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
  })

  it('test_as_completed_resume: after a break', async () => {
    const iterator = asCompleted([() => sleep(1, 'a'), () => sleep(4, 'b'), () => sleep(8, 'c')])
    for await (const task of iterator) {
      expect(task.result()).toBe('a')
      break
    }
    const rest: string[] = []
    for await (const task of iterator) rest.push(task.result())
    expect(rest).toEqual(['b', 'c'])
  })

  it('a break takes the listeners back', async () => {
    const never = createTask(() => sleep(long))
    for await (const task of asCompleted([never, () => sleep(1)])) {
      expect(task.done()).toBe(true)
      break
    }
    expect(callbacksOf(never)).toBe(0)
    never.cancel()
  })

  it('a cancelled next() loses nothing', async () => {
    const iterator = asCompleted([() => sleep(8, 'a')])
    const waiter = createTask(async () => await iterator.next())
    await sleep(1)
    waiter.cancel()
    expect(await failure(waiter)).toBeInstanceOf(CancelledError)
    expect((await iterator.next()).value.result()).toBe('a')
  })

  it('test_as_completed_concurrent: two next() at a time', async () => {
    const iterator = asCompleted([() => sleep(1, 'a'), () => sleep(2, 'b')])
    const [one, two, three] = await Promise.all([iterator.next(), iterator.next(), iterator.next()])
    expect([one.value.result(), two.value.result(), three.done]).toEqual(['a', 'b', true])
  })

  it('errors wait for whoever awaits the task, and are not unhandled', async () => {
    const messages: unknown[] = []
    for await (const task of asCompleted([(): Promise<void> => Promise.reject(new Error('x')), async (): Promise<void> => (await sleep(1), Promise.reject(new Error('y')))])) {
      await sleep(3)
      messages.push(tree(task.exception()))
    }
    expect(messages).toEqual(['x', 'y'])
  })

  it('test_as_completed_invalid_args', () => {
    expect(() => asCompleted([1])).toThrow(TypeError)
  })
})

describe('test_tasks: shield', () => {
  it('test_shield_result, _exception', async () => {
    expect(await shield(() => sleep(1, 42))).toBe(42)
    expect(tree(await failure(shield(() => Promise.reject(new Error('expected')))))).toBe('expected')
  })

  it('test_shield_cancel_inner', async () => {
    const inner = createTask(() => sleep(long))
    const outer = shield(inner)
    inner.cancel()
    expect(await failure(outer)).toBeInstanceOf(CancelledError)
  })

  it('test_shield_cancel_outer: the inner goes on', async () => {
    const inner = createTask(() => sleep(6, 'done'))
    const outer = createTask(() => shield(inner))
    await sleep(1)
    outer.cancel()
    expect(await failure(outer)).toBeInstanceOf(CancelledError)
    expect(await inner).toBe('done')
  })

  it('test_shield_cancel_outer_exception: of work that only shield knows, the error is an unhandled rejection; of a task it is its owner\'s', async () => {
    const unhandled: unknown[] = []
    const listeners = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection')
    process.on('unhandledRejection', error => unhandled.push(tree(error)))
    try {
      const own = createTask(() => shield(async () => (await sleep(4), Promise.reject(new Error('nobody knows')))))
      const inner = createTask(async () => (await sleep(4), Promise.reject(new Error('somebody knows'))))
      const other = createTask(() => shield(inner))
      await sleep(1)
      own.cancel()
      other.cancel()
      await failure(own)
      await failure(other)
      await failure(inner)
      await sleep(5)
    } finally {
      process.removeAllListeners('unhandledRejection')
      for (const listener of listeners) process.on('unhandledRejection', listener)
    }
    expect(unhandled).toEqual(['nobody knows'])
  })

  it('test_shield_shortcut, test_shield_effect, test_shield_gather, test_gather_shield', async () => {
    const done = createTask(() => 42)
    await done
    expect(await shield(done)).toBe(42)
    const children = [createTask(() => sleep(8, 1)), createTask(() => sleep(8, 2))]
    const outer = createTask(() => shield(gather(children)))
    const gathered = createTask(() => gather(children.map(child => () => shield(child))))
    await sleep(1)
    gathered.cancel()
    expect(await failure(gathered)).toBeInstanceOf(CancelledError)
    expect(children.map(child => child.cancelling())).toEqual([false, false])
    expect(await outer).toEqual([1, 2])
  })
})

describe('test_tasks: sleep and cancel', () => {
  it('test_sleep, and sleep(0) lets others run', async () => {
    expect(await sleep(1, 'value')).toBe('value')
    const order: string[] = []
    await gather([async () => (order.push('a'), await sleep(0), order.push('c')), async () => void order.push('b')])
    expect(order).toEqual(['a', 'b', 'c'])
  })

  it('test_sleep_when_delay_is_nan', async () => {
    expect(await failure(sleep(NaN))).toBeInstanceOf(RangeError)
  })

  it('test_cancel: true and false, and cancelled() only at the end', async () => {
    const task = createTask(() => sleep(long))
    expect([task.cancel(), task.cancelled(), task.done(), task.cancelling()]).toEqual([true, false, false, true])
    await failure(task)
    expect([task.cancelled(), task.done(), task.cancel()]).toEqual([true, true, false])
  })

  it('test_cancel_with_message_then_future_result', async () => {
    const task = createTask(() => sleep(long))
    task.cancel('a message')
    expect(((await failure(task)) as Error).message).toBe('a message')
    expect(() => task.result()).toThrow('a message')
    expect(() => task.exception()).toThrow('a message')
  })

  it('test_cancel_before_start never runs it, where the start is put off', async () => {
    let ran = false
    const task = createTask(() => void (ran = true), { eager: false })
    task.cancel()
    expect(await failure(task)).toBeInstanceOf(CancelledError)
    expect(ran).toBe(false)
  })

  it('test_cancel_task_catching: a value, not a cancel', async () => {
    const task = createTask(() => sleep(long).catch(() => 42))
    task.cancel()
    expect([await task, task.cancelled(), task.cancelling()]).toEqual([42, false, true])
  })

  it('test_cancel_task_ignoring: goes on to the next await', async () => {
    const task = createTask(async () => {
      await sleep(long).catch(() => {})
      return await sleep(2, 'went on')
    })
    task.cancel()
    expect(await task).toBe('went on')
  })

  it('test_cancel_task_with_two_cancels: a second one interrupts the cleanup', async () => {
    const trace: string[] = []
    const task = createTask(async () => {
      try {
        await sleep(long)
      } finally {
        await sleep(long).catch(error => {
          trace.push('cleanup interrupted')
          throw error
        })
      }
    })
    task.cancel()
    await sleep(1)
    task.cancel()
    expect(await failure(task)).toBeInstanceOf(CancelledError)
    expect(trace).toEqual(['cleanup interrupted'])
  })

  it('test_cancel_current_task: hits the next await', async () => {
    const task = createTask(async self => {
      self.cancel()
      await sleep(long)
    })
    expect(await failure(task)).toBeInstanceOf(CancelledError)
  })

  it('test_cancel_at_end: a value that is returned stands (asyncio cancels)', async () => {
    expect(await createTask(async self => (self.cancel(), 'returned'))).toBe('returned')
  })

  it('test_done_callbacks: once, later, in the context of registration', async () => {
    const trace: unknown[] = []
    const task = createTask(() => sleep(1, 1))
    const registrar = createTask(async () => {
      task.addDoneCallback(done => trace.push(done === task, currentTask() === null ? 'none' : currentTask()?.name))
      await sleep(5)
    }, { name: 'registrar' })
    await task
    expect(trace).toEqual([])
    await registrar
    expect(trace).toEqual([true, 'registrar'])
  })

  it('result and exception of a pending task', () => {
    const task = createTask(() => sleep(1))
    expect(() => task.result()).toThrow(InvalidStateError)
    expect(() => task.exception()).toThrow(InvalidStateError)
  })
})

describe('test_tasks: current_task and all_tasks', () => {
  it('test_current_task_no_running_loop, test_current_task_with_interleaving_tasks', async () => {
    expect(currentTask()).toBe(null)
    const body = async (task: Task<unknown>): Promise<void> => {
      for (let round = 0; round < 3; round++) {
        expect(currentTask()).toBe(task)
        await sleep(1)
      }
    }
    await gather([body, body].map(fn => createTask(fn)))
    expect(currentTask()).toBe(null)
  })

  it('test_all_tasks: what has not settled, without the gather', async () => {
    const tasks = [createTask(() => sleep(long)), createTask(() => sleep(long))]
    const gathered = gather(tasks)
    expect([...allTasks()]).toEqual(tasks)
    gathered.cancel()
    await failure(gathered)
    expect(allTasks().size).toBe(0)
  })

  it('test_task_names: numbered upwards, made strings', async () => {
    const [one, two] = [createTask(async () => {}), createTask(async () => {})]
    expect(Number(two.name.slice(5))).toBe(Number(one.name.slice(5)) + 1)
    one.name = 5 as unknown as string
    expect([one.name, createTask(async () => {}, { name: 'mine' }).name]).toEqual(['5', 'mine'])
    await taskGroup(async tg => expect(tg.createTask(async () => {}, { name: 'child' }).name).toBe('child'))
  })
})
