import type { TSESTree } from '@typescript-eslint/types'
import type { SourceUnit } from '../unit.js'
import { codeAround, isFunction, keyName, memberName, nodesOf, walk } from '../walk.js'
import { isUnhandledPromise, makings, type BoundPromise, type PromiseOptions } from './bindings.js'
import { isTarget, useOf } from './uses.js'

/**
 * The promise that an assignment puts into a private field of `this`, where the function that does so is the only one that looks into
 * the field: others may handle it whenever they are called.
 */
export function promisesInFieldsAt(node: TSESTree.Node, unit: SourceUnit, options: PromiseOptions): BoundPromise[] {
  if (node.type !== 'AssignmentExpression' || node.operator !== '=' || useOf(unit, node, options) === 'handles') return []
  const holder = node.left
  const fn = codeAround(node)
  const name = holder.type === 'MemberExpression' && holder.object.type === 'ThisExpression' ? memberName(holder) : undefined
  if (holder.type !== 'MemberExpression' || name === undefined || !fn || !isFunction(fn)) return []
  const made = makings(node.right).find(candidate => isUnhandledPromise(unit, candidate, options))
  const body = made && classAround(node)
  if (!body || !isPrivate(body, holder, name)) return []
  const { mentions, destructured, isOpen } = membersIn(holder.property.type === 'PrivateIdentifier' ? body : unit.ast)
  const all = mentions.get(name) ?? []
  const reads = all.filter(mention => !isTarget(mention))
  const isOwn = (mention: TSESTree.MemberExpression): boolean => mention.object.type === 'ThisExpression' && codeAround(mention) === fn
  if (!all.every(mention => isOwn(mention) || (mention.object.type === 'ThisExpression' && isTarget(mention))) || !reads.some(isOwn)) return []
  if (holder.property.type !== 'PrivateIdentifier' && (isOpen || destructured.has(name))) return []
  return [{ made, holder, name: unit.text.slice(...holder.range), mentions: all.filter(isOwn), reads, fn }]
}

/** What a class or a file does with members. */
interface Members {
  /** Member expressions by name. */
  readonly mentions: ReadonlyMap<string, readonly TSESTree.MemberExpression[]>
  /** The names that patterns take out of objects. */
  readonly destructured: ReadonlySet<string>
  /** Whether some `this` is read in a way that has no name. */
  readonly isOpen: boolean
}

export function membersIn(within: TSESTree.ClassBody | TSESTree.Program): Members {
  const known = members.get(within)
  if (known) return known
  const mentions = new Map<string, TSESTree.MemberExpression[]>()
  const destructured = new Set<string>()
  let isOpen = false
  const note = (node: TSESTree.Node): void => {
    if (node.type === 'ThisExpression') isOpen ||= node.parent.type !== 'MemberExpression' || (node.parent.object === node && memberName(node.parent) === undefined)
    if (node.type === 'Property' && node.parent.type === 'ObjectPattern') destructured.add(keyName(node.key) ?? '')
    const name = node.type === 'MemberExpression' ? memberName(node) : undefined
    if (node.type !== 'MemberExpression' || name === undefined) return
    const others = mentions.get(name)
    if (others) others.push(node)
    else mentions.set(name, [node])
  }
  if (within.type === 'Program') nodesOf(within).forEach(note)
  else walk(within, note)
  const found = { mentions, destructured, isOpen }
  members.set(within, found)
  return found
}

const members = new WeakMap<TSESTree.Node, Members>()

/** Whether a field is `#private`, or declared with TypeScript's `private`. */
export function isPrivateField({ key, accessibility }: TSESTree.PropertyDefinition): boolean {
  return key.type === 'PrivateIdentifier' || accessibility === 'private'
}

function isPrivate({ body }: TSESTree.ClassBody, holder: TSESTree.MemberExpression, name: string): boolean {
  const field = body.find(member => member.type === 'PropertyDefinition' && !member.computed && keyName(member.key) === name && (member.key.type === 'PrivateIdentifier') === (holder.property.type === 'PrivateIdentifier'))
  return field?.type === 'PropertyDefinition' && isPrivateField(field) && !field.static && !field.decorators?.length
}

function classAround(node: TSESTree.Node): TSESTree.ClassBody | undefined {
  for (let at: TSESTree.Node | undefined = node; at; at = at.parent) if (at.type === 'ClassBody') return at
  return undefined
}
