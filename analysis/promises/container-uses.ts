import type { TSESTree } from '@typescript-eslint/types'
import type { SourceUnit } from '../unit.js'
import { memberName } from '../walk.js'
import { isTarget, useOf, type Use } from './uses.js'

/** Methods that put their last argument, or all of them, into what they are called on. */
export const puts = { list: ['push', 'unshift'], set: ['add'], map: ['set'], object: [] } as const

/** What says something about a container without touching what it holds. */
const looksAt = new Set(['clear', 'delete', 'has', 'includes', 'indexOf', 'length', 'size'])
const allPuts = new Set<string>(Object.values(puts).flat())

/**
 * What a mention of a container does to the promises in it.
 *
 * @param key the name of the one promise that is asked for, in an object; undefined for lists, Sets and Maps
 */
export function useOfContainer(unit: SourceUnit, mention: TSESTree.Node, key: string | undefined, options: { readonly ignoreVoid: boolean }): Use {
  if (isTarget(mention)) return 'overwrites'
  const member = mention.parent
  if (member?.type !== 'MemberExpression' || member.object !== mention) return useOf(unit, mention, options)
  const name = memberName(member)
  if (isTarget(member)) return key !== undefined && name === key ? 'overwrites' : 'looks'
  if (key !== undefined) return name === undefined ? 'handles' : name === key ? useOf(unit, member, options) : 'looks'
  if (name === undefined) return 'handles'
  if (looksAt.has(name)) return 'looks'
  const call = member.parent
  return allPuts.has(name) && call.type === 'CallExpression' && (name === 'push' || name === 'unshift' || call.parent.type === 'ExpressionStatement') ? 'looks' : 'handles'
}
