import type { TSESTree } from '@typescript-eslint/types'
import { promiseStatic } from '../scopes.js'
import { runtimeMember } from '../tasks/runtime.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, memberName, unwrap } from '../walk.js'

/** What a join starts at the same time. */
export interface Member {
  readonly node: TSESTree.Expression
  /** The callback or the loop that starts one for each element of a list, where it stands for many. */
  readonly repeats: TSESTree.Node | undefined
}

/**
 * The members of `Promise.all`, `allSettled`, `any`, `race` and `gather` that are written in their place: the elements of a list or
 * record that do not wait themselves. None where the call is no join.
 */
export function membersOf(unit: SourceUnit, outer: TSESTree.Expression): readonly Member[] {
  const join = unwrap(outer)
  if (join.type !== 'CallExpression' || !startsTogether(unit, join)) return []
  const [argument, options] = join.arguments
  if (isOneAtATime(options)) return []
  if (!argument || argument.type === 'SpreadElement') return []
  const list = unwrap(argument)
  const isGather = promiseStatic(unit.scopes, join) === undefined
  if (list.type === 'ObjectExpression') return list.properties.flatMap(property => (property.type === 'Property' ? memberFrom(property.value as TSESTree.Expression, isGather) : []))
  if (list.type !== 'ArrayExpression') return memberFrom(list, isGather)
  return list.elements.flatMap(element => (!element ? [] : element.type === 'SpreadElement' ? memberFrom(element.argument, isGather).filter(({ repeats }) => repeats) : memberFrom(element, isGather)))
}

/** `{ limit: 1 }` of a gather or a group. */
export function isOneAtATime(options: TSESTree.Node | undefined): boolean {
  return options?.type === 'ObjectExpression' && options.properties.some(property => property.type === 'Property' && property.key.type === 'Identifier' && property.key.name === 'limit' && property.value.type === 'Literal' && property.value.value === 1)
}

function memberFrom(outer: TSESTree.Expression, isGather: boolean): readonly Member[] {
  const node = unwrap(outer)
  if (node.type === 'AwaitExpression') return []
  const isMap = node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && memberName(node.callee) === 'map'
  const [callback] = isMap ? node.arguments : []
  // `gather(list.map(item => () => load(item)))` calls what the callback makes.
  const made = isGather && callback && callback.type !== 'SpreadElement' && isFunction(callback) && isFunction(callback.body) ? callback.body : outer
  return [{ node: made, repeats: callback }]
}

function startsTogether(unit: SourceUnit, join: TSESTree.CallExpression): boolean {
  const name = promiseStatic(unit.scopes, join)
  return name === undefined ? runtimeMember(unit, join) === 'gather' : ['all', 'allSettled', 'any', 'race'].includes(name)
}
