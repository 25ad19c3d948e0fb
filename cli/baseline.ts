import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { FileProblem } from '../host/units.js'
import type { Finding } from './findings.js'

/** Findings that are known and tolerated: the fingerprints of each rule in each file, by the path from the baseline's own folder. */
interface BaselineFile {
  readonly version: 1
  readonly findings: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

export interface Compared {
  readonly fresh: readonly Finding[]
  readonly known: readonly Finding[]
  /** How many of the baseline, in the files that were scanned, are not found any more. */
  readonly gone: number
}

/**
 * Tells new findings from those of a baseline.
 *
 * @param scanned the files that were read, so that nothing is said about the others
 * @throws {FileProblem} where there is no such file, or it is no baseline
 */
export function compareWithBaseline(file: string, findings: readonly Finding[], scanned: readonly string[]): Compared {
  const { findings: baseline } = readBaseline(file)
  const left = new Map(Object.entries(baseline).map(([name, byRule]) => [name, new Set(Object.entries(byRule).flatMap(([rule, prints]) => prints.map(print => `${rule} ${print}`)))]))
  const [fresh, known]: [Finding[], Finding[]] = [[], []]
  for (const finding of findings) {
    const isKnown = left.get(nameIn(file, finding.path))?.delete(`${finding.rule} ${finding.fingerprint}`) === true
    ;(isKnown ? known : fresh).push(finding)
  }
  const names = new Set(scanned.map(one => nameIn(file, one)))
  return { fresh, known, gone: [...left].reduce((sum, [name, prints]) => sum + (names.has(name) ? prints.size : 0), 0) }
}

/** Writes what was found as the new baseline; what it says about files that were not scanned stays. */
export function writeBaseline(file: string, findings: readonly Finding[], scanned: readonly string[]): void {
  const names = new Set(scanned.map(one => nameIn(file, one)))
  const before = existsSync(file) ? readBaseline(file).findings : {}
  const all: Record<string, Record<string, string[]>> = {}
  for (const [name, byRule] of Object.entries(before)) if (!names.has(name) && existsSync(path.resolve(path.dirname(file), name))) all[name] = Object.fromEntries(Object.entries(byRule).map(([rule, prints]) => [rule, [...prints]]))
  for (const { path: found, rule, fingerprint } of findings) ((all[nameIn(file, found)] ??= {})[rule] ??= []).push(fingerprint)
  const sorted: BaselineFile = { version: 1, findings: Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, byRule]) => [name, Object.fromEntries(Object.entries(byRule).sort(([a], [b]) => (a < b ? -1 : 1)).map(([rule, prints]) => [rule, [...prints].sort()]))])) }
  try {
    writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`)
  } catch (error) {
    throw new FileProblem(`The baseline can't be written: ${(error as Error).message}.`)
  }
}

function readBaseline(file: string): BaselineFile {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new FileProblem(`There is no baseline at ${file}. Write one with --update-baseline.`)
    throw new FileProblem(`The baseline can't be read: ${(error as Error).message}.`)
  }
  const parsed = parse(text)
  if (!isBaseline(parsed)) throw new FileProblem(`${file} is no baseline of this command. Name another file, or write it anew with --update-baseline after removing it.`)
  return parsed
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isBaseline(value: unknown): value is BaselineFile {
  const isRecord = (one: unknown): one is Record<string, unknown> => typeof one === 'object' && one !== null && !Array.isArray(one)
  return isRecord(value) && value.version === 1 && isRecord(value.findings) && Object.values(value.findings).every(byRule => isRecord(byRule) && Object.values(byRule).every(prints => Array.isArray(prints) && prints.every(print => typeof print === 'string')))
}

function nameIn(baseline: string, file: string): string {
  return path.relative(path.dirname(path.resolve(baseline)), path.resolve(file)).split(path.sep).join('/')
}
