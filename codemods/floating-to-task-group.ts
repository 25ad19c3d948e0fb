import type { FloatingPromise } from '../analysis/facts.js'
import { defaultFloatingOptions, floatingFinder } from '../analysis/promises/floating.js'
import { enclosingFunction, type FunctionNode } from '../analysis/walk.js'
import { whyNotReplaced } from '../rewrite/awaiting.js'
import { awaitTogether } from '../rewrite/await-together.js'
import { needsGroup, ownInTaskGroup } from '../rewrite/own-in-task-group.js'
import { isRefusal } from '../rewrite/edit.js'
import { toTransform } from './adapter.js'
import type { CodemodDefinition, PlannedRewrite } from './codemod.js'

export const floatingToTaskGroup: CodemodDefinition = {
  name: 'floating-to-task-group',
  rule: 'no-floating-promises',
  description: 'Give every floating promise an owner: a task group around the body of its function.',
  rewrites(unit, { target, find }) {
    const facts = find(floatingFinder, defaultFloatingOptions)
    if (target === 'native') return awaitTogether(unit, facts)
    const wrapped: FunctionNode[] = []
    const tested = facts.flatMap((fact): PlannedRewrite[] => {
      const rewrite = whyNotReplaced(fact)
      return rewrite ? [{ nodes: [fact.node], rewrite }] : []
    })
    const owned = byFunction(facts.filter(fact => !whyNotReplaced(fact))).map(([fn, group]): PlannedRewrite => {
      const rewrite = ownInTaskGroup(unit, group, wrapped.filter(outer => fn && contains(outer, fn)))
      if (fn && !isRefusal(rewrite) && needsGroup(unit, fn)) wrapped.push(fn)
      return { nodes: group.map(fact => fact.node), rewrite }
    })
    return [...tested, ...owned]
  },
}

export default toTransform(floatingToTaskGroup)

type Group = [FloatingPromise, ...FloatingPromise[]]

/** The facts of each function, outer functions first. */
function byFunction(facts: readonly FloatingPromise[]): [FunctionNode | null, Group][] {
  const groups = new Map<FunctionNode | null, Group>()
  for (const fact of facts) {
    const fn = enclosingFunction(fact.node)
    const group = groups.get(fn)
    if (group) group.push(fact)
    else groups.set(fn, [fact])
  }
  return [...groups].sort(([a], [b]) => (a?.range[0] ?? -1) - (b?.range[0] ?? -1))
}

function contains(outer: FunctionNode, inner: FunctionNode): boolean {
  return outer.range[0] < inner.range[0] && inner.range[1] <= outer.range[1]
}
