import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { abortable, allTasks, any, CancelledError, createTask, gather, race, sleep, taskGroup, TaskGroup, TaskGroupError, timeout, TimeoutError, waitFor, type Task } from 'structured-async'

/** mulberry32: the same trees for the same seed, so that a failure can be repeated. */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

class Planned extends Error {}

interface Log {
  thrown: Set<unknown>
  running: Map<TaskGroup, number>
  deliveries: Map<unknown, Map<Task<unknown>, number>>
  outlived: number
}

/** A group with random children: some sleep, some fail, some cancel, some clean up slowly or badly, some open groups. */
async function grow(next: () => number, depth: number, log: Log): Promise<void> {
  let own: TaskGroup | undefined
  try {
    await taskGroup(async tg => {
      own = tg
      log.running.set(tg, 0)
      const children = 1 + Math.floor(next() * 4)
      for (let at = 0; at < children; at++) tg.createTask(task => child(task, tg, next, depth, log))
      if (next() < 0.1) fail(log)
      if (next() < 0.1) tg.cancel()
      await sleep(next() * 4)
      if (next() < 0.1) fail(log)
    }, { onError: next() < 0.2 ? 'continue' : 'cancel', ...(next() < 0.3 ? { limit: 2 } : {}) })
  } finally {
    if (own && log.running.get(own) !== 0) log.outlived++
  }
}

function fail(log: Log): never {
  const error = new Planned(`planned ${log.thrown.size}`)
  log.thrown.add(error)
  throw error
}

async function child(task: Task<unknown>, tg: TaskGroup, next: () => number, depth: number, log: Log): Promise<void> {
  const count = (by: number): void => void log.running.set(tg, (log.running.get(tg) ?? 0) + by)
  count(1)
  const choice = next()
  const [before, cleanup, isBad] = [next() * 5, next() * 3, next() < 0.15]
  try {
    if (choice < 0.25) await sleep(before)
    else if (choice < 0.4) {
      await sleep(before)
      fail(log)
    } else if (choice < 0.5) {
      await sleep(before)
      task.cancel()
      await sleep(1000)
    } else if (choice < 0.6) {
      await sleep(before)
      tg.cancel()
    } else if (choice < 0.7) {
      tg.createTask(inner => child(inner, tg, next, 0, log))
      await sleep(before)
    } else if (depth > 0) await grow(next, depth - 1, log)
    else await sleep(1000)
  } catch (error) {
    if (error instanceof CancelledError) {
      const seen = log.deliveries.get(error) ?? new Map<Task<unknown>, number>()
      seen.set(task, (seen.get(task) ?? 0) + 1)
      log.deliveries.set(error, seen)
      // Cleanup may await: the cancel is delivered once.
      await sleep(cleanup)
      if (isBad) fail(log)
    }
    throw error
  } finally {
    count(-1)
  }
}

function leaves(error: unknown): unknown[] {
  return error instanceof TaskGroupError ? error.errors.flatMap(leaves) : [error]
}

describe('random trees of groups, failures and cancels', () => {
  it.each(Array.from({ length: 12 }, (_, block) => block * 25))('seeds %i and the 24 behind it', async first => {
    await Promise.all(
      Array.from({ length: 25 }, async (_, at) => {
        const seed = first + at
        const next = random(seed)
        const log: Log = { thrown: new Set(), running: new Map(), deliveries: new Map(), outlived: 0 }
        const root = createTask(() => grow(next, 3, log))
        const cancelAt = next() < 0.4 ? next() * 12 : undefined
        if (cancelAt !== undefined) setTimeout(() => root.cancel('from outside'), cancelAt)
        let error: unknown
        try {
          await root
        } catch (caught) {
          error = caught
        }
        const context = `seed ${seed}`
        expect(log.outlived, `${context}: nothing outlives its group`).toBe(0)
        const reported = leaves(error).filter(leaf => leaf instanceof Planned)
        expect(reported.length, `${context}: no error twice`).toBe(new Set(reported).size)
        expect(new Set(reported), `${context}: every error is reported`).toEqual(log.thrown)
        for (const seen of log.deliveries.values()) for (const times of seen.values()) expect(times, `${context}: each cancel once`).toBe(1)
      }),
    )
    expect(allTasks().size).toBe(0)
  })
})

/** A program of waits in waits, none of which catches anything: a cancel has to end all of it at once. */
async function waits(next: () => number, depth: number, signal: AbortSignal): Promise<unknown> {
  const below = (): Promise<unknown> => waits(next, depth - 1, signal)
  const some = Array.from({ length: 1 + Math.floor(next() * 3) }, () => below)
  const [ms, isHeard] = [1 + next() * 30, next() < 0.3]
  const options = { ...(isHeard && { signal }), ...(next() < 0.3 && { limit: 2 }) }
  await sleep(next() * 3)
  switch (depth && Math.floor(next() * 8)) {
    case 1:
      return taskGroup(tg => some.forEach(fn => tg.createTask(fn)), { ...options, onError: next() < 0.3 ? 'continue' : 'cancel' })
    case 2:
      // Without this the others go on after an error, as they should.
      return gather(some, { ...options, returnExceptions: true })
    case 3:
      return race(some, options)
    case 4:
      return any(some, options)
    case 5:
      return timeout(ms, below)
    case 6:
      return waitFor(below, ms, options)
    case 7:
      if (next() < 0.3) throw new Planned()
      return taskGroup(tg => tg.start(async task => {
        await below()
        task.started()
        await below()
      }), options)
    default:
      return next() < 0.5 ? sleep(ms, undefined, options) : abortable(deaf(ms), options)
  }
}

/** A promise that never rejects, and leaves no timer behind when its task is cancelled. */
function deaf(ms: number): Promise<unknown> {
  return sleep(ms).catch(() => {})
}

describe('random waits in waits', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it.each(Array.from({ length: 10 }, (_, block) => block * 100))('seeds %i and the 99 behind it: a cancel at any time ends all of it at once, and nothing is left', async first => {
    for (let seed = first; seed < first + 100; seed++) {
      const next = random(seed)
      const controller = new AbortController()
      const cancelAt = next() * 80
      const task = createTask(() => waits(next, 4, controller.signal), { name: `seed ${seed}` })
      task.catch(() => {})
      await vi.advanceTimersByTimeAsync(cancelAt)
      const isPending = task.cancel('from outside')
      await vi.advanceTimersByTimeAsync(0)
      expect(task.done(), `${task.name} has settled`).toBe(true)
      const error = task.cancelled() || task.exception()
      if (isPending) expect(error === true || leaves(error).some(leaf => leaf instanceof Planned || leaf instanceof TimeoutError), `${task.name} was cancelled, or reports what failed before`).toBe(true)
      expect([...allTasks()].map(left => left.name), `${task.name} leaves no task`).toEqual([])
      expect(vi.getTimerCount(), `${task.name} leaves no timer`).toBe(0)
      expect(getEventListeners(controller.signal, 'abort'), `${task.name} leaves no listener`).toEqual([])
    }
  })
})
