import pc from 'picocolors'
import type { Finding } from '../findings.js'
import { count } from '../words.js'
import { byRule, type Format, type ScanReport } from './report.js'

/** For people: findings by file, then how many of each rule. */
export const stylish: Format = report => [...[...byPath(report.findings)].flatMap(([path, inFile]) => [pc.underline(path), ...linesOf(inFile), '']), summary(report), ...others(report)].join('\n')

function linesOf(findings: readonly Finding[]): string[] {
  const width = Math.max(...findings.map(({ line, column }) => `${line}:${column}`.length))
  return findings.map(({ line, column, message, rule }) => `  ${pc.dim(`${line}:${column}`.padEnd(width))}  ${message}  ${pc.dim(rule)}`)
}

function summary({ findings, known, run: { files, failures } }: ScanReport): string {
  const kind = known.length > 0 ? 'new finding' : 'finding'
  if (findings.length === 0) return pc.green(`No ${kind}s in ${count(files.length - failures.length, 'file')}.`)
  const head = pc.bold(`${count(findings.length, kind)} in ${count(byPath(findings).size, 'file')} of ${files.length}:`)
  return [head, ...byRule(findings).map(([rule, number]) => `  ${String(number).padStart(5)}  ${rule}`)].join('\n')
}

/** What is not printed, so that nobody takes silence for none. */
function others({ hidden, known, gone }: ScanReport): string[] {
  return [
    ...(hidden.length > 0 ? [pc.dim(`Hidden by eslint-disable comments: ${hidden.length}.`)] : []),
    ...(known.length > 0 ? [pc.dim(`In the baseline: ${known.length}.`)] : []),
    ...(gone > 0 ? [pc.dim(`Of the baseline, not found any more: ${gone}. Run it again with --update-baseline to forget them.`)] : []),
  ]
}

function byPath(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) groups.set(finding.path, [...(groups.get(finding.path) ?? []), finding])
  return groups
}
