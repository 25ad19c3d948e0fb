import { describe, expect, it } from 'vitest'
import type { Summary } from '../../analysis/effects/effect.js'
import { summaryOf } from '../../analysis/effects/summary.js'
import { judgedCall } from '../../analysis/effects/calls.js'
import { joined } from '../../analysis/effects/effect.js'
import type { SourceUnit } from '../../analysis/unit.js'
import { walk, type FunctionNode } from '../../analysis/walk.js'
import { programsIn, readings } from '../programs.js'

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
function verdicts(unit: SourceUnit): { expected: Record<string, string>; found: Record<string, string> } {
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

const programs = programsIn('test/fixtures/programs/effects.ts')

describe('with types', () => {
  it.each(programs)('%s', (_name, program) => {
    const { expected, found } = verdicts(readings['TypeScript with types'](program))
    expect(found).toEqual(expected)
  })
})

describe('the catalogue', () => {
  it.each(programsIn('test/fixtures/programs/catalogue.ts'))('%s', (_name, program) => {
    const { expected, found } = verdicts(readings['TypeScript with types'](program))
    expect(found).toEqual(expected)
  })
})

describe('without types it is never surer', () => {
  const ranks = ['unknown', 'orders', 'writes', 'likely reads', 'likely pure', 'reads', 'pure']
  it.each(programs)('%s', (_name, program) => {
    const { expected, found } = verdicts(readings['TypeScript without types'](program))
    for (const [name, said] of Object.entries(found)) if (said !== expected[name]) expect({ name, said, rank: ranks.indexOf(said) <= 2 }).toEqual({ name, said, rank: true })
  })
})
