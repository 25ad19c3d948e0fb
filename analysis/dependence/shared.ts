import type { TSESTree } from '@typescript-eslint/types'
import { connectionKey, type Connection } from '../effects/effect.js'
import { effectsOf, summaryOf } from '../effects/summary.js'
import type { SharedConnection } from '../facts.js'
import type { Finder } from '../find.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, unwrap } from '../walk.js'
import { membersOf, type Member } from './joins.js'

/** Joins whose members use one connection, page or file at the same time. */
export const sharedFinder: Finder<SharedConnection, object> = { types: ['CallExpression'], at: (node, unit) => (node.type === 'CallExpression' ? sharedIn(unit, node) : []) }

function sharedIn(unit: SourceUnit, join: TSESTree.CallExpression): SharedConnection[] {
  const members = membersOf(unit, join)
  const users = new Map<string, { member: Member; connection: Connection }[]>()
  for (const member of members) {
    for (const connection of connectionsIn(unit, member)) {
      const key = connectionKey(connection)
      users.set(key, [...(users.get(key) ?? []), { member, connection }])
    }
  }
  return [...users.values()].flatMap((uses): SharedConnection[] => {
    const first = uses[0]
    const later = uses.find(({ member }) => member !== first?.member) ?? (first?.member.isRepeated ? first : undefined)
    if (!first || !later) return []
    const { kind, name, evidence } = later.connection
    return [{ kind: 'shared-connection', node: later.member.node, first: first.member.node, join, name, connection: kind, certainty: 'proven', because: [{ text: evidence.text }] }]
  })
}

function connectionsIn(unit: SourceUnit, { node }: Member): readonly Connection[] {
  // A limiter or a lock may let one run at a time.
  if (/\b\w*(?:limit|lock|exclusive|mutex|queue|semaphore|throttle)\w*\(/i.test(unit.text.slice(...node.range))) return []
  const code = unwrap(node)
  const { connections } = isFunction(code) ? summaryOf(unit, code) : effectsOf(unit, code)
  return connections.filter(({ target, isSure }) => isSure && target.kind !== 'outside')
}
