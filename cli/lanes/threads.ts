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
  let isClosed = false
  let asked: { readonly of: Worker; readonly path: string; readonly answer: (outcome: Outcome<Result>) => void } | undefined
  const start = (): Worker => {
    const started = new Worker(script, { workerData: order })
    let reason = ''
    let hasAnswered = false
    // Out of memory, say, and perhaps between two files. The next one gets a new thread.
    const leave = (error?: unknown): void => {
      if (worker === started) worker = undefined
      if (error instanceof Error) reason = `: ${error.message.replace(/\.$/, '')}`
    }
    return started
      .on('message', (outcome: Outcome<Result>) => {
        hasAnswered = true
        if (asked?.of === started) asked.answer(outcome)
      })
      .on('error', leave)
      .on('messageerror', error => {
        leave(error)
        void started.terminate()
      })
      // An error may overtake an answer that was sent before it; the end of the thread overtakes none.
      .on('exit', () => {
        leave()
        if (asked?.of !== started) return
        // It may have ended when it was asked, or have no memory left for what it read before.
        if (hasAnswered && !isClosed) ask(asked.path, asked.answer)
        else asked.answer({ failure: `The thread that read it has ended${reason}. Run it again with --workers 1.` })
      })
  }
  const ask = (path: string, answer: (outcome: Outcome<Result>) => void): void => {
    worker ??= start()
    asked = { of: worker, path, answer }
    worker.postMessage(path)
  }
  const lane = (path: string): Promise<Outcome<Result>> =>
    new Promise<Outcome<Result>>((resolve, reject) => {
      try {
        ask(path, resolve)
      } catch (error) {
        reject(error as Error)
      }
    }).finally(() => {
      asked = undefined
    })
  const close = (): void => {
    isClosed = true
    void worker?.terminate()
  }
  return Object.assign(lane, { close })
}
