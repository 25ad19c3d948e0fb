// One case in one process: `runtime-case.mjs <library> <time|bytes|held> <count>` prints nanoseconds, or bytes, per task.
import { performance } from 'node:perf_hooks'

const [library, measure, countText] = process.argv.slice(2)
const count = Number(countText)
const trivial = async () => 1
const resolvers = []
/** Pending for ever. With `held`, something outside keeps its resolver, as a socket or a timer does, and with it all that waits. */
const pending = () => new Promise(resolve => void (measure === 'held' && resolvers.push(resolve)))

const cases = {
  'Promise.all': async () => ({ all: n => Promise.all(Array.from({ length: n }, trivial)), hold: n => Array.from({ length: n }, pending) }),
  // The least that a handle of one's own can cost: a promise beside that of the function.
  'Promise.all, each with then': async () => ({
    all: n => Promise.all(Array.from({ length: n }, () => trivial().then(value => value))),
    hold: n => Array.from({ length: n }, () => pending().then(value => value)),
  }),
  createTask: async () => {
    const { createTask } = await import('structured-async')
    return { all: n => Promise.all(Array.from({ length: n }, () => createTask(trivial))), hold: n => Array.from({ length: n }, () => createTask(pending)) }
  },
  gather: async () => {
    const { gather } = await import('structured-async')
    return { all: n => gather(Array.from({ length: n }, () => trivial)), hold: n => gather(Array.from({ length: n }, () => pending)) }
  },
  taskGroup: async () => {
    const { taskGroup, TaskGroup } = await import('structured-async')
    return {
      all: n => taskGroup(tg => {
        for (let at = 0; at < n; at++) tg.createTask(trivial)
      }),
      hold: n => {
        const tg = new TaskGroup()
        for (let at = 0; at < n; at++) tg.createTask(pending)
        return tg
      },
    }
  },
  'p-map': async () => {
    const { default: pMap } = await import('p-map')
    return { all: n => pMap(Array.from({ length: n }), trivial), hold: n => pMap(Array.from({ length: n }), pending) }
  },
  'abort-controller-x': async () => {
    const { all } = await import('abort-controller-x')
    return { all: n => all(new AbortController().signal, () => Array.from({ length: n }, trivial)), hold: n => all(new AbortController().signal, () => Array.from({ length: n }, pending)) }
  },
  effection: async () => {
    const { run, spawn, until, suspend } = await import('effection')
    return {
      all: n => run(function* () {
        const tasks = []
        for (let at = 0; at < n; at++) tasks.push(yield* spawn(() => until(trivial())))
        for (const task of tasks) yield* task
      }),
      hold: n => run(function* () {
        for (let at = 0; at < n; at++) yield* spawn(() => until(pending()))
        yield* suspend()
      }),
    }
  },
  'effect fork': async () => {
    const { Effect, Fiber } = await import('effect')
    const many = (n, one) => Effect.runPromise(Effect.gen(function* () {
      const fibers = []
      for (let at = 0; at < n; at++) fibers.push(yield* Effect.forkChild(Effect.promise(one)))
      yield* Fiber.joinAll(fibers)
    }))
    return { all: n => many(n, trivial), hold: n => many(n, pending) }
  },
  'effect all': async () => {
    const { Effect } = await import('effect')
    const many = (n, one) => Effect.runPromise(Effect.all(Array.from({ length: n }, () => Effect.promise(one)), { concurrency: 'unbounded' }))
    return { all: n => many(n, trivial), hold: n => many(n, pending) }
  },
}

const { all, hold } = await cases[library]()
if (measure === 'time') {
  for (let at = 0; at < 5; at++) await all(Math.min(count, 1e4))
  const times = []
  // Two seconds of runs, so that a collection or a late compilation hits few of them.
  const enough = performance.now() + 2000
  while (times.length < 3 || performance.now() < enough) {
    const started = performance.now()
    await all(count)
    times.push(((performance.now() - started) * 1e6) / count)
  }
  console.log(times.sort((a, b) => a - b)[Math.floor(times.length / 2)])
} else {
  await all(100)
  const kept = [hold(100)]
  await new Promise(resolve => setTimeout(resolve, 50))
  globalThis.gc()
  const before = process.memoryUsage().heapUsed
  kept.push(hold(count))
  await new Promise(resolve => setTimeout(resolve, 300))
  globalThis.gc()
  console.log((process.memoryUsage().heapUsed - before) / count)
  // Keeps what was measured alive until it is.
  if (kept.length !== 2 || (measure === 'held' && resolvers.length < count)) throw new Error('unreachable')
}
process.exit(0)
