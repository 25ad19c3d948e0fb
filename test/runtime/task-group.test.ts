import { describe, expect, it } from 'vitest'
import { abortable, CancelledError, createTask, InvalidStateError, sleep, taskGroup, TaskGroup, TaskGroupError } from 'structured-async'

const boom = (message: string): Error => new Error(message)
async function failure(promise: PromiseLike<unknown>): Promise<unknown> {
  return promise.then(() => expect.unreachable('it should have failed'), (error: unknown) => error)
}

describe('taskGroup', () => {
  it('waits for children and gives the body its value', async () => {
    const done: string[] = []
    const value = await taskGroup(async tg => {
      tg.createTask(async () => { await sleep(4); done.push('slow') })
      tg.createTask(async () => { await sleep(1); done.push('fast') })
      return 'value'
    })
    expect(value).toBe('value')
    expect(done).toEqual(['fast', 'slow'])
  })

  it('a child that fails cancels its siblings, waits for their cleanup and reports every error', async () => {
    const trace: string[] = []
    const error = await failure(taskGroup(async tg => {
      tg.createTask(async () => { await sleep(1); throw boom('A') })
      tg.createTask(async () => {
        try { await sleep(10_000) } finally { await sleep(5); trace.push('cleaned up') }
      })
      tg.createTask(async () => { try { await sleep(10_000) } catch { throw boom('B') } })
      await sleep(10_000)
      trace.push('the body went on')
    }))
    expect(error).toBeInstanceOf(TaskGroupError)
    expect((error as TaskGroupError).errors).toEqual([boom('A'), boom('B')])
    expect((error as TaskGroupError).cause).toEqual(boom('A'))
    expect((error as TaskGroupError).message).toBe('2 failed in a task group: Error: A; Error: B')
    expect(trace).toEqual(['cleaned up'])
  })

  it('a body that fails cancels the children; its error comes last', async () => {
    const error = await failure(taskGroup(async tg => {
      tg.createTask(async () => { try { await sleep(10_000) } finally { throw boom('cleanup') } })
      throw boom('body')
    }))
    expect((error as TaskGroupError).errors).toEqual([boom('cleanup'), boom('body')])
  })

  it('wraps a lone error too, and one that the body awaited only once', async () => {
    const error = await failure(taskGroup(async tg => {
      await tg.createTask(async () => { await sleep(1); throw boom('A') })
    }))
    expect((error as TaskGroupError).errors).toEqual([boom('A')])
  })

  it('a child may add children', async () => {
    const done: number[] = []
    await taskGroup(tg => {
      const add = (depth: number): void => {
        tg.createTask(async () => { await sleep(1); done.push(depth); if (depth < 3) add(depth + 1) })
      }
      add(1)
    })
    expect(done).toEqual([1, 2, 3])
  })

  it('self-multiplying children all stop when one fails', async () => {
    const error = await failure(taskGroup(async tg => {
      const multiply = async (): Promise<void> => {
        await sleep(1)
        tg.createTask(multiply)
        tg.createTask(multiply)
        if (tg.size > 20) throw boom('enough')
        await sleep(10_000)
      }
      tg.createTask(multiply)
    }))
    expect((error as TaskGroupError).errors).toEqual([boom('enough')])
  })

  it('cancel() ends it without an error, and the body at its next await', async () => {
    const trace: string[] = []
    const value = await taskGroup(async tg => {
      tg.createTask(async () => { try { await sleep(10_000) } finally { trace.push('child') } })
      tg.cancel()
      trace.push('still here')
      await sleep(1)
      trace.push('never')
      return 1
    })
    expect(value).toBeUndefined()
    expect(trace).toEqual(['still here', 'child'].sort().reverse())
  })

  it('cancel() before or after an error does not lose the error', async () => {
    const error = await failure(taskGroup(async tg => {
      tg.createTask(async () => { try { await sleep(10_000) } finally { throw boom('A') } })
      tg.cancel()
    }))
    expect((error as TaskGroupError).errors).toEqual([boom('A')])
  })

  it('a cancelled owner cancels children and body, waits, and gets its cancel', async () => {
    const trace: string[] = []
    const task = createTask(() => taskGroup(async tg => {
      tg.createTask(async () => { try { await sleep(10_000) } finally { await sleep(3); trace.push('child') } })
      try { await sleep(10_000) } finally { trace.push('body') }
    }))
    task.cancel('enough')
    expect(await failure(task)).toEqual(new CancelledError('enough'))
    expect(task.cancelled()).toBe(true)
    expect(trace).toEqual(['body', 'child'])
  })

  it('errors win over a cancel from outside, which the next await then delivers', async () => {
    const trace: unknown[] = []
    const task = createTask(async () => {
      await taskGroup(async tg => {
        tg.createTask(async () => { try { await sleep(10_000) } finally { throw boom('A') } })
        await sleep(10_000)
      }).catch((error: TaskGroupError) => trace.push(error.errors))
      await sleep(10_000)
    })
    task.cancel('outer')
    expect(await failure(task)).toEqual(new CancelledError('outer'))
    expect(trace).toEqual([[boom('A')]])
  })

  it('a group in a group: the inner error reaches the outer one as one error', async () => {
    const error = await failure(taskGroup(async outer => {
      outer.createTask(() => taskGroup(async inner => { inner.createTask(async () => { throw boom('A') }) }))
      await sleep(10_000)
    }))
    expect((error as TaskGroupError).errors).toHaveLength(1)
    expect(((error as TaskGroupError).errors[0] as TaskGroupError).errors).toEqual([boom('A')])
  })

  it('a child cancelled by hand disturbs nothing', async () => {
    await taskGroup(async tg => {
      const child = tg.createTask(() => sleep(10_000))
      tg.createTask(() => sleep(2))
      expect(child.cancel()).toBe(true)
      expect(await failure(child)).toBeInstanceOf(CancelledError)
    })
  })

  it('a signal cancels the whole group with its own reason', async () => {
    const controller = new AbortController()
    const group = taskGroup(async tg => { tg.createTask(() => sleep(10_000)) }, { signal: controller.signal })
    const reason = boom('stop')
    controller.abort(reason)
    expect(await failure(group)).toBe(reason)
  })

  it('in a group that is shutting down a new task is cancelled and its function never called', async () => {
    let called = false
    await taskGroup(async tg => {
      tg.cancel()
      const late = tg.createTask(() => { called = true })
      expect(await failure(late)).toBeInstanceOf(CancelledError)
    })
    expect(called).toBe(false)
  })

  it('a finished group owns nothing more', async () => {
    const group = await taskGroup(tg => tg)
    expect(() => group.createTask(() => 1)).toThrow(InvalidStateError)
  })

  it('passes its signal on, aborted when the group shuts down', async () => {
    let signal: AbortSignal | undefined
    await failure(taskGroup(async tg => {
      tg.createTask(async task => { signal = task.signal; await abortable(new Promise(() => {})) })
      throw boom('A')
    }))
    expect(signal?.aborted).toBe(true)
  })

  it('disposing joins', async () => {
    const done: string[] = []
    const tg = new TaskGroup()
    tg.createTask(async () => { await sleep(2); done.push('child') })
    await tg[Symbol.asyncDispose]()
    expect(done).toEqual(['child'])

    const failing = new TaskGroup()
    failing.createTask(async () => { throw boom('A') })
    expect(((await failure(failing[Symbol.asyncDispose]())) as TaskGroupError).errors).toEqual([boom('A')])
  })
})
