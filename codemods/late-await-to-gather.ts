import type { LateAwait } from '../analysis/facts.js'
import { defaultLateOptions, lateFinder } from '../analysis/promises/late.js'
import { attachHandler } from '../rewrite/attach-handler.js'
import { joinAwaits, runOfAwaits, type AwaitRun } from '../rewrite/join-awaits.js'
import { toTransform } from './adapter.js'
import type { CodemodDefinition, PlannedRewrite } from './codemod.js'

export const lateAwaitToGather: CodemodDefinition = {
  name: 'late-await-to-gather',
  rule: 'no-late-await',
  description: 'Wait together for promises that are awaited one after another, or give a promise that is awaited late a handler.',
  rewrites(unit, { target, find }) {
    const joined: { run: AwaitRun; facts: LateAwait[] }[] = []
    const others: PlannedRewrite[] = []
    for (const fact of find(lateFinder, defaultLateOptions)) {
      const run = runOfAwaits(unit, fact)
      if (!run) {
        others.push({ nodes: [fact.node], rewrite: attachHandler(unit, fact) })
        continue
      }
      // Of `await a; await b; await c` there is a run from a to b and one from a to c: the longest serves all.
      const same = joined.find(other => other.run.statements[0]?.node === run.statements[0]?.node)
      if (!same) joined.push({ run, facts: [fact] })
      else {
        same.facts.push(fact)
        if (run.statements.length > same.run.statements.length) same.run = run
      }
    }
    return [...joined.map(({ run, facts }): PlannedRewrite => ({ nodes: facts.map(({ node }) => node), rewrite: joinAwaits(unit, run, target) })), ...others]
  },
}

export default toTransform(lateAwaitToGather)
