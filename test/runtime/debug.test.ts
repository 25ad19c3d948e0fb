import { channel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createTask, gather, run, sleep, taskGroup, type Task } from 'structured-async'
import { inspectTasks, taskTree } from 'structured-async/debug'
import { failure } from './failure.js'

describe('structured-async/debug', () => {
  it('prints the tasks as a tree: who started whom, how long ago, waiting for what', async () => {
    const tree = await run(main => {
      main.name = 'main'
      return taskGroup(async tg => {
        tg.createTask(() => sleep(20), { name: 'fetch' })
        tg.createTask(async () => await gather([tg.createTask(() => sleep(20), { name: 'left' }), createTask(() => sleep(20), { name: 'right' })]), { name: 'parse' })
        void createTask(async () => await new Promise(resolve => setTimeout(resolve, 20)), { name: 'foreign' })
        await sleep(1)
        return taskTree()
      })
    })
    expect(tree).toBe(
      [
        'main  0.0 s  waits for fetch, parse, left',
        '├─ fetch  0.0 s  waits in the runtime',
        '├─ parse  0.0 s  waits for left, right',
        '│  ├─ left  0.0 s  waits in the runtime',
        '│  └─ right  0.0 s  waits in the runtime',
        '└─ foreign  0.0 s',
      ].join('\n'),
    )
  })

  it('names a starter that has settled, and a task that is cancelled', async () => {
    let task: Task<void> | undefined
    await createTask(async () => void (task = createTask(() => sleep(60_000).catch(() => sleep(5)))), { name: 'starter' })
    task?.cancel()
    await sleep(1)
    expect(taskTree()).toMatch(/^Task-\d+ {2}0\.0 s {2}started by starter, which has settled {2}cancelled {2}waits in the runtime$/)
    expect(inspectTasks()).toMatchObject([{ task, startedBy: 'starter', waitsFor: [], isInterruptible: true }])
    await task
    expect(taskTree()).toBe('')
  })

  it('shows a task to console.log as that line, or what it gave', async () => {
    const pending = createTask(() => sleep(60_000), { name: 'pending' })
    const cancelled = createTask(() => sleep(60_000), { name: 'cancelled' })
    cancelled.cancel()
    const failing = createTask(async () => await Promise.reject(new RangeError('no')), { name: 'failing' })
    const tasks = { pending, cancelled, failing, giving: createTask(async () => ({ id: 1 }), { name: 'giving' }) }
    await Promise.allSettled([cancelled, failing, tasks.giving])
    expect(inspect(tasks)).toMatch(/pending: Task \{ pending {2}0\.0 s {2}waits in the runtime \},\n\s+cancelled: Task \{ cancelled {2}cancelled \},\n\s+failing: Task \{ failing {2}failed with RangeError: no\n[^]*giving: Task \{ giving {2}gave \{ id: 1 \} \}/)
    pending.cancel()
    await failure(pending)
  })

  it('publishes start, settle and cancel', async () => {
    const events: string[] = []
    const subscribe = (name: string): (() => void) => {
      const listener = (message: unknown): void => void events.push(`${name} ${(message as { task: Task<unknown> }).task.name}`)
      channel(`structured-async:task:${name}`).subscribe(listener)
      return () => channel(`structured-async:task:${name}`).unsubscribe(listener)
    }
    const stop = ['start', 'settle', 'cancel'].map(subscribe)
    const task = createTask(() => sleep(60_000), { name: 'watched' })
    task.cancel()
    await failure(task)
    for (const one of stop) one()
    await createTask(async () => {}, { name: 'unwatched' })
    expect(events).toEqual(['start watched', 'cancel watched', 'settle watched'])
  })
})
