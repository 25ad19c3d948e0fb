import type { TSESTree } from '@typescript-eslint/types'
import { namedLikeLimit } from '../effects/connections.js'
import { connectionKey, type Connection } from '../effects/effect.js'
import { effectsOf, effectsOfBody } from '../effects/summary.js'
import type { SharedConnection } from '../facts.js'
import type { Finder } from '../find.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, unwrap } from '../walk.js'
import { childrenOf, runTogether } from './groups.js'
import { membersOf, type Member } from './joins.js'

/** Joins and task groups whose members use one connection, page or file at the same time. */
export const sharedFinder: Finder<SharedConnection, object> = { types: ['CallExpression'], at: (node, unit) => (node.type === 'CallExpression' ? sharedIn(unit, node) : []) }

function sharedIn(unit: SourceUnit, join: TSESTree.CallExpression): SharedConnection[] {
  const children = childrenOf(unit, join)
  if (children.length > 0) return sharedBy(unit, join, children, runTogether)
  return sharedBy(unit, join, membersOf(unit, join), (first, second) => first !== second || first.repeats !== undefined)
}

function sharedBy<M extends Member>(unit: SourceUnit, join: TSESTree.CallExpression, members: readonly M[], areTogether: (first: M, second: M) => boolean): SharedConnection[] {
  const users = new Map<string, { member: M; connection: Connection }[]>()
  for (const member of members) {
    for (const connection of connectionsIn(unit, member)) {
      const key = connectionKey(connection)
      users.set(key, [...(users.get(key) ?? []), { member, connection }])
    }
  }
  return [...users.values()].flatMap((uses): SharedConnection[] => {
    const pairs = uses.flatMap(({ member: first }, at) => uses.slice(at).map(later => ({ first, later }))).filter(({ first, later }) => areTogether(first, later.member))
    const pair = pairs.find(({ first, later }) => first !== later.member) ?? pairs.find(({ first, later }) => !isMadeIn(later.connection, first.repeats))
    if (!pair) return []
    const { first, later } = pair
    const { kind, name, evidence } = later.connection
    return [{ kind: 'shared-connection', node: later.member.node, first: first.node, join, name, connection: kind, certainty: 'proven', because: [{ text: evidence.text }] }]
  })
}

/** Whether each element or round has another one. */
function isMadeIn({ target }: Connection, repeats: TSESTree.Node | undefined): boolean {
  const offset = target.kind === 'captured' ? Number(target.id.slice(target.id.lastIndexOf(':') + 1)) : NaN
  return repeats !== undefined && repeats.range[0] <= offset && offset < repeats.range[1]
}

function connectionsIn(unit: SourceUnit, { node }: Member): readonly Connection[] {
  if (callsLimit.test(unit.text.slice(...node.range))) return []
  const code = unwrap(node)
  const { connections } = isFunction(code) ? effectsOfBody(unit, code) : effectsOf(unit, code)
  return connections.filter(({ target, isSure, isGuarded }) => isSure && !isGuarded && target.kind !== 'outside')
}

const callsLimit = new RegExp(`${namedLikeLimit.source}\\(`, 'i')
