import pc from 'picocolors'
import { rules } from '../rules/all.js'
import { factsOf, messageText } from '../rules/rule.js'
import { count, eachFile, relative, sayProblems, type OpenFile, type Run } from './run.js'

/** One finding, as `--format json` prints it. Lines and columns count from 1. */
export interface Finding {
  readonly path: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly rule: string
  readonly certainty: 'proven' | 'likely'
  readonly message: string
  readonly because: readonly string[]
}

/** Prints every finding below `paths`; returns the exit code. */
export function scan(paths: readonly string[], { format, types }: { format: 'stylish' | 'json'; types: boolean }): number {
  const findings: Finding[] = []
  const run = eachFile(paths, { types }, file => findings.push(...findingsIn(file)))
  if (format === 'json') printJson(findings, run)
  else printStylish(findings, run)
  sayProblems(run)
  return run.failures.length > 0 ? 2 : findings.length > 0 ? 1 : 0
}

function findingsIn({ path, unit }: OpenFile): Finding[] {
  return rules.flatMap(rule =>
    factsOf(rule, unit, rule.defaultOptions).map(fact => {
      const report = rule.report(fact, unit, rule.defaultOptions)
      const { start, end } = report.node.loc
      return {
        path: relative(path),
        line: start.line,
        column: start.column + 1,
        endLine: end.line,
        endColumn: end.column + 1,
        rule: rule.name,
        certainty: fact.certainty,
        message: messageText(rule, report),
        because: fact.because.map(reason => reason.text),
      }
    }),
  )
}

function printJson(findings: readonly Finding[], { files, failures, untyped }: Run): void {
  const report = {
    files: files.length,
    findings,
    failures: failures.map(({ path, reason }) => ({ path: relative(path), reason })),
    untyped: [...untyped].map(([reason, paths]) => ({ reason, paths: paths.map(relative) })),
    summary: Object.fromEntries(byRule(findings)),
  }
  console.log(JSON.stringify(report, null, 2))
}

function printStylish(findings: readonly Finding[], { files }: Run): void {
  for (const [path, inFile] of groupByPath(findings)) {
    console.log(pc.underline(path))
    const width = Math.max(...inFile.map(({ line, column }) => `${line}:${column}`.length))
    for (const { line, column, message, rule } of inFile) {
      console.log(`  ${pc.dim(`${line}:${column}`.padEnd(width))}  ${message}  ${pc.dim(rule)}`)
    }
    console.log()
  }
  console.log(findings.length === 0 ? pc.green(`No findings in ${count(files.length, 'file')}.`) : pc.bold(`${count(findings.length, 'finding')} in ${count(new Set(findings.map(({ path }) => path)).size, 'file')} of ${files.length}:`))
  for (const [rule, number] of byRule(findings)) console.log(`  ${String(number).padStart(5)}  ${rule}`)
}

function byRule(findings: readonly Finding[]): [rule: string, number: number][] {
  return rules.map(({ name }): [string, number] => [name, findings.filter(({ rule }) => rule === name).length]).filter(([, number]) => number > 0)
}

function groupByPath(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) groups.set(finding.path, [...(groups.get(finding.path) ?? []), finding])
  return groups
}
