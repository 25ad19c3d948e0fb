import { loopFinder } from '../analysis/dependence/loops.js'
import { defaultSequentialOptions } from '../analysis/dependence/sequential.js'
import { findAll } from '../analysis/find.js'
import { gatherLoop } from '../rewrite/gather-loop.js'
import { toTransform } from './adapter.js'
import { doubtful, type CodemodDefinition } from './codemod.js'

export const loopToGather: CodemodDefinition = {
  name: 'loop-to-gather',
  description: 'Start the rounds of a loop together, a few at a time, where each only reads something for its own element.',
  isRepeated: true,
  rewrites: (unit, { target, likely = false, limit }) =>
    findAll(loopFinder, unit, defaultSequentialOptions).map(fact => ({
      nodes: [fact.node],
      rewrite: fact.certainty === 'likely' && !likely ? doubtful(fact) : gatherLoop(unit, fact, target, limit),
    })),
}

export default toTransform(loopToGather)
