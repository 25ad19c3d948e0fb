import { createHash } from 'node:crypto'
import type { SourceUnit } from '../analysis/unit.js'
import { hiding } from '../host/directives.js'
import { rules } from '../rules/all.js'
import { editsOf, factsOf, messageText, type Report, type RuleDefinition } from '../rules/rule.js'
import type { OpenFile } from './lanes/lane.js'
import { relative } from './words.js'
import { timelineOf, type Timeline } from './timeline.js'

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
  /** The same for the same rule on the same line of code, wherever in its file that stands. */
  readonly fingerprint: string
  /** What could be done about it, the safest first; each stands for itself. */
  readonly fixes: readonly Fix[]
  /** What awaits gain that are started together. */
  readonly timeline?: Timeline | undefined
}

export interface Fix {
  readonly description: string
  readonly edits: readonly Replacement[]
}

/** Text in place of what stands between two positions, which count from 1. */
export interface Replacement {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly text: string
}

/**
 * Everything that the rules find in a file, and apart from it what a comment there hides.
 *
 * @param options.hasFixes whether somebody looks at what could be done; most of the time nobody does
 */
export function findingsIn({ path, unit }: OpenFile, { hasFixes }: { readonly hasFixes: boolean }): { readonly findings: readonly Finding[]; readonly hidden: readonly Finding[] } {
  const hides = hiding(unit)
  const findings: Finding[] = []
  const hidden: Finding[] = []
  const seen = new Map<string, number>()
  for (const rule of rules) {
    for (const fact of factsOf(rule, unit, rule.defaultOptions)) {
      const report = rule.report(fact, unit, rule.defaultOptions)
      const { start, end } = report.node.loc
      const finding: Finding = {
        path: relative(path),
        line: start.line,
        column: start.column + 1,
        endLine: end.line,
        endColumn: end.column + 1,
        rule: rule.name,
        certainty: fact.certainty,
        message: messageText(rule, report),
        because: fact.because.map(reason => reason.text),
        fingerprint: numbered(fingerprint(unit, rule.name, report), seen),
        fixes: hasFixes ? fixesOf(unit, rule, report) : [],
        timeline: timelineOf(unit, fact),
      }
      if (hides(rule.name, report.node)) hidden.push(finding)
      else findings.push(finding)
    }
  }
  return { findings, hidden }
}

/** Orders findings as somebody reads them: by file, then from top to bottom. */
export function byPlace(one: Finding, other: Finding): number {
  return one.path === other.path ? one.line - other.line || one.column - other.column : one.path < other.path ? -1 : 1
}

/** Of what is said, and of the line of code that it is said of, without its indentation. */
function fingerprint({ text }: SourceUnit, rule: string, { message, node }: Report): string {
  const [start] = node.range
  const end = text.indexOf('\n', start)
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, end < 0 ? text.length : end).trim()
  return createHash('sha256').update(`${rule}\n${message}\n${line}`).digest('hex').slice(0, 16)
}

/** `3f2a…`, and for the second of its kind `3f2a…:2`. */
function numbered(print: string, seen: Map<string, number>): string {
  const number = (seen.get(print) ?? 0) + 1
  seen.set(print, number)
  return number === 1 ? print : `${print}:${number}`
}

function fixesOf(unit: SourceUnit, { messages }: Pick<RuleDefinition, 'messages'>, { suggestions }: Report): Fix[] {
  return suggestions.flatMap(suggestion => {
    const edits = editsOf(unit, suggestion)
    return edits ? [{ description: messages[suggestion.message] ?? suggestion.message, edits: edits.map(edit => replacement(unit.text, edit)) }] : []
  })
}

function replacement(code: string, { range: [start, end], text }: { readonly range: readonly [number, number]; readonly text: string }): Replacement {
  const [from, to] = [positionOf(code, start), positionOf(code, end)]
  return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column, text }
}

/** Lines end where ESTree has them end. */
function positionOf(code: string, offset: number): { line: number; column: number } {
  const lines = code.slice(0, offset).split(/\r\n|[\n\r\u2028\u2029]/)
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}
