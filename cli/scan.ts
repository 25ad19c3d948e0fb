import { compareWithBaseline, writeBaseline } from './baseline.js'
import { findingsIn, type Finding } from './findings.js'
import { github } from './formats/github.js'
import { html } from './formats/html.js'
import { json } from './formats/json.js'
import type { Format } from './formats/report.js'
import { sarif } from './formats/sarif.js'
import { stylish } from './formats/stylish.js'
import { count, eachFile, sayProblems, type RunOptions } from './run.js'

export const formats = { stylish, json, sarif, github, html } satisfies Record<string, Format>

export interface ScanOptions extends RunOptions {
  readonly format: keyof typeof formats
  /** Where known findings stand, which fail nothing. */
  readonly baseline?: string | undefined
  readonly updateBaseline?: boolean | undefined
}

/** Prints every finding below `paths`; returns the exit code. */
export async function scan(paths: readonly string[], { format, types, shard, baseline, updateBaseline = false }: ScanOptions): Promise<number> {
  const hasFixes = format === 'json' || format === 'sarif' || format === 'html'
  const all: Finding[] = []
  const hidden: Finding[] = []
  const run = await eachFile(paths, { types, shard }, file => {
    const found = findingsIn(file, { hasFixes })
    all.push(...found.findings)
    hidden.push(...found.hidden)
  })
  const scanned = run.files.slice(0, run.stoppedAfter).filter(file => !run.failures.some(failure => failure.path === file))
  if (baseline !== undefined && updateBaseline) writeBaseline(baseline, all, scanned)
  const { fresh, known, gone } = baseline === undefined ? { fresh: all, known: [], gone: 0 } : compareWithBaseline(baseline, all, scanned)
  console.log(formats[format]({ findings: fresh, hidden, known, gone, run }))
  if (baseline !== undefined && updateBaseline) console.error(`Wrote ${count(known.length, 'finding')} to ${baseline}.`)
  sayProblems(run)
  if (run.stoppedAfter !== undefined) return 130
  return run.failures.length > 0 ? 2 : fresh.length > 0 ? 1 : 0
}
