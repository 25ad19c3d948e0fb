import { summaryOf } from '../../analysis/effects/summary.js'
import { judgedCall } from '../../analysis/effects/calls.js'
import { joined, type Summary } from '../../analysis/effects/effect.js'
import type { SourceUnit } from '../../analysis/unit.js'
import { walk, type FunctionNode } from '../../analysis/walk.js'

/** The verdict in a word or two, as the programs' comments say it. */
function verdict(summary: Summary): string {
  const { unknown, barrier, connections, writes, reads, certainty } = summary.calls.map(judgedCall).reduce(joined, summary)
  if (unknown) return 'unknown'
  if (barrier) return 'orders'
  if (writes.length > 0) return 'writes'
  if (connections.length > 0) return 'connection'
  return `${certainty === 'likely' ? 'likely ' : ''}${reads.length > 0 ? 'reads' : 'pure'}`
}

/** The functions that are declared on lines with a comment, by their names: what the comment says, and what the analysis says. */
export function verdicts(unit: SourceUnit): { expected: Record<string, string>; found: Record<string, string> } {
  const expected: Record<string, string> = {}
  const found: Record<string, string> = {}
  const lines = unit.text.split('\n')
  walk(unit.ast, node => {
    if (node.type !== 'FunctionDeclaration' || !node.id) return
    const mark = /\/\/ ([a-z ]+)$/.exec(lines[node.loc.end.line - 1] ?? '')?.[1]
    if (mark === undefined) return
    expected[node.id.name] = mark
    found[node.id.name] = verdict(summaryOf(unit, node as FunctionNode))
  })
  return { expected, found }
}
