import type { SourceUnit } from '../unit.js'

/**
 * What of libraries runs a function for as long as a queue, a lock or a server is busy with it, and what waits until it is not:
 * the second inside of the first never ends. Each row with its source.
 */
export interface BusyRow {
  readonly package: string
  /** The class, or the function that makes it; any of the package where there is only one. */
  readonly type?: string
  /** What the wait is for, in the words of {@link Goal}. */
  readonly goal: 'idle' | 'free' | 'closed'
  /** Methods that are given the function: the position of the argument, or every function among them. The call itself is `''`, its making `new`. */
  readonly takes: Readonly<Record<string, number | 'any'>>
  /** Methods whose promise settles when it is no longer busy. What takes a function for a lock waits for the lock, too. */
  readonly waits: readonly string[]
  /** Methods that take a lock for the code behind them, and the ones that give it back. */
  readonly acquires?: readonly string[]
  readonly releases?: readonly string[]
  /** Only one function at a time, so that a second waits for the first: always, or where its making says so. */
  readonly alone?: 'always' | 'first argument is 1' | 'concurrency is 1'
  /** The first argument names one of many locks. */
  readonly isKeyed?: boolean
  /** Whether options of its making, or of the call, may let a wait end by itself. */
  readonly endsByOptions?: boolean
  /** The option of its making with which the wait ends all the same. */
  readonly unless?: string
  readonly source: string
}

const busyRows: readonly BusyRow[] = [
  {
    package: 'p-queue',
    goal: 'idle',
    takes: { add: 0, addAll: 0 },
    waits: ['onIdle', 'onPendingZero'],
    endsByOptions: true,
    unless: 'timeout',
    source: 'https://github.com/sindresorhus/p-queue#onidle: settles when the queue is empty and `queue.pending === 0`; a running task is pending',
  },
  { package: 'p-queue', goal: 'free', takes: { add: 0 }, waits: [], alone: 'concurrency is 1', endsByOptions: true, unless: 'timeout', source: 'https://github.com/sindresorhus/p-queue#concurrency: the number of tasks that run at once' },
  { package: 'p-limit', goal: 'free', takes: { '': 0 }, waits: [], alone: 'first argument is 1', source: 'https://github.com/sindresorhus/p-limit#recursive: "calling a limited function inside of another one can result in a deadlock"' },
  { package: 'bottleneck', goal: 'idle', takes: { schedule: 'any' }, waits: ['stop'], source: 'https://github.com/SGrondin/bottleneck#stop: the promise settles once all jobs have completed' },
  { package: 'fastq', type: 'promise', goal: 'idle', takes: { new: 'any' }, waits: ['drained'], source: 'https://github.com/mcollina/fastq#drained: settles when all tasks in the queue have been processed by the worker' },
  { package: 'bullmq', type: 'Worker', goal: 'closed', takes: { new: 1 }, waits: ['close'], endsByOptions: true, source: 'https://docs.bullmq.io/guide/workers/graceful-shutdown: close() waits for the active jobs to finish' },
  { package: 'fastify', goal: 'closed', takes: { get: 'any', post: 'any', put: 'any', patch: 'any', delete: 'any', head: 'any', options: 'any', all: 'any' }, waits: ['close'], unless: 'forceCloseConnections', source: 'https://fastify.dev/docs/latest/Reference/Server/#close: waits until all in-flight requests are answered' },
  { package: 'async-mutex', type: 'Mutex', goal: 'free', takes: { runExclusive: 0 }, waits: ['waitForUnlock'], acquires: ['acquire'], releases: ['release'], alone: 'always', source: 'https://github.com/DirtyHairy/async-mutex#mutex: not reentrant' },
  { package: 'async-mutex', type: 'Semaphore', goal: 'free', takes: { runExclusive: 0 }, waits: ['waitForUnlock'], acquires: ['acquire'], releases: ['release'], alone: 'first argument is 1', source: 'https://github.com/DirtyHairy/async-mutex#semaphore' },
  { package: 'async-lock', goal: 'free', takes: { acquire: 1 }, waits: [], alone: 'always', isKeyed: true, endsByOptions: true, source: 'https://github.com/rogierschouten/async-lock#options: not reentrant unless `domainReentrant` is set' },
  { package: 'async-sema', type: 'Sema', goal: 'free', takes: {}, waits: [], acquires: ['acquire'], releases: ['release'], alone: 'first argument is 1', source: 'https://github.com/vercel/async-sema#readme' },
  { package: 'await-semaphore', type: 'Mutex', goal: 'free', takes: { use: 0 }, waits: [], acquires: ['acquire'], releases: [], alone: 'always', source: 'https://github.com/notenoughneon/await-semaphore#readme' },
  { package: 'es-toolkit', type: 'Mutex', goal: 'free', takes: {}, waits: [], acquires: ['acquire'], releases: ['release'], alone: 'always', source: 'https://es-toolkit.dev/reference/promise/Mutex.html' },
  { package: 'es-toolkit', type: 'Semaphore', goal: 'free', takes: {}, waits: [], acquires: ['acquire'], releases: ['release'], alone: 'first argument is 1', source: 'https://es-toolkit.dev/reference/promise/Semaphore.html' },
]

/** The rows that count for a file, with the names that tell most calls apart. */
export interface BusyCatalogue {
  readonly rows: readonly BusyRow[]
  /** Types whose making is given functions. */
  readonly makers: ReadonlySet<string>
  /** Methods that are given functions, and those that wait. */
  readonly takers: ReadonlySet<string>
  readonly waiters: ReadonlySet<string>
}

const byRows = new WeakMap<readonly BusyRow[], BusyCatalogue>()
const none: readonly BusyRow[] = []

/** The project's own rows first. */
export function catalogueFor({ settings }: SourceUnit): BusyCatalogue {
  const own = settings?.waits ?? none
  let found = byRows.get(own)
  if (!found) byRows.set(own, (found = catalogueOf([...own, ...busyRows])))
  return found
}

function catalogueOf(rows: readonly BusyRow[]): BusyCatalogue {
  const all = [...rows, ownLock]
  return {
    rows,
    makers: new Set(rows.flatMap(({ takes, type }) => ('new' in takes && type !== undefined ? [type] : []))),
    takers: new Set(all.flatMap(({ takes }) => Object.keys(takes))),
    waiters: new Set(all.flatMap(({ waits, acquires = [] }) => [...waits, ...acquires])),
  }
}

/** What a type of the project is taken for that is named like a lock and has its methods. */
export const ownLock: BusyRow = {
  package: '',
  goal: 'free',
  takes: { runExclusive: 'any' },
  waits: [],
  acquires: ['acquire'],
  releases: ['release'],
  alone: 'always',
  source: 'its name, and methods `runExclusive`, or `acquire` and `release`',
}

/** The same, of a semaphore: how many it lets in is what its making says. */
export const ownSemaphore: BusyRow = { ...ownLock, alone: 'first argument is 1' }
