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
/** Projects are dealt out whole, and few repositories have more large ones than that. */
const most = 8

/** How many threads pay for so many files on this machine; 1 where it is better done in this one. */
export function usualWorkers(files: number): number {
  // A container may have less than its machine; where there is no limit, that is 0 or more than there is.
  const memory = Math.min(freemem(), process.constrainedMemory() || Infinity)
  return Math.max(1, Math.min(most, Math.floor(availableParallelism() / coresPerThread), Math.floor(files / filesPerThread), Math.floor(memory / bytesPerThread)))
}

/** So many threads that do what they are told, each of which `script` runs. */
export function threads<Result>(number: number, order: Order, script = new URL('./thread.js', import.meta.url)): readonly Lane<Result>[] {
  return Array.from({ length: number }, () => thread<Result>(order, script))
}

function thread<Result>(order: Order, script: URL): Lane<Result> {
  let worker: Worker | undefined
  let answer: ((outcome: Outcome<Result>) => void) | undefined
  const start = (): Worker => {
    const started = new Worker(script, { workerData: order })
    // Out of memory, say, and perhaps between two files. The next one gets a new thread.
    const end = (error: unknown): void => {
      if (worker !== started) return
      worker = undefined
      answer?.({ failure: `The thread that read it has ended${error instanceof Error ? `: ${error.message.replace(/\.$/, '')}` : ''}. Run it again with --workers 1.` })
    }
    return started.on('message', (outcome: Outcome<Result>) => answer?.(outcome)).on('error', end).on('messageerror', end).on('exit', end)
  }
  const lane = (path: string): Promise<Outcome<Result>> =>
    new Promise<Outcome<Result>>((resolve, reject) => {
      answer = resolve
      try {
        worker ??= start()
        worker.postMessage(path)
      } catch (error) {
        reject(error as Error)
      }
    }).finally(() => {
      answer = undefined
    })
  return Object.assign(lane, { close: () => void worker?.terminate() })
}
