import { describe, expect, it } from 'vitest'
import { abortable, allTasks, asCompleted, background, createTask, currentTask, DeadlockError, gather, otherTasks, race, run, shield, sleep, taskGroup, wait, waitFor, type Task } from 'structured-async'
import { failure } from './failure.js'

/** Runs `body` as a task named `me` and gives the cycle's names, or the error that came instead. */
async function cycleOf(body: (me: Task<unknown>) => unknown): Promise<string[] | unknown> {
  const error = await failure(createTask(body, { name: 'me' }))
  return error instanceof DeadlockError ? error.tasks.map(task => task.name) : error
}

describe('waiting for yourself', () => {
  it('by await', async () => {
    expect(await cycleOf(async me => await me)).toEqual(['me'])
  })

  it('by await, behind another await and a helper function', async () => {
    const helper = async (task: Task<unknown>): Promise<unknown> => await task
    expect(await cycleOf(async me => (await sleep(1), await helper(me)))).toEqual(['me'])
  })

  it('says which task it is and what to do', async () => {
    const error = await failure(createTask(async () => await currentTask(), { name: 'worker' }))
    expect((error as Error).message).toBe('worker waits for worker for ever: use otherTasks().')
  })

  it.each<[string, (me: Task<unknown>) => unknown]>([
    ['wait(allTasks())', () => wait(allTasks())],
    ['wait(allTasks()) with a timeout', () => wait(allTasks(), { timeout: 5 })],
    ['wait, FIRST_EXCEPTION', () => wait(allTasks(), { returnWhen: 'FIRST_EXCEPTION' })],
    ['wait, FIRST_COMPLETED of nothing but itself', me => wait([me], { returnWhen: 'FIRST_COMPLETED' })],
    ['gather(allTasks())', () => gather(allTasks())],
    ['await gather(allTasks())', async () => await gather(allTasks())],
    ['asCompleted(allTasks())', async () => {
      for await (const task of asCompleted(allTasks())) void task
    }],
    ['waitFor', me => waitFor(me, 5)],
    ['waitFor without a deadline', me => waitFor(me, null)],
    ['abortable', me => abortable(me)],
    ['returning itself', me => me],
  ])('by %s', async (_name, body) => {
    expect(await cycleOf(body)).toEqual(['me'])
  })

  it('background.drain() inside background work', async () => {
    let error: unknown
    background(() => background.drain(), { name: 'worker', onError: caught => (error = caught) })
    await sleep(1)
    expect((error as DeadlockError).tasks.map(task => task.name)).toEqual(['worker'])
  })

  it('never by then, race, shield or a set of which one is enough', async () => {
    const task = createTask(async me => {
      const done: string[] = []
      void me.then(value => done.push(String(value)))
      void me.finally(() => done.push('finally'))
      expect(await Promise.race([me, sleep(1, 'raced')])).toBe('raced')
      expect(await race([shield(me), () => sleep(1, 'won')])).toBe('won')
      await wait([me, createTask(async () => {})], { returnWhen: 'FIRST_COMPLETED' })
      return done
    })
    expect(await task).toEqual(['', 'finally'])
  })

  it('outside any task there is no self', async () => {
    void createTask(() => sleep(1))
    expect((await wait(allTasks()))[1].size).toBe(0)
  })
})

describe('otherTasks', () => {
  it('leaves out the current task, and is what can be waited for', async () => {
    const trace: string[] = []
    const other = createTask(() => sleep(2).then(() => trace.push('other')))
    await createTask(async () => {
      expect([...otherTasks()]).toEqual([other])
      await wait(otherTasks())
      trace.push('me')
    })
    expect(trace).toEqual(['other', 'me'])
  })

  it('leaves out those that wait for it: the owner of its group, and its owner', async () => {
    const names = await run(() => taskGroup(async outer => await outer.createTask(() => taskGroup(async tg => {
      tg.createTask(() => sleep(2), { name: 'sibling' })
      return await tg.createTask(() => [...otherTasks()].map(task => task.name))
    }))))
    expect(names).toEqual(['sibling'])
  })

  it('allTasks({ except }) leaves out one', async () => {
    await createTask(async me => expect([...allTasks({ except: me })]).toEqual([]))
  })
})

describe('tasks that wait for each other', () => {
  /** Two tasks with each other's handles; the second begins a moment later. */
  function pair(first: (other: Task<unknown>) => unknown, second: (other: Task<unknown>) => unknown): [Task<unknown>, Task<unknown>] {
    const a: Task<unknown> = createTask(async () => (await sleep(1), await first(b)), { name: 'a' })
    const b: Task<unknown> = createTask(async () => (await sleep(3), await second(a)), { name: 'b' })
    return [a, b]
  }

  it.each<[string, (other: Task<unknown>) => unknown]>([
    ['await', async other => await other],
    ['wait', other => wait([other])],
    ['gather', async other => await gather([other])],
    ['asCompleted', async other => {
      for await (const task of asCompleted([other])) void task
    }],
    ['waitFor', other => waitFor(other, 1000)],
    ['abortable', other => abortable(other)],
    ['taskGroup', other => taskGroup(async tg => void tg.createTask(async () => await other, { name: 'child' }))],
  ])('by %s: the one that closes the circle is told', async (_name, waits) => {
    const [a, b] = pair(waits, async other => await other)
    const error = await failure(b)
    expect(error).toBeInstanceOf(DeadlockError)
    expect((error as Error).message).toMatch(/^b waits for a waits for (?:gather waits for |child waits for )?b for ever/)
    // With wait and asCompleted a looks at b's error itself; with the others it fails of it.
    await Promise.allSettled([a])
  })

  it('three of them', async () => {
    const tasks: Record<string, Task<unknown>> = {}
    const start = (name: string, other: string, ms: number): void => void (tasks[name] = createTask(async () => (await sleep(ms), await tasks[other]), { name }))
    start('a', 'b', 1)
    start('b', 'c', 2)
    start('c', 'a', 4)
    expect(((await failure(tasks.c as Task<unknown>)) as Error).message).toMatch(/^c waits for a waits for b waits for c for ever/)
    await failure(gather(Object.values(tasks)))
  })

  it('a child that waits for the owner of its group', async () => {
    const owner: Task<unknown> = createTask(async () => {
      await sleep(1)
      await taskGroup(async tg => void tg.createTask(async () => await owner, { name: 'child' }))
    }, { name: 'owner' })
    const error = (await failure(owner)) as AggregateError
    expect((error.errors[0] as Error).message).toMatch(/^child waits for owner waits for child for ever/)
  })

  it('not where one of them has a way out: race, a handler, one of several', async () => {
    const [a, b] = pair(other => Promise.race([other, sleep(6, 'raced')]), async other => await other)
    expect([await a, await b]).toEqual(['raced', 'raced'])
    const [c, d] = pair(other => void other.then(() => {}), async other => (await other, 'went on'))
    expect([await c, await d]).toEqual([undefined, 'went on'])
    const never = createTask(() => sleep(60_000))
    const [e, f] = pair(async other => (await wait([other, createTask(() => sleep(6))], { returnWhen: 'FIRST_COMPLETED' }), 'e'), async other => await other)
    expect([await e, await f]).toEqual(['e', 'e'])
    never.cancel()
  })

  it('not where the first wait is over', async () => {
    const shared = createTask(() => sleep(2, 'shared'))
    const a: Task<unknown> = createTask(async () => (await shared, await sleep(4), 'a'))
    const b = createTask(async () => (await shared, await a))
    expect([await a, await b]).toEqual(['a', 'a'])
    const [c, d] = pair(other => waitFor(() => abortable(other), 1).catch(() => 'gave up'), async other => (await sleep(5), await other))
    expect([await c, await d]).toEqual(['gave up', 'gave up'])
  })

  it('a thousand tasks that wait for one cost no search each', async () => {
    const shared = createTask(() => sleep(5))
    const started = performance.now()
    await gather(Array.from({ length: 1000 }, () => async () => await shared))
    expect(performance.now() - started).toBeLessThan(500)
  })
})
