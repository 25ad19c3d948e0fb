import { availableParallelism, freemem } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { JobName } from '../jobs.js'
import type { Lane, Outcome } from './lane.js'

/** What a thread is told when it starts. */
export interface Order {
  readonly job: JobName
  readonly jobOptions: object
  readonly types: boolean
}

/** A thread reads the compiler and builds a program first, which so many files have to make up for. */
const filesPerThread = 150
/** The engine collects and compiles beside each thread: two threads on two cores took no less time than one (bench/RESULTS.md, codemods). */
const coresPerThread = 2
/** What a program of a large application takes. */
const bytesPerThread = 2 ** 31

/** How many threads pay for so many files on this machine; 1 where it is better done in this one. */
export function usualWorkers(files: number): number {
  return Math.max(1, Math.min(Math.floor(availableParallelism() / coresPerThread), Math.floor(files / filesPerThread), Math.floor(freemem() / bytesPerThread)))
}

/** So many threads that do what they are told, each of which `script` runs. */
export function threads<Result>(number: number, order: Order, script = new URL('./thread.js', import.meta.url)): readonly Lane<Result>[] {
  return Array.from({ length: number }, () => thread<Result>(order, script))
}

function thread<Result>(order: Order, script: URL): Lane<Result> {
  let worker: Worker | undefined
  const lane = (path: string): Promise<Outcome<Result>> => {
    worker ??= new Worker(script, { workerData: order })
    const current = worker
    return new Promise(resolve => {
      const done = (outcome: Outcome<Result>): void => {
        current.off('message', done).off('error', end).off('exit', end)
        resolve(outcome)
      }
      // Out of memory, say. The next file gets a new one.
      const end = (error: unknown): void => {
        worker = undefined
        done({ failure: `The thread that read it has ended${error instanceof Error ? `: ${error.message.replace(/\.$/, '')}` : ''}. Run it again with --workers 1.` })
      }
      current.on('message', done).on('error', end).on('exit', end)
      current.postMessage(path)
    })
  }
  return Object.assign(lane, { close: () => void worker?.terminate() })
}
