import { compareWithBaseline, writeBaseline } from './baseline.js'
import { byPlace, type Finding } from './findings.js'
import { github } from './formats/github.js'
import { html } from './formats/html.js'
import { json } from './formats/json.js'
import type { Format } from './formats/report.js'
import { sarif } from './formats/sarif.js'
import { stylish } from './formats/stylish.js'
import { eachResult, sayProblems, type RunOptions } from './run.js'
import { count } from './words.js'

export const formats = { stylish, json, sarif, github, html } satisfies Record<string, Format>

export interface ScanOptions extends RunOptions {
  readonly format: keyof typeof formats
  /** Where known findings stand, which fail nothing. */
  readonly baseline?: string | undefined
  readonly updateBaseline?: boolean | undefined
}

/** Prints every finding below `paths`; returns the exit code. */
export async function scan(paths: readonly string[], { format, baseline, updateBaseline = false, ...options }: ScanOptions): Promise<number> {
  const hasFixes = format === 'json' || format === 'sarif' || format === 'html'
  const all: Finding[] = []
  const hidden: Finding[] = []
  const run = await eachResult(paths, options, 'scan', { hasFixes }, found => {
    all.push(...found.findings)
    hidden.push(...found.hidden)
  })
  // Threads are done in any order.
  all.sort(byPlace)
  hidden.sort(byPlace)
  const failed = new Set(run.failures.map(({ path }) => path))
  const scanned = run.done.filter(file => !failed.has(file))
  if (baseline !== undefined && updateBaseline) writeBaseline(baseline, all, scanned)
  const { fresh, known, gone } = baseline === undefined ? { fresh: all, known: [], gone: 0 } : compareWithBaseline(baseline, all, scanned)
  console.log(formats[format]({ findings: fresh, hidden, known, gone, run }))
  if (baseline !== undefined && updateBaseline) console.error(`Wrote ${count(known.length, 'finding')} to ${baseline}.`)
  sayProblems(run)
  if (run.isStopped) return 130
  return run.failures.length > 0 ? 2 : fresh.length > 0 ? 1 : 0
}
