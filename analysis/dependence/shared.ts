import type { TSESTree } from '@typescript-eslint/types'
import { connectionKey, type Connection } from '../effects/effect.js'
import { effectsOf, summaryOf } from '../effects/summary.js'
import type { SharedConnection } from '../facts.js'
import type { Finder } from '../find.js'
import { isGlobal } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, memberName, unwrap } from '../walk.js'

/** Joins whose members use one connection, page or file at the same time. */
export const sharedFinder: Finder<SharedConnection, object> = { types: ['CallExpression'], at: (node, unit) => (node.type === 'CallExpression' ? sharedIn(unit, node) : []) }

interface Member {
  readonly node: TSESTree.Expression
  /** Whether it stands for one for each element of a list. */
  readonly isRepeated: boolean
}

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
    const { kind, evidence } = later.connection
    return [{ kind: 'shared-connection', node: later.member.node, first: first.member.node, join, name: nameIn(evidence.text), connection: kind, certainty: 'proven', because: [{ text: evidence.text }] }]
  })
}

/** The name in front of the evidence: `` `tx` is a Prisma transaction ``. */
function nameIn(text: string): string {
  return /`([^`]*)`/.exec(text)?.[1] ?? ''
}

/** What a join starts at the same time: the elements of a list or record that do not wait themselves. */
function membersOf(unit: SourceUnit, join: TSESTree.CallExpression): readonly Member[] {
  const [argument] = join.arguments
  if (!argument || argument.type === 'SpreadElement' || !startsTogether(unit, join)) return []
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
  if (callee.type !== 'Identifier' || callee.name !== 'gather') return false
  const target = unit.types.callee(join)
  return target.kind === 'declared' && target.package === 'structured-async'
}

function connectionsIn(unit: SourceUnit, { node }: Member): readonly Connection[] {
  // A limiter or a lock may let one run at a time.
  if (/\b\w*(?:limit|lock|exclusive|mutex|queue|semaphore|throttle)\w*\(/i.test(unit.text.slice(...node.range))) return []
  const code = unwrap(node)
  const { connections } = isFunction(code) ? summaryOf(unit, code) : effectsOf(unit, code)
  return connections.filter(({ target, isSure }) => isSure && target.kind !== 'outside')
}
