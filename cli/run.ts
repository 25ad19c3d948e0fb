import path from 'node:path'
import pc from 'picocolors'
import { findFiles, readSource } from '../host/files.js'
import { FileProblem, loadUnit, type LoadedUnit } from '../host/units.js'

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
}

/** Opens every source file below `paths` and hands it to `visit`; a file that fails is noted, and the rest go on. */
export function eachFile(paths: readonly string[], options: { types: boolean }, visit: (file: OpenFile) => void): Run {
  const run: Run = { files: findFiles(paths.length > 0 ? paths : ['.']), failures: [], untyped: new Map() }
  for (const path of run.files) {
    try {
      const { text, bom } = readSource(path)
      const loaded = loadUnit(path, text, options)
      if (loaded.untyped !== undefined) run.untyped.set(loaded.untyped, [...(run.untyped.get(loaded.untyped) ?? []), path])
      visit({ path, bom, ...loaded })
    } catch (error) {
      const reason = error instanceof FileProblem ? error.message : `This is a mistake in structured-async, please report it: ${error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' ') : String(error)}`
      run.failures.push({ path, reason })
    }
  }
  return run
}

/** Says on stderr which files failed and which were read without types, since that is no part of a report. */
export function sayProblems({ failures, untyped }: Run): void {
  for (const [reason, files] of untyped) {
    const which = files.length === 1 ? relative(files[0] as string) : `${files.length} files`
    console.error(pc.yellow(`Without type information: ${which} (${reason}). Only what the syntax proves is found there.`))
  }
  for (const { path, reason } of failures) console.error(pc.red(`Failed: ${relative(path)}. ${reason}`))
}

export function relative(file: string): string {
  return path.relative(process.cwd(), file) || file
}

export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}
