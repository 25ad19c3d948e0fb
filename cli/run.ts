import { setImmediate } from 'node:timers/promises'
import pc from 'picocolors'
import { findFiles } from '../host/files.js'
import { doJob, type JobName, type JobOptions, type JobResult } from './jobs.js'
import { dealOut } from './lanes/deal.js'
import { outcomeOf, reasonOf, type Lane, type OpenFile, type Outcome } from './lanes/lane.js'
import { threads, usualWorkers } from './lanes/threads.js'
import { startProgress } from './progress.js'
import { partOf, type Shard } from './shard.js'
import { count, relative } from './words.js'

/** What became of a run over many files, beside its results. */
export interface Run {
  readonly files: readonly string[]
  /** The files that were looked at, failed or not, in the order in which that ended. */
  readonly done: string[]
  /** Files that could not be read, parsed or written, with the reason; the others went on. */
  readonly failures: Failure[]
  /** Files that were read without type information, by the reason why. */
  readonly untyped: Map<string, string[]>
  /** Whether somebody stopped it before all files were done. */
  isStopped: boolean
}

export interface Failure {
  readonly path: string
  readonly reason: string
}

export interface RunOptions {
  readonly types: boolean
  readonly shard?: Shard | undefined
  /** How many threads read files; as many as pay here, if nothing is said. */
  readonly workers?: number | undefined
  /** Whether somebody is asked in between, so that there is no place for a bar. */
  readonly isInteractive?: boolean
}

/**
 * Opens every source file below `paths` and hands it to `visit`; a file that fails is noted, and the rest go on. Ctrl-C ends the run behind
 * the files that are being read, a second one at once; so does a `visit` that gives 'stop'.
 */
export function eachFile(paths: readonly string[], options: RunOptions, visit: (file: OpenFile) => Visited | Promise<Visited>): Promise<Run> {
  return overFiles(paths, options, () => [path => outcomeOf(path, options, visit)], outcome => outcome)
}

/**
 * Has a job done on every source file below `paths`, in threads where that pays, and hands what it gives to `take`, in the order in which
 * files are done; for the rest as {@link eachFile}.
 */
export function eachResult<Name extends JobName>(paths: readonly string[], options: RunOptions, job: Name, jobOptions: JobOptions<Name>, take: (result: JobResult<Name>) => Visited): Promise<Run> {
  const open = (files: readonly string[]): readonly Lane<JobResult<Name>>[] => {
    const number = options.workers ?? usualWorkers(files.length)
    return number > 1 ? threads(number, { job, jobOptions, types: options.types }) : [path => outcomeOf(path, options, file => doJob(job, file, jobOptions))]
  }
  return overFiles(paths, options, open, take)
}

type Visited = void | 'stop'

async function overFiles<Result>(paths: readonly string[], { shard, isInteractive = false }: RunOptions, open: (files: readonly string[]) => readonly Lane<Result>[], take: (result: Result) => Visited): Promise<Run> {
  const found = findFiles(paths.length > 0 ? paths : ['.'])
  const run: Run = { files: shard ? partOf(found, shard) : found, done: [], failures: [], untyped: new Map(), isStopped: false }
  const lanes = open(run.files)
  const deal = dealOut(run.files, lanes.length)
  const progress = isInteractive ? undefined : startProgress(run.files.length)
  let isStopping = false
  const stop = (): void => {
    if (isStopping) process.exit(130)
    isStopping = true
  }
  process.on('SIGINT', stop)
  try {
    await Promise.all(
      lanes.map(async (lane, at) => {
        for (;;) {
          // Signals arrive between two turns of the event loop.
          await setImmediate()
          const path = isStopping ? undefined : deal(at)
          if (path === undefined) break
          if (note(run, path, await lane(path), take) === 'stop') isStopping = true
          progress?.step()
        }
      }),
    )
  } finally {
    // Where one lane ends in an error, the others read no more.
    isStopping = true
    process.off('SIGINT', stop)
    progress?.stop()
    for (const lane of lanes) lane.close?.()
  }
  run.isStopped = run.done.length < run.files.length
  // Threads are done in any order.
  run.failures.sort((one, other) => (one.path < other.path ? -1 : 1))
  for (const untyped of run.untyped.values()) untyped.sort()
  return run
}

function note<Result>(run: Run, path: string, { untyped, failure, result }: Outcome<Result>, take: (result: Result) => Visited): Visited {
  run.done.push(path)
  if (untyped !== undefined) run.untyped.set(untyped, [...(run.untyped.get(untyped) ?? []), path])
  if (failure !== undefined) run.failures.push({ path, reason: failure })
  if (result === undefined) return undefined
  try {
    return take(result)
  } catch (error) {
    run.failures.push({ path, reason: reasonOf(error) })
    return undefined
  }
}

/** Says on stderr which files failed and which were read without types, since that is no part of a report. */
export function sayProblems({ files, done, failures, untyped, isStopped }: Run): void {
  for (const [reason, files] of untyped) {
    const which = files.length === 1 ? relative(files[0] as string) : `${files.length} files`
    console.error(pc.yellow(`Without type information: ${which} (${reason}). Only what the syntax proves is found there.`))
  }
  for (const { path, reason } of failures) console.error(pc.red(`Failed: ${relative(path)}. ${reason}`))
  if (isStopped) console.error(pc.yellow(`Stopped after ${done.length} of ${count(files.length, 'file')}. What was done so far is whole; nothing was done to the others.`))
}
