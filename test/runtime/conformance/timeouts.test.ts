// Behaviours of CPython 3.15's Lib/test/test_asyncio/test_timeouts.py and test_waitfor.py, under the names they have there.
import { describe, expect, it } from 'vitest'
import { abortable, allTasks, CancelledError, createTask, InvalidStateError, shield, sleep, taskGroup, timeout, Timeout, timeoutAt, TimeoutError, waitFor, type Task } from 'structured-async'
import { failure, tree } from '../failure.js'

const long = 60_000

/** A task that sleeps on through cancels until its time is over. */
async function slow(ms: number): Promise<string> {
  const ends = performance.now() + ms
  while (performance.now() < ends) await sleep(ends - performance.now()).catch(() => {})
  return 'done'
}

describe('test_timeouts', () => {
  it('test_timeout_basic', async () => {
    let handle: Timeout | undefined
    expect(await failure(timeout(2, async t => ((handle = t), await sleep(long))))).toBeInstanceOf(TimeoutError)
    expect(handle?.expired()).toBe(true)
  })

  it('test_timeout_at_basic: when() is the deadline', async () => {
    const deadline = performance.now() + 2
    let handle: Timeout | undefined
    expect(await failure(timeoutAt(deadline, async t => ((handle = t), await sleep(long))))).toBeInstanceOf(TimeoutError)
    expect(handle?.when()).toBeCloseTo(deadline, 0)
  })

  it('test_nested_timeouts: only the outermost becomes a TimeoutError, the inner one sees a CancelledError', async () => {
    const handles: Timeout[] = []
    let inner: unknown
    const error = await failure(
      timeout(2, outer => {
        handles.push(outer)
        return timeout(long, async t => {
          handles.push(t)
          inner = await failure(sleep(long))
          throw inner
        })
      }),
    )
    expect(error).toBeInstanceOf(TimeoutError)
    expect(inner).toBeInstanceOf(CancelledError)
    expect(handles.map(handle => handle.expired())).toEqual([true, false])
  })

  it('test_waiter_cancelled', async () => {
    const task = createTask(() => timeout(2, () => sleep(long)))
    expect(await failure(task)).toBeInstanceOf(TimeoutError)
    expect(task.cancelled()).toBe(false)
  })

  it('test_timeout_not_called', async () => {
    const started = performance.now()
    let handle: Timeout | undefined
    await timeout(long, async t => ((handle = t), await sleep(1)))
    expect([handle?.expired(), performance.now() - started < 1000]).toEqual([false, true])
  })

  it.each([
    ['test_timeout_disabled', timeout],
    ['test_timeout_at_disabled', timeoutAt],
  ])('%s: null is no deadline', async (_name, start) => {
    expect(await start(null, async t => (await sleep(1), t.when()))).toBe(null)
  })

  it.each([
    ['test_timeout_zero', () => timeout(0, () => sleep(long))],
    ['test_timeout_zero_sleep_zero', () => timeout(0, () => sleep(0))],
    ['test_timeout_in_the_past', () => timeout(-11, () => sleep(long))],
    ['test_timeout_at in the past', () => timeoutAt(performance.now() - 5, () => sleep(0))],
  ])('%s: the first await rejects', async (_name, start) => {
    expect(await failure(start())).toBeInstanceOf(TimeoutError)
  })

  it('test_foreign_exception_passed', async () => {
    expect(tree(await failure(timeout(long, () => Promise.reject(new Error('mine')))))).toBe('mine')
  })

  it('test_foreign_exception_on_timeout: the body\'s own error wins', async () => {
    const error = await failure(timeout(2, async () => await sleep(long).catch(() => Promise.reject(new Error('mine')))))
    expect(tree(error)).toBe('mine')
  })

  it('test_timeout_exception_context: the cancel is the cause', async () => {
    expect(((await failure(timeout(1, () => sleep(long)))) as Error).cause).toBeInstanceOf(CancelledError)
  })

  it('test_foreign_cancel_doesnt_timeout_if_not_expired', async () => {
    const task = createTask(self => timeout(long, () => (self.cancel(), sleep(long))))
    expect(await failure(task)).toBeInstanceOf(CancelledError)
    expect(task.cancelled()).toBe(true)
  })

  it('test_outer_task_is_not_cancelled', async () => {
    const outer = createTask(async task => {
      await failure(timeout(1, () => sleep(long)))
      await sleep(1)
      return task.cancelling()
    })
    expect(await outer).toBe(false)
  })

  it('test_nested_timeouts_concurrent, test_nested_timeouts_loop_busy: both raise', async () => {
    const error = await failure(
      timeout(10, async () => {
        const inner = await failure(
          timeout(2, async () => {
            const until = performance.now() + 15
            while (performance.now() < until);
            await sleep(long)
          }),
        )
        expect(inner).toBeInstanceOf(TimeoutError)
        await sleep(long)
      }),
    )
    expect(error).toBeInstanceOf(TimeoutError)
  })

  it('test_reschedule: later, or never', async () => {
    expect(
      await timeout(2, async t => {
        t.reschedule(performance.now() + long)
        return await sleep(8, 'later')
      }),
    ).toBe('later')
    expect(await timeout(2, async t => (t.reschedule(null), await sleep(8, 'never')))).toBe('never')
  })

  it('test_nested_timeout_in_finally: one that is opened in the cleanup of another works by itself', async () => {
    const error = await failure(
      timeout(1, async () => {
        try {
          await sleep(long)
        } finally {
          expect(await timeout(long, () => sleep(1, 'cleaned up'))).toBe('cleaned up')
          expect(await failure(timeout(1, () => sleep(long)))).toBeInstanceOf(TimeoutError)
        }
      }),
    )
    expect(error).toBeInstanceOf(TimeoutError)
  })

  it('test_timeout_after_cancellation, test_cancel_in_timeout_after_cancellation', async () => {
    const task = createTask(async () => {
      try {
        await sleep(long)
      } catch {
        return await failure(timeout(1, () => sleep(long)))
      }
    })
    task.cancel()
    expect(await task).toBeInstanceOf(TimeoutError)
  })

  it('test_timeout_expired, test_timeout_finished: neither can be moved', async () => {
    let handle: Timeout | undefined
    await timeout(1, async t => {
      handle = t
      await sleep(long).catch(() => {})
      expect(() => t.reschedule(null)).toThrow(InvalidStateError)
    })
    expect(() => handle?.reschedule(null)).toThrow(InvalidStateError)
  })

  it('test_timeout_expiring: a cancel that the body swallows is no error', async () => {
    let handle: Timeout | undefined
    expect(await timeout(1, async t => ((handle = t), await sleep(long).catch(() => 'swallowed')))).toBe('swallowed')
    expect(handle?.expired()).toBe(true)
  })

  it('test_timeout_taskgroup: a group error with errors of its cleanup wins', async () => {
    const error = await failure(
      timeout(1, () =>
        taskGroup(async tg => {
          for (const message of ['a', 'b']) tg.createTask(() => sleep(long).catch(() => Promise.reject(new Error(message))))
        }),
      ),
    )
    expect(tree(error)).toEqual(['a', 'b'])
  })

  it('a body that never awaits after the deadline completes, and has not expired', async () => {
    let handle: Timeout | undefined
    const value = await timeout(1, async t => {
      handle = t
      await new Promise(resolve => setTimeout(resolve, 5))
      return 'done'
    })
    expect([value, handle?.expired()]).toEqual(['done', false])
  })

  it('a cancel from outside that met no await in the body hits the next one behind it', async () => {
    const task = createTask(async self => {
      await timeout(long, async () => void self.cancel())
      await sleep(long)
    })
    expect(await failure(task)).toBeInstanceOf(CancelledError)
  })

  it('a Timeout by itself aborts its signal', async () => {
    const deadline = new Timeout(1)
    expect(await failure(sleep(long, undefined, { signal: deadline.signal }))).toBeInstanceOf(CancelledError)
    deadline[Symbol.dispose]()
  })

  it('what can\'t be translated: entering twice, or not, or without a task, and __context__', () => {
    expect('enter' in Timeout.prototype).toBe(false)
  })
})

describe('test_waitfor', () => {
  it('test_asyncio_wait_for_cancelled, _timeout: waits for a task that ignores the cancel', async () => {
    expect(await waitFor(() => slow(15), 2)).toBe('done')
    const waiter = createTask(() => waitFor(() => slow(15), long))
    await sleep(1)
    waiter.cancel()
    expect(await waiter).toBe('done')
  })

  it('a function that never looks at its signal is not waited for, and stays visible', async () => {
    let release: (() => void) | undefined
    const error = await failure(waitFor(() => new Promise<void>(resolve => (release = resolve)), 1))
    expect(error).toBeInstanceOf(TimeoutError)
    expect([...allTasks()].filter(task => task.cancelling())).toHaveLength(1)
    release?.()
    await sleep(1)
    expect(allTasks().size).toBe(0)
  })

  it('test_wait_for_timeout_less_then_0_or_0_future_done', async () => {
    const done = createTask(() => 'done')
    expect(await waitFor(done, 0)).toBe('done')
    expect(await waitFor(Promise.resolve('done'), 0)).toBe('done')
  })

  it('test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started', async () => {
    let called = false
    expect(await failure(waitFor(() => void (called = true), 0))).toBeInstanceOf(TimeoutError)
    expect(called).toBe(false)
  })

  it('test_wait_for_timeout_less_then_0_or_0: a running task is cancelled', async () => {
    const task = createTask(() => sleep(long))
    expect(await failure(waitFor(task, -1))).toBeInstanceOf(TimeoutError)
    expect(task.cancelled()).toBe(true)
  })

  it('test_wait_for: the task is cancelled and cleaned up before the TimeoutError', async () => {
    const trace: string[] = []
    const error = await failure(
      waitFor(async () => {
        try {
          await sleep(long)
        } finally {
          await sleep(3)
          trace.push('cleaned up')
        }
      }, 1),
    )
    expect([error instanceof TimeoutError, trace]).toEqual([true, ['cleaned up']])
  })

  it('test_wait_for_blocking: null waits', async () => {
    expect(await waitFor(() => sleep(3, 'done'), null)).toBe('done')
  })

  it('test_wait_for_race_condition: a value at the deadline', async () => {
    expect(await waitFor(async () => 'now', 1)).toBe('now')
  })

  it('test_wait_for_cancellation_race_condition, test_cancel_suppressed: what the task gives in spite of the cancel stands', async () => {
    expect(await waitFor(() => sleep(long).catch(() => 42), 1)).toBe(42)
    const waiter = createTask(() => waitFor(() => sleep(long).catch(() => 42), long))
    await sleep(1)
    waiter.cancel()
    expect(await waiter).toBe(42)
  })

  it('test_wait_for_waits_for_task_cancellation: the cause is the cancel', async () => {
    expect(((await failure(waitFor(() => sleep(long), 1))) as Error).cause).toBeInstanceOf(CancelledError)
  })

  it('test_wait_for_reraises_exception_during_cancellation', async () => {
    const error = await failure(waitFor(() => sleep(long).catch(() => Promise.reject(new Error('cleanup'))), 1))
    expect(tree(error)).toBe('cleanup')
  })

  it.each([
    ['test_cancel_blocking_wait_for', null],
    ['test_cancel_wait_for', long],
  ])('%s: cancelling the waiter cancels the task', async (_name, ms) => {
    let task: Task<void> | undefined
    const waiter = createTask(() => waitFor((task = createTask(() => sleep(long))), ms))
    await sleep(1)
    waiter.cancel('enough')
    expect(((await failure(waiter)) as Error).message).toBe('enough')
    expect(task?.cancelled()).toBe(true)
  })

  it('test_shield in wait_for: the shielded work survives the timeout', async () => {
    const inner = createTask(() => sleep(10, 'survived'))
    expect(await failure(waitFor(() => shield(inner), 1))).toBeInstanceOf(TimeoutError)
    expect(await inner).toBe('survived')
  })

  it('a bare promise can\'t be cancelled: it is not waited for', async () => {
    expect(await failure(waitFor(new Promise(() => {}), 1))).toBeInstanceOf(TimeoutError)
    expect(await failure(createTask(self => (queueMicrotask(() => self.cancel()), waitFor(abortable(new Promise(() => {})), long))))).toBeInstanceOf(CancelledError)
  })
})
