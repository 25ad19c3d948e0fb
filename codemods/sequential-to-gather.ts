import { defaultSequentialOptions, sequentialFinder } from '../analysis/dependence/sequential.js'
import type { SequentialAwaits } from '../analysis/facts.js'
import { gatherSteps } from '../rewrite/gather-steps.js'
import { toTransform } from './adapter.js'
import { doubtful, type CodemodDefinition, type PlannedRewrite } from './codemod.js'

export const sequentialToGather: CodemodDefinition = {
  name: 'sequential-to-gather',
  rule: 'no-sequential-awaits',
  description: 'Start awaits together that do not depend on each other.',
  isRepeated: true,
  rewrites(unit, { target, find, likely = false }) {
    const facts = find(sequentialFinder, { ...defaultSequentialOptions, checkLikely: likely })
    const names = new Set<string>()
    const planned = [...byGroup(facts)].map(([, ofGroup]): PlannedRewrite => ({ nodes: ofGroup.map(({ node }) => node), rewrite: gatherSteps(unit, ofGroup[0] as SequentialAwaits, target, names) }))
    if (likely) return planned
    const taken = new Set(facts.flatMap(({ group }) => group))
    const others = find(sequentialFinder, defaultSequentialOptions).filter(({ node }) => !taken.has(node))
    return [...planned, ...others.map((fact): PlannedRewrite => ({ nodes: [fact.node], rewrite: doubtful(fact) }))]
  },
}

function byGroup(facts: readonly SequentialAwaits[]): Map<SequentialAwaits['group'], SequentialAwaits[]> {
  const groups = new Map<SequentialAwaits['group'], SequentialAwaits[]>()
  for (const fact of facts) groups.set(fact.group, [...(groups.get(fact.group) ?? []), fact])
  return groups
}

export default toTransform(sequentialToGather)
