import type { TSESTree } from '@typescript-eslint/types'
import { short } from '../analysis/effects/summary.js'
import type { Fact } from '../analysis/facts.js'
import type { SourceUnit } from '../analysis/unit.js'
import { codeAround, walkOwn } from '../analysis/walk.js'

/** The awaits around a finding, as they run now and as they would after the rewrite; each takes one unit of time. */
export interface Timeline {
  readonly steps: readonly TimelineStep[]
}

export interface TimelineStep {
  readonly name: string
  readonly line: number
  /** When it starts, in units from the first. */
  readonly now: number
  readonly after: number
}

/** How many rounds of a loop are drawn, and run at once. */
const rounds = 4

/** What a finding about awaits gains; undefined for all others. */
export function timelineOf(unit: SourceUnit, fact: Fact): Timeline | undefined {
  if (fact.kind === 'sequential-loop') return { steps: Array.from({ length: rounds }, (_, at) => ({ name: `round ${at + 1}`, line: fact.node.loc.start.line, now: at, after: 0 })) }
  // A group of three is two findings, and one picture.
  return fact.kind === 'sequential-awaits' && fact.node === fact.group[1] ? ofGroup(unit, fact.group) : undefined
}

function ofGroup(unit: SourceUnit, group: readonly TSESTree.AwaitExpression[]): Timeline | undefined {
  const [first, last] = [group[0], group.at(-1)]
  const code = first && codeAround(first)
  if (!first || !last || !code) return undefined
  const awaits: TSESTree.AwaitExpression[] = []
  walkOwn('body' in code && !Array.isArray(code.body) ? code.body : code, node => {
    if (node.type === 'AwaitExpression') awaits.push(node)
  })
  awaits.sort((a, b) => a.range[0] - b.range[0])
  // One on each side shows what stays where it is.
  const shown = awaits.slice(Math.max(0, awaits.indexOf(first) - 1), awaits.indexOf(last) + 2)
  let ends = 0
  let together: number | undefined
  const steps = shown.map((node, now): TimelineStep => {
    const isMoved = group.includes(node)
    if (isMoved) together ??= ends
    const after = isMoved && together !== undefined ? together : ends
    ends = Math.max(ends, after + 1)
    return { name: short(unit, node.argument), line: node.loc.start.line, now, after }
  })
  return { steps }
}
