import type { Finding } from '../findings.js'
import type { Run } from '../run.js'

/** What a scan has to say. */
export interface ScanReport {
  readonly findings: readonly Finding[]
  /** What `eslint-disable` comments hide. */
  readonly hidden: readonly Finding[]
  /** What the baseline has; none without one. */
  readonly known: readonly Finding[]
  /** How many of the baseline are not found any more. */
  readonly gone: number
  readonly run: Run
}

/** Puts a report into words; what it gives is printed as it is. */
export type Format = (report: ScanReport) => string

export function byRule(findings: readonly Finding[]): [rule: string, number: number][] {
  const numbers = new Map<string, number>()
  for (const { rule } of findings) numbers.set(rule, (numbers.get(rule) ?? 0) + 1)
  return [...numbers].sort(([a], [b]) => (a < b ? -1 : 1))
}
