import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import pc from 'picocolors'
import { findFiles, readSource } from '../host/files.js'
import { FileProblem, loadUnit, type LoadedUnit } from '../host/units.js'
import { startProgress } from './progress.js'
import { partOf, type Shard } from './shard.js'

export interface OpenFile extends LoadedUnit {
  readonly path: string
  readonly bom: string
}

export interface Failure {
  readonly path: string
  readonly reason: string
}

/** What became of a run over many files, beside its results. */
export interface Run {
  readonly files: readonly string[]
  /** Files that could not be read, parsed or written, with the reason; the others went on. */
  readonly failures: Failure[]
  /** Files that were read without type information, by the reason why. */
  readonly untyped: Map<string, string[]>
  /** How many files were done when somebody stopped it; undefined where it went through. */
  stoppedAfter: number | undefined
}

export interface RunOptions {
  readonly types: boolean
  readonly shard?: Shard | undefined
  /** Whether somebody is asked in between, so that there is no place for a bar. */
  readonly isInteractive?: boolean
}

/**
 * Opens every source file below `paths` and hands it to `visit`; a file that fails is noted, and the rest go on. Ctrl-C ends the run behind
 * the file that is being read, a second one at once; so does a `visit` that gives 'stop'.
 */
export async function eachFile(paths: readonly string[], { shard, isInteractive = false, ...options }: RunOptions, visit: (file: OpenFile) => void | 'stop' | Promise<void | 'stop'>): Promise<Run> {
  const found = findFiles(paths.length > 0 ? paths : ['.'])
  const run: Run = { files: shard ? partOf(found, shard) : found, failures: [], untyped: new Map(), stoppedAfter: undefined }
  const progress = isInteractive ? undefined : startProgress(run.files.length)
  let isStopping = false
  const stop = (): void => {
    if (isStopping) process.exit(130)
    isStopping = true
  }
  process.on('SIGINT', stop)
  try {
    for (const [at, path] of run.files.entries()) {
      // Signals arrive between two turns of the event loop.
      await setImmediate()
      if (isStopping) {
        run.stoppedAfter = at
        break
      }
      // A signal may have come meanwhile.
      if ((await visitOne(run, path, options, visit)) === 'stop') isStopping = true
      progress?.step()
    }
  } finally {
    process.off('SIGINT', stop)
    progress?.stop()
  }
  return run
}

async function visitOne(run: Run, path: string, options: { readonly types: boolean }, visit: (file: OpenFile) => void | 'stop' | Promise<void | 'stop'>): Promise<void | 'stop'> {
  try {
    const { text, bom } = readSource(path)
    const loaded = loadUnit(path, text, options)
    if (loaded.untyped !== undefined) run.untyped.set(loaded.untyped, [...(run.untyped.get(loaded.untyped) ?? []), path])
    return await visit({ path, bom, ...loaded })
  } catch (error) {
    const reason = error instanceof FileProblem ? error.message : `This is a mistake in structured-async, please report it: ${error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' ') : String(error)}`
    run.failures.push({ path, reason })
  }
  return undefined
}

/** Says on stderr which files failed and which were read without types, since that is no part of a report. */
export function sayProblems({ files, failures, untyped, stoppedAfter }: Run): void {
  for (const [reason, files] of untyped) {
    const which = files.length === 1 ? relative(files[0] as string) : `${files.length} files`
    console.error(pc.yellow(`Without type information: ${which} (${reason}). Only what the syntax proves is found there.`))
  }
  for (const { path, reason } of failures) console.error(pc.red(`Failed: ${relative(path)}. ${reason}`))
  if (stoppedAfter !== undefined) console.error(pc.yellow(`Stopped after ${stoppedAfter} of ${count(files.length, 'file')}. What was done so far is whole; nothing was done to the others.`))
}

export function relative(file: string): string {
  return path.relative(process.cwd(), file) || file
}

export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}
