import { spawnSync } from 'node:child_process'
import { getEventListeners } from 'node:events'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { abortable, allTasks, background, CancelledError, createTask, currentTask, gather, InvalidStateError, sleep, Task } from 'structured-async'
import { root } from '../programs.js'

const boom = (message: string): Error => new Error(message)
async function failure(promise: PromiseLike<unknown>): Promise<unknown> {
  return promise.then(() => expect.unreachable('it should have failed'), (error: unknown) => error)
}
function runProgram(program: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['--input-type=module', '-e', `import { background, createTask, gather, sleep, taskGroup } from 'structured-async'\n${program}`], { cwd: root, encoding: 'utf8' })
}

describe('createTask', () => {
  it('gives a native promise that costs one microtask to await', async () => {
    const task = createTask(async () => 1)
    expect(task).toBeInstanceOf(Promise)
    expect(task).toBeInstanceOf(Task)
    expect(Promise.resolve(task)).toBe(task)
    expect(task.then(() => {})).not.toBeInstanceOf(Task)
    await task
    const order: string[] = []
    const awaiting = (async () => { await task; order.push('task') })()
    void Promise.resolve().then(() => order.push('first')).then(() => order.push('second'))
    await awaiting
    expect(order[0]).toBe('task')
  })

  it('runs to the first await at once, or a microtask later', () => {
    const trace: string[] = []
    void createTask(async () => { trace.push('eager') })
    void createTask(async () => { trace.push('deferred') }, { eager: false })
    expect(trace).toEqual(['eager'])
  })

  it('a deferred task that is cancelled first never runs', async () => {
    let ran = false
    const task = createTask(() => { ran = true }, { eager: false })
    task.cancel()
    expect(await failure(task)).toBeInstanceOf(CancelledError)
    expect(ran).toBe(false)
  })

  it('tells its state', async () => {
    const good = createTask(async () => { await sleep(1); return 7 }, { name: 'good' })
    expect([good.name, good.done(), good.cancelled()]).toEqual(['good', false, false])
    expect(() => good.result()).toThrow(InvalidStateError)
    expect(() => good.exception()).toThrow(InvalidStateError)
    await good
    expect([good.done(), good.result(), good.exception()]).toEqual([true, 7, null])
    expect(good.cancel()).toBe(false)

    const bad = createTask(async () => { throw boom('bad') })
    await failure(bad)
    expect(bad.exception()).toEqual(boom('bad'))
    expect(() => bad.result()).toThrow('bad')

    const stopped = createTask(() => sleep(10_000))
    expect(stopped.cancel('why')).toBe(true)
    await failure(stopped)
    expect([stopped.cancelled(), stopped.cancelling()]).toEqual([true, true])
    expect(() => stopped.exception()).toThrow('why')
  })

  it('each cancel is delivered once: cleanup may await, a second cancel interrupts it', async () => {
    const trace: string[] = []
    const task = createTask(async () => {
      try { await sleep(10_000) } catch { trace.push('first') }
      await sleep(1)
      trace.push('cleanup went on')
      try { await sleep(10_000) } catch { trace.push('second') }
      return 'ended by itself'
    })
    task.cancel()
    await sleep(5)
    task.cancel()
    expect(await task).toBe('ended by itself')
    expect(task.cancelled()).toBe(false)
    expect(trace).toEqual(['first', 'cleanup went on', 'second'])
  })

  it('a cancel with no await in progress hits the next one', async () => {
    const task = createTask(async self => { self.cancel('me'); await sleep(10_000) })
    expect(await failure(task)).toEqual(new CancelledError('me'))
  })

  it('abortable ends a wait for a promise that knows nothing of cancelling', async () => {
    const task = createTask(() => abortable(new Promise(() => {})))
    task.cancel()
    expect(await failure(task)).toBeInstanceOf(CancelledError)
  })

  it('a signal cancels it with its own reason', async () => {
    const controller = new AbortController()
    const task = createTask(() => sleep(10_000), { signal: controller.signal })
    const reason = boom('gone')
    controller.abort(reason)
    expect(await failure(task)).toBe(reason)
    expect(task.cancelled()).toBe(true)
  })

  it('done callbacks run once, later, and can be taken back', async () => {
    const trace: string[] = []
    const task = createTask(async () => 1)
    const removed = (): void => { trace.push('removed') }
    task.addDoneCallback(done => trace.push(`done ${done.result()}`))
    task.addDoneCallback(removed)
    expect(task.removeDoneCallback(removed)).toBe(1)
    expect(trace).toEqual([])
    await sleep(1)
    task.addDoneCallback(() => trace.push('afterwards'))
    await sleep(1)
    expect(trace).toEqual(['done 1', 'afterwards'])
  })

  it('knows the current task across awaits', async () => {
    expect(currentTask()).toBeNull()
    const task = createTask(async self => { await sleep(1); return currentTask() === self })
    expect(await task).toBe(true)
  })

  it('refuses what is neither a function nor a promise', () => {
    expect(() => createTask(1 as never)).toThrow(TypeError)
  })

  it('leaves a rejection that nobody handles unhandled, but never one that is a cancel', () => {
    expect(runProgram(`createTask(async () => { throw new Error('lost') })`)).toMatchObject({ status: 1 })
    expect(runProgram(`createTask(() => sleep(1e6)).cancel()`)).toMatchObject({ status: 0, stderr: '' })
  })
})

describe('gather', () => {
  it('gives results in order, of a list or a record', async () => {
    expect(await gather([sleep(3, 'a'), () => sleep(1, 'b'), 'c'])).toEqual(['a', 'b', 'c'])
    expect(await gather({ a: () => sleep(2, 1), b: async () => 2 })).toEqual({ a: 1, b: 2 })
    expect(await gather([])).toEqual([])
    expect(await gather(new Set([1]))).toEqual([1])
  })

  it('types tuples and records', () => {
    expectTypeOf(gather([Promise.resolve(1), async () => 'x'])).resolves.toEqualTypeOf<[number, string]>()
    expectTypeOf(gather({ a: Promise.resolve(1), b: () => String(1) })).resolves.toEqualTypeOf<{ a: number; b: string }>()
    expectTypeOf(gather([1].map(async x => String(x)))).resolves.toEqualTypeOf<string[]>()
  })

  it('the first error comes at once and raw; the others go on', async () => {
    const trace: string[] = []
    const error = boom('A')
    expect(await failure(gather([async () => { await sleep(1); throw error }, async () => { await sleep(4); trace.push('went on'); throw boom('B') }]))).toBe(error)
    expect(trace).toEqual([])
    await sleep(10)
    expect(trace).toEqual(['went on'])
  })

  it('an error that nobody handles stays an unhandled rejection, also in a task', () => {
    const { status, stderr } = runProgram(`await createTask(async () => { gather([async () => { throw new Error('lost') }]); await sleep(20) })`)
    expect(status).toBe(1)
    expect(stderr).toMatch(/Error: lost/)
  })

  it('survives a function that throws synchronously', async () => {
    expect(await failure(gather([() => { throw boom('sync') }, sleep(1)]))).toEqual(boom('sync'))
  })

  it('with returnExceptions errors are results', async () => {
    expect(await gather([async () => { throw boom('A') }, async () => 1], { returnExceptions: true })).toEqual([boom('A'), 1])
  })

  it('runs a function as often as it is named', async () => {
    let runs = 0
    const count = async (): Promise<number> => ++runs
    expect(await gather([count, count])).toEqual([1, 2])
  })

  it('a cancel cancels the children and waits for them', async () => {
    const trace: string[] = []
    const task = gather([async () => { try { await sleep(10_000) } finally { await sleep(2); trace.push('clean') } }], { returnExceptions: true })
    task.cancel('stop')
    expect(await failure(task)).toEqual(new CancelledError('stop'))
    expect(trace).toEqual(['clean'])
  })

  it('a cancel of the task that waits reaches the children', async () => {
    const trace: string[] = []
    const task = createTask(async () => { await gather([async () => { try { await sleep(10_000) } finally { trace.push('clean') } }]) })
    task.cancel()
    expect(await failure(task)).toBeInstanceOf(CancelledError)
    expect(trace).toEqual(['clean'])
  })
})

describe('gather with a limit', () => {
  it('runs so many at once, starts them in order, and keeps the places of the results', async () => {
    let [running, most] = [0, 0]
    const order: number[] = []
    const work = [5, 1, 3, 1, 0, 2].map((ms, at) => async () => {
      order.push(at)
      most = Math.max(most, ++running)
      if (ms > 0) await sleep(ms)
      running--
      return at
    })
    expect(await gather(work, { limit: 2 })).toEqual([0, 1, 2, 3, 4, 5])
    expect({ most, order }).toEqual({ most: 2, order: [0, 1, 2, 3, 4, 5] })
    expect(await gather({ a: async () => 1, b: () => 2, c: sleep(1, 3), d: 4 }, { limit: 1 })).toEqual({ a: 1, b: 2, c: 3, d: 4 })
    expect(await gather([], { limit: 3 })).toEqual([])
    expect(await gather(work, { limit: Infinity })).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('starts none after an error, unless errors are results', async () => {
    const called: number[] = []
    const work = [0, 1, 2, 3].map(at => async () => {
      called.push(at)
      await sleep(at === 1 ? 1 : 4)
      if (at === 1) throw boom('B')
      return at
    })
    expect(await failure(gather(work, { limit: 2 }))).toEqual(boom('B'))
    await sleep(12)
    expect(called).toEqual([0, 1])
    expect(await gather(work, { limit: 2, returnExceptions: true })).toEqual([0, boom('B'), 2, 3])
    const throwing = [() => { throw boom('sync') }, () => void called.push(9)]
    expect(await failure(gather(throwing, { limit: 1 }))).toEqual(boom('sync'))
    expect(called).not.toContain(9)
  })

  it('a cancel stops those that run and starts no other', async () => {
    const trace: string[] = []
    const work = ['a', 'b', 'c'].map(name => async () => { trace.push(name); try { await sleep(10_000) } finally { trace.push(`${name} clean`) } })
    const task = gather(work, { limit: 2 })
    task.cancel('stop')
    expect(await failure(task)).toEqual(new CancelledError('stop'))
    expect(trace).toEqual(['a', 'b', 'a clean', 'b clean'])
  })

  it('promises do not count, and are handled from the start', async () => {
    const { stdout } = runProgram(`process.on('unhandledRejection', () => console.log('unhandled'))
      await gather([() => sleep(5), Promise.reject(new Error('early'))], { limit: 1 }).catch(error => console.log(error.message))`)
    expect(stdout).toBe('early\n')
  })

  it('starts each in the context of whoever gathers', async () => {
    const { AsyncLocalStorage } = await import('node:async_hooks')
    const user = new AsyncLocalStorage<string>()
    const work = [1, 2, 3].map(ms => async () => { await user.run('child', () => sleep(ms)); return [user.getStore(), currentTask()?.name] })
    const seen = await user.run('gatherer', () => gather(work, { limit: 1 }))
    expect(seen.map(([store]) => store)).toEqual(['gatherer', 'gatherer', 'gatherer'])
    expect(new Set(seen.map(([, name]) => name)).size).toBe(3)
  })

  it('makes no task of a function before its turn', async () => {
    const before = allTasks().size
    const all = gather(Array.from({ length: 9 }, () => () => sleep(1)), { limit: 2 })
    expect(allTasks().size - before).toBe(2)
    await all
  })

  it('does not grow the stack with functions that give no promise', async () => {
    expect((await gather(Array.from({ length: 20_000 }, (_, at) => () => at), { limit: 3 })).at(-1)).toBe(19_999)
  })

  it('refuses what is no number of tasks', () => {
    for (const limit of [0, -1, NaN]) expect(() => gather([], { limit })).toThrow(new RangeError(`The limit is 1 or more, not ${limit}.`))
  })
})

describe('sleep', () => {
  it('gives its value, refuses NaN, and a cancel clears its timer', async () => {
    expect(await sleep(1, 'x')).toBe('x')
    expect(await failure(sleep(Number.NaN))).toBeInstanceOf(RangeError)
    const started = Date.now()
    expect(runProgram(`const t = createTask(() => sleep(60_000)); t.cancel()`).status).toBe(0)
    expect(Date.now() - started).toBeLessThan(20_000)
  })

  it('a signal ends it', async () => {
    const controller = new AbortController()
    const sleeping = sleep(10_000, undefined, { signal: controller.signal })
    controller.abort(boom('up'))
    expect(await failure(sleeping)).toEqual(boom('up'))
  })

  it('a cancel of the task ends it too where a signal was given, and the signal is left alone', async () => {
    const { signal } = new AbortController()
    const task = createTask(() => sleep(60_000, undefined, { signal }))
    task.cancel()
    expect(await failure(task)).toBeInstanceOf(CancelledError)
    expect([task.cancelled(), signal.aborted, getEventListeners(signal, 'abort')]).toEqual([true, false, []])
  })
})

describe('background', () => {
  it('reports an error to its handler, or as an uncaught error', async () => {
    const errors: unknown[] = []
    background(async () => { throw boom('A') }, { onError: error => errors.push(error) })
    await sleep(1)
    expect(errors).toEqual([boom('A')])
    const { status, stderr } = runProgram(`background(async () => { throw new Error('lost?') })`)
    expect(status).toBe(1)
    expect(stderr).toMatch(/lost\?/)
  })

  it('drain waits for all, and cancels what is left after the timeout', async () => {
    const trace: string[] = []
    background(async () => { await sleep(2); trace.push('done') })
    background(async () => { try { await sleep(10_000) } finally { trace.push('cancelled') } })
    await background.drain({ timeout: 20 })
    expect(trace).toEqual(['done', 'cancelled'])
  })

  it('is not cancelled with the task that happened to start it', async () => {
    const trace: string[] = []
    const task = createTask(async () => { background(async () => { await sleep(3); trace.push('went on') }); await sleep(10_000) })
    task.cancel()
    await failure(task)
    await background.drain()
    expect(trace).toEqual(['went on'])
  })
})
