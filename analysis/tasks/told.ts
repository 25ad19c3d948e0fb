import type { TSESTree } from '@typescript-eslint/types'
import type { SelfAwait, SelfAwaitKind } from '../facts.js'
import type { SourceUnit } from '../unit.js'
import { asksFor } from './conditions.js'
import { chainOf, functionName, named } from './names.js'
import type { Place } from './places.js'
import type { Wait } from './waits.js'

/** It is told where the one who waits for itself waits: what it calls is right for everybody else. */
export function factOf(unit: SourceUnit, { steps, goal }: Wait, what: SelfAwaitKind, place: Place, by: TSESTree.Node): SelfAwait {
  const [first] = steps
  const elsewhere = steps.findIndex(step => step.unit !== unit)
  const here = elsewhere < 0 ? steps : steps.slice(0, elsewhere)
  // `queue.add(() => this.visit())` only hands on.
  const node = (here.find(step => step.node.type === 'AwaitExpression' || step.node.type === 'ForOfStatement') ?? here[0])?.node ?? by
  return {
    kind: 'self-await',
    node,
    what,
    waiter: first?.fn ? functionName(first.fn) : 'this code',
    goal: named(place),
    chain: chainOf(unit, steps, place, goal),
    tasks: undefined,
    line: undefined,
    certainty: 'proven',
    because: steps.map(step => ({ text: `line ${step.node.loc.start.line} waits`, node: step.node })),
  }
}

/** Whether the wait is certainly come to: only whether there is something to wait for may be asked before. */
export function isPossible(unit: SourceUnit, place: Place, { conditions, steps }: Wait): boolean {
  return conditions.every(condition => asksFor(steps[0]?.unit ?? unit, condition, place))
}
