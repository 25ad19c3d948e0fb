import type { TSESTree } from '@typescript-eslint/types'
import type { SourceUnit } from './unit.js'
import { nodesOf } from './walk.js'

/** Finds facts at nodes of some types. Hosts that walk the tree themselves ask it there: asking during their walk is cheaper than behind it. */
export interface Finder<F, Options> {
  readonly types: readonly `${TSESTree.Node['type']}`[]
  readonly at: (node: TSESTree.Node, unit: SourceUnit, options: Options) => readonly F[]
}

/** Every fact in the file, in the order of the nodes that they were found at. */
export function findAll<F, Options>({ types, at }: Finder<F, Options>, unit: SourceUnit, options: Options): F[] {
  const wanted = new Set<string>(types)
  return nodesOf(unit.ast).flatMap(node => (wanted.has(node.type) ? at(node, unit, options) : []))
}
