import type { TSESTree } from '@typescript-eslint/types'
import { isGlobal } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { memberName, unwrap } from '../walk.js'

/** What a join starts at the same time. */
export interface Member {
  readonly node: TSESTree.Expression
  /** Whether it stands for one for each element of a list. */
  readonly isRepeated: boolean
}

/**
 * The members of `Promise.all`, `allSettled`, `any`, `race` and `gather` that are written in their place: the elements of a list or
 * record that do not wait themselves. None where the call is no join.
 */
export function membersOf(unit: SourceUnit, outer: TSESTree.Expression): readonly Member[] {
  const join = unwrap(outer)
  if (join.type !== 'CallExpression' || !startsTogether(unit, join)) return []
  const [argument] = join.arguments
  if (!argument || argument.type === 'SpreadElement') return []
  const list = unwrap(argument)
  if (list.type === 'ObjectExpression') return list.properties.flatMap(property => (property.type === 'Property' ? memberFrom(property.value as TSESTree.Expression) : []))
  if (list.type !== 'ArrayExpression') return memberFrom(list)
  return list.elements.flatMap(element => (!element ? [] : element.type === 'SpreadElement' ? memberFrom(element.argument).filter(({ isRepeated }) => isRepeated) : memberFrom(element)))
}

function memberFrom(outer: TSESTree.Expression): readonly Member[] {
  const node = unwrap(outer)
  if (node.type === 'AwaitExpression') return []
  const isMap = node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && memberName(node.callee) === 'map'
  return [{ node: outer, isRepeated: isMap }]
}

function startsTogether(unit: SourceUnit, join: TSESTree.CallExpression): boolean {
  const callee = unwrap(join.callee)
  if (callee.type === 'MemberExpression') return isGlobal(unit.scopes, callee.object, 'Promise') && ['all', 'allSettled', 'any', 'race'].includes(memberName(callee) ?? '')
  const target = callee.type === 'Identifier' ? unit.types.callee(join) : undefined
  return target?.kind === 'declared' && target.package === 'structured-async' && target.member === 'gather'
}
