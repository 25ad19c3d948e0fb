import { execFileSync } from 'node:child_process'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { allTasks, any, background, CancelledError, createTask, currentTask, gather, InvalidStateError, race, run, sleep, taskGroup, TaskGroupError, waitFor, type GroupTask } from 'structured-async'
import { failure, tree } from './failure.js'

const long = 60_000

describe('taskGroup options', () => {
  it('limit: so many children at once, in order, and all of them', async () => {
    let running = 0
    let most = 0
    const order: number[] = []
    await taskGroup(async tg => {
      for (let at = 0; at < 7; at++) {
        tg.createTask(async () => {
          most = Math.max(most, ++running)
          order.push(at)
          await sleep(at % 3)
          running--
        })
      }
      expect(tg.size).toBe(7)
    }, { limit: 3 })
    expect([most, order]).toEqual([3, [0, 1, 2, 3, 4, 5, 6]])
  })

  it('limit: a child that waits for its turn is cancelled at once, and its function never called', async () => {
    let called = false
    const results = await taskGroup(async tg => {
      const first = tg.createTask(() => sleep(8, 'first'))
      const second = tg.createTask(() => void (called = true))
      const third = tg.createTask(async () => 'third')
      second.cancel()
      expect(await failure(second)).toBeInstanceOf(CancelledError)
      expect(first.done()).toBe(false)
      return [await first, await third]
    }, { limit: 1 })
    expect([results, called]).toEqual([['first', 'third'], false])
  })

  it('limit: a failing child cancels those that wait for their turn', async () => {
    let called = 0
    const error = await failure(taskGroup(async tg => {
      tg.createTask(async () => (await sleep(1), Promise.reject(new Error('x'))))
      for (let at = 0; at < 3; at++) tg.createTask(() => void called++)
    }, { limit: 1 }))
    expect([tree(error), called]).toEqual([['x'], 0])
  })

  it('limit: a child starts in the context of whoever created it', async () => {
    const { AsyncLocalStorage } = await import('node:async_hooks')
    const user = new AsyncLocalStorage<string>()
    const seen: (string | undefined)[] = []
    await taskGroup(async tg => {
      for (const name of ['a', 'b', 'c']) user.run(name, () => tg.createTask(async () => (await sleep(1), void seen.push(user.getStore()))))
    }, { limit: 1 })
    expect(seen).toEqual(['a', 'b', 'c'])
  })

  it('limit: refuses what is no number of tasks', async () => {
    for (const limit of [0, -1, NaN]) expect(await failure((async () => await taskGroup(async () => {}, { limit }))())).toBeInstanceOf(RangeError)
  })

  it('onError continue: the siblings finish, every error is reported', async () => {
    const done: string[] = []
    const error = await failure(taskGroup(async tg => {
      tg.createTask(async () => Promise.reject(new Error('a')))
      tg.createTask(async () => (await sleep(3), done.push('b')))
      tg.createTask(async () => (await sleep(1), Promise.reject(new Error('c'))))
      await sleep(5)
      done.push('body')
    }, { onError: 'continue' }))
    expect([tree(error), done]).toEqual([['a', 'c'], ['b', 'body']])
  })

  it('onError continue: a failing body still stops all', async () => {
    let child: GroupTask<void> | undefined
    const error = await failure(taskGroup(async tg => {
      child = tg.createTask(() => sleep(long))
      throw new Error('body')
    }, { onError: 'continue' }))
    expect([tree(error), child?.cancelled()]).toEqual([['body'], true])
  })

  it('unwrapSingle: a lone error as it is, several in a group error', async () => {
    const one = new Error('one')
    expect(await failure(taskGroup(async tg => void tg.createTask(() => Promise.reject(one)), { unwrapSingle: true }))).toBe(one)
    const two = await failure(taskGroup(async tg => {
      tg.createTask(() => sleep(long).catch(() => Promise.reject(new Error('two'))))
      tg.createTask(() => Promise.reject(one))
    }, { unwrapSingle: true }))
    expect(tree(two)).toEqual(['one', 'two'])
  })
})

describe('tg.start', () => {
  it('waits until the child is ready, and gives what it was given', async () => {
    const trace: string[] = []
    await taskGroup(async tg => {
      const port = await tg.start<number>(async task => {
        await sleep(1)
        task.started(8080)
        await sleep(3)
        trace.push('served')
      })
      trace.push(`port ${port}`)
    })
    expect(trace).toEqual(['port 8080', 'served'])
  })

  it('an error before started is the caller\'s alone, and the group lives', async () => {
    const result = await taskGroup(async tg => {
      const error = await failure(tg.start(async () => Promise.reject(new Error('no port'))))
      return [tree(error), await tg.createTask(async () => 'alive')]
    })
    expect(result).toEqual(['no port', 'alive'])
  })

  it('an error after started is the group\'s', async () => {
    const error = await failure(taskGroup(async tg => {
      await tg.start(async task => {
        task.started()
        await sleep(1)
        throw new Error('later')
      })
      await sleep(long)
    }))
    expect(tree(error)).toEqual(['later'])
  })

  it('returning without started, or starting twice, is an error', async () => {
    expect(await failure(taskGroup(async tg => await tg.start(async () => {}, { name: 'server' })))).toMatchObject({ errors: [{ message: 'server has to call started() once.' }] })
    expect(await failure(taskGroup(async tg => await tg.start(async task => (task.started(), task.started()))))).toMatchObject({ errors: [expect.any(InvalidStateError)] })
  })

  it('a cancel of the caller cancels the child; an error of its cleanup goes to the group', async () => {
    const owner = createTask(() => taskGroup(async tg => {
      await tg.start(() => sleep(long).catch(() => Promise.reject(new Error('cleanup'))))
    }))
    await sleep(1)
    owner.cancel()
    expect(tree(await failure(owner))).toEqual(['cleanup'])
  })

  it('a cancel that came before rejects it, the function is never called, and the next cancel is not lost', async () => {
    let called = false
    await taskGroup(async tg => {
      tg.cancel()
      expect(await failure(tg.start(() => (called = true)))).toBeInstanceOf(CancelledError)
      tg.cancel()
      expect(await failure(sleep(long))).toBeInstanceOf(CancelledError)
    })
    expect(called).toBe(false)
  })
})

describe.each<[string, (work: () => Promise<unknown>, signal?: AbortSignal) => Promise<unknown>]>([
  ['waitFor', (work, signal) => waitFor(work, null, signal && { signal })],
  ['race', (work, signal) => race([work], signal && { signal })],
  ['any', (work, signal) => any([work], signal && { signal })],
  ['gather', (work, signal) => gather([work], signal && { signal })],
  ['taskGroup', (work, signal) => taskGroup(tg => void tg.createTask(work), signal && { signal })],
])('%s, cancelled', (_name, wait) => {
  it('by a signal: cancels the work once, and waits for its cleanup', async () => {
    const trace: string[] = []
    const controller = new AbortController()
    const waiting = wait(() => sleep(long).catch(() => sleep(1)).then(() => trace.push('cleaned up'), () => trace.push('interrupted')), controller.signal)
    controller.abort()
    await Promise.allSettled([waiting])
    expect(trace).toEqual(['cleaned up'])
  })

  it('by its task, whose signal it was given: once', async () => {
    const trace: string[] = []
    const task = createTask(({ signal }) => wait(() => sleep(long).catch(() => sleep(1)).then(() => trace.push('cleaned up'), () => trace.push('interrupted')), signal))
    task.cancel()
    await Promise.allSettled([task])
    expect(trace).toEqual(['cleaned up'])
  })

  it('twice: the second one interrupts the cleanup', async () => {
    const trace: string[] = []
    const work = async (): Promise<void> => {
      for (const name of ['first', 'second']) await sleep(long).catch(() => trace.push(name))
    }
    const task = createTask(() => wait(work))
    for (let at = 0; at < 2; at++) {
      await sleep(1)
      task.cancel()
    }
    await Promise.allSettled([task])
    expect(trace).toEqual(['first', 'second'])
  })
})

describe('allTasks', () => {
  it('has the tasks of groups and of background in the order in which they were created', async () => {
    const idle = (name: string): [() => Promise<void>, { name: string }] => [() => sleep(long), { name }]
    const first = createTask(...idle('first'))
    await taskGroup(async tg => {
      tg.createTask(...idle('second'))
      const third = background(...idle('third'))
      await taskGroup(inner => {
        const gone = inner.createTask(() => sleep(1))
        inner.createTask(...idle('fourth'))
        void createTask(...idle('fifth'))
        return gone.then(() => {
          expect([...allTasks()].map(task => task.name)).toEqual(['first', 'second', 'third', 'fourth', 'fifth'])
          for (const task of allTasks()) task.cancel()
          third.cancel()
        })
      })
    })
    await failure(first)
    expect(allTasks().size).toBe(0)
  })
})

describe('race and any', () => {
  it('race: the first decides, the others are cancelled and cleaned up before it settles', async () => {
    const trace: string[] = []
    const loser = async (): Promise<string> => {
      try {
        return await sleep(long, 'loser')
      } finally {
        await sleep(2)
        trace.push('cleaned up')
      }
    }
    expect(await race([loser, () => sleep(1, 'winner')])).toBe('winner')
    expect(trace).toEqual(['cleaned up'])
    expect(tree(await failure(race([loser, async () => (await sleep(1), Promise.reject(new Error('first')))])))).toBe('first')
  })

  it('race: a promise that can\'t be cancelled is not waited for', async () => {
    expect(await race([new Promise<string>(() => {}), async () => 'now'])).toBe('now')
    for (const task of allTasks()) task.cancel()
  })

  it('any: the first value; where all fail, every error', async () => {
    expect(await any([async () => Promise.reject(new Error('a')), () => sleep(1, 'b'), () => sleep(long, 'c')])).toBe('b')
    const error = await failure(any([async () => (await sleep(2), Promise.reject(new Error('a'))), async () => Promise.reject(new Error('b'))]))
    expect([error instanceof TaskGroupError, tree(error)]).toEqual([true, ['b', 'a']])
  })

  it.each([['race', race], ['any', any]] as const)('%s: refuses nothing, and passes a cancel on', async (_name, decide) => {
    expect(await failure(decide([]))).toBeInstanceOf(RangeError)
    let cleaned = 0
    const task = createTask(() => decide([() => sleep(long).finally(() => cleaned++), () => sleep(long).finally(() => cleaned++)]))
    await sleep(1)
    task.cancel('enough')
    expect(((await failure(task)) as Error).message).toBe('enough')
    expect(cleaned).toBe(2)
    expect(await failure(decide([() => sleep(long)], { signal: AbortSignal.abort(new Error('by signal')) }))).toMatchObject({ message: 'by signal' })
  })

  it('their types', () => {
    expectTypeOf(race([async () => 1, Promise.resolve('a')])).resolves.toEqualTypeOf<number | string>()
    expectTypeOf(any(new Set([() => Promise.resolve(1)]))).resolves.toEqualTypeOf<number>()
  })
})

describe('run', () => {
  it('gives what main gives; leftover tasks are cancelled and cleaned up first', async () => {
    const trace: string[] = []
    const value = await run(async main => {
      void createTask(async () => {
        try {
          await sleep(long)
        } finally {
          await sleep(1)
          trace.push('leftover cleaned up')
        }
      })
      return currentTask() === main
    })
    expect([value, trace]).toEqual([true, ['leftover cleaned up']])
  })

  it('leaves tasks alone that were not started under it', async () => {
    const other = createTask(() => sleep(5, 'other'))
    await run(async () => {})
    expect(await other).toBe('other')
  })

  it('rejects with main\'s error, and refuses to be nested', async () => {
    expect(tree(await failure(run(() => Promise.reject(new Error('main')))))).toBe('main')
    expect(await failure(run(() => run(async () => {})))).toBeInstanceOf(InvalidStateError)
    expect(await failure(run(async () => (await sleep(1), await run(async () => {}))))).toBeInstanceOf(InvalidStateError)
  })

  it('a signal cancels main', async () => {
    const controller = new AbortController()
    const running = run(() => sleep(long), { signal: controller.signal })
    controller.abort(new Error('stop'))
    expect(tree(await failure(running))).toBe('stop')
  })

  const program = (body: string): string => `import { run, sleep } from 'structured-async'; ${body}`
  const start = (body: string): { status: number | null; output: string } => {
    try {
      return { status: 0, output: execFileSync(process.execPath, ['--input-type=module', '-e', program(body)], { cwd: new URL('../..', import.meta.url), encoding: 'utf8', timeout: 20_000 }) }
    } catch (error) {
      const { status, stdout } = error as { status: number | null; stdout: string }
      return { status, output: stdout }
    }
  }

  it('handleSigint: once cancels', () => {
    const { output } = start(`
      setTimeout(() => process.kill(process.pid, 'SIGINT'), 20)
      await run(async () => { try { await sleep(60_000) } finally { await sleep(1); console.log('cleaned up') } }, { handleSigint: true }).catch(e => console.log(e.name))`)
    expect(output).toBe('cleaned up\nAbortError\n')
  })

  it('handleSigint: twice exits', () => {
    const { status } = start(`
      setTimeout(() => process.kill(process.pid, 'SIGINT'), 20)
      setTimeout(() => process.kill(process.pid, 'SIGINT'), 40)
      await run(async () => { for (;;) await sleep(60_000).catch(() => {}) }, { handleSigint: true })`)
    expect(status).toBe(130)
  })
})
