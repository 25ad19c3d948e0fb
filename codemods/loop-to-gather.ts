import { loopFinder } from '../analysis/dependence/loops.js'
import { defaultSequentialOptions } from '../analysis/dependence/sequential.js'
import { gatherLoop } from '../rewrite/gather-loop.js'
import { toTransform } from './adapter.js'
import { doubtful, type CodemodDefinition } from './codemod.js'

export const loopToGather: CodemodDefinition = {
  name: 'loop-to-gather',
  rule: 'no-sequential-awaits',
  description: 'Start the rounds of a loop together, a few at a time, where each only reads something for its own element.',
  isRepeated: true,
  rewrites: (unit, { target, find, likely = false, limit }) =>
    find(loopFinder, defaultSequentialOptions).map(fact => ({
      nodes: [fact.node],
      rewrite: fact.certainty === 'likely' && !likely ? doubtful(fact) : gatherLoop(unit, fact, target, limit),
    })),
}

export default toTransform(loopToGather)
