import type { TSESTree } from '@typescript-eslint/types'
import type { Variable } from '@typescript-eslint/scope-manager'
import type { ContainedPromise } from '../facts.js'
import type { Finder } from '../find.js'
import { isGlobal, isReassigned } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { memberName, unwrap, walk } from '../walk.js'
import { homeOf, isUnhandledPromise, makings, type BoundPromise } from './bindings.js'
import type { FloatingOptions } from './floating.js'
import { wayToNobody } from './journey.js'
import { mayReject } from './rejection.js'
import { isTarget, readsOf, useOf, type Use } from './uses.js'

/** Containers whose promises nobody takes out on some path. */
export const containerFinder: Finder<ContainedPromise, FloatingOptions> = { types: ['ClassBody', 'VariableDeclarator'], at: containedPromisesAt }

/**
 * The promise that goes into a list, a Set, a Map or an object of one function, or into a private field of a class, and that
 * nobody takes out: on no path, or not on the one that is found. One for each container.
 */
function containedPromisesAt(node: TSESTree.Node, unit: SourceUnit, options: FloatingOptions): ContainedPromise[] {
  if (!options.containers) return []
  if (node.type === 'ClassBody') return unreadFields(node, unit, options)
  if (node.type !== 'VariableDeclarator' || node.id.type !== 'Identifier' || !node.init) return []
  const shape = shapeOf(unit, node.init)
  const variable = shape && unit.scopes.getDeclaredVariables(node)[0]
  const fn = variable && !isReassigned(variable) ? homeOf(variable, node.id) : undefined
  if (!variable || !fn) return []
  for (const { made, mention, key } of putInto(node.init, variable, shape)) {
    if (!isUnhandledPromise(unit, made, options)) continue
    const bound: BoundPromise = { made, identifier: mention as TSESTree.Identifier, variable, fn, use: read => useOfContainer(unit, read, key, options) }
    const way = wayToNobody(unit, bound, options)
    if (way && (way.kind === 'never' || mayReject(unit, made))) return [contained(unit, made, { name: variable.name, container: shape, declaration: node, mentions: readsOf(variable), way })]
  }
  return []
}

function contained(unit: SourceUnit, node: TSESTree.Expression, about: Pick<ContainedPromise, 'name' | 'container' | 'declaration' | 'mentions' | 'way'>): ContainedPromise {
  return { kind: 'contained-promise', node, ...about, certainty: 'proven', because: [{ text: unit.types.evidence(node), node }] }
}

type Shape = Exclude<ContainedPromise['container'], 'field'>

/** What a new container is; undefined for what is none, or may hold something already. */
function shapeOf({ scopes }: SourceUnit, outer: TSESTree.Expression): Shape | undefined {
  const value = unwrap(outer)
  if (value.type === 'ArrayExpression') return 'list'
  if (value.type === 'ObjectExpression') return value.properties.some(({ type }) => type === 'SpreadElement') ? undefined : 'object'
  if (value.type !== 'NewExpression') return undefined
  const name = (['Array', 'Map', 'Set', 'WeakMap', 'WeakSet'] as const).find(candidate => isGlobal(scopes, value.callee, candidate))
  return name && ({ Array: 'list', Map: 'map', Set: 'set', WeakMap: 'map', WeakSet: 'set' } as const)[name]
}

interface Put {
  readonly made: TSESTree.Expression
  /** The variable where the promise is put in. */
  readonly mention: TSESTree.Node
  /** Under which name, in an object. */
  readonly key: string | undefined
}

function putInto(init: TSESTree.Expression, variable: Variable, shape: Shape): Put[] {
  const declared = variable.defs[0]?.name as TSESTree.Node
  const first = initialValues(unwrap(init)).flatMap(({ value, key }) => makings(value).map(made => ({ made, mention: declared, key })))
  return [...first, ...readsOf(variable).flatMap(mention => putAt(mention, shape))]
}

function initialValues(init: TSESTree.Expression): { value: TSESTree.Expression; key: string | undefined }[] {
  if (init.type === 'ArrayExpression') return init.elements.flatMap(element => (element ? [{ value: element.type === 'SpreadElement' ? element.argument : element, key: undefined }] : []))
  if (init.type !== 'ObjectExpression') return []
  return init.properties.flatMap(property => {
    const key = property.type === 'Property' && !property.computed ? keyName(property.key) : undefined
    return property.type === 'Property' && key !== undefined ? [{ value: property.value as TSESTree.Expression, key }] : []
  })
}

/** Methods that put their last argument, or all of them, into what they are called on. */
const puts = { list: ['push', 'unshift'], set: ['add'], map: ['set'], object: [] } as const

function putAt(mention: TSESTree.Node, shape: Shape): Put[] {
  const member = mention.parent
  if (member?.type !== 'MemberExpression' || member.object !== mention) return []
  const name = memberName(member)
  const { parent } = member
  if (parent.type === 'AssignmentExpression' && parent.left === member && parent.operator === '=') {
    return shape === 'set' || shape === 'map' ? [] : makings(parent.right).map(made => ({ made, mention, key: shape === 'object' ? name : undefined }))
  }
  if (parent.type !== 'CallExpression' || parent.callee !== member || !puts[shape].some(method => method === name)) return []
  // `add` and `set` give the container, and so what is in it.
  if (shape !== 'list' && parent.parent.type !== 'ExpressionStatement') return []
  const values = shape === 'list' ? parent.arguments : parent.arguments.slice(-1)
  return values.flatMap(value => makings(value.type === 'SpreadElement' ? value.argument : value)).map(made => ({ made, mention, key: undefined }))
}

/** What says something about a container without touching what it holds. */
const looksAt = new Set(['clear', 'delete', 'has', 'includes', 'indexOf', 'length', 'size'])
const allPuts = new Set<string>(Object.values(puts).flat())

/** What a mention of a container does to the promises in it. */
function useOfContainer(unit: SourceUnit, mention: TSESTree.Node, key: string | undefined, options: FloatingOptions): Use {
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

/** Promises in private fields that nothing in the class reads. */
function unreadFields(body: TSESTree.ClassBody, unit: SourceUnit, options: FloatingOptions): ContainedPromise[] {
  const fields = body.body.filter(member => member.type === 'PropertyDefinition').filter(({ computed, decorators, declare, key, accessibility }) => !computed && !declare && !decorators?.length && (key.type === 'PrivateIdentifier' || accessibility === 'private'))
  if (fields.length === 0) return []
  const { mentions, destructured } = membersIn(body)
  return fields.flatMap(field => {
    const name = keyName(field.key)
    const uses = (name !== undefined && mentions.get(name)) || []
    const shape = field.value ? shapeOf(unit, field.value) : undefined
    const isRead = (member: TSESTree.MemberExpression): boolean => ['drops', 'handles'].includes(shape && shape !== 'object' ? useOfContainer(unit, member, undefined, options) : useOf(unit, member, options))
    if (name === undefined || shape === 'object' || destructured.has(name) || uses.some(isRead)) return []
    const value = field.value && !shape ? makings(field.value) : field.value ? initialValues(unwrap(field.value)).flatMap(item => makings(item.value)) : []
    const put = uses.flatMap(member => (shape ? putAt(member, shape).map(({ made }) => made) : assignedTo(member)))
    const made = [...value, ...put].find(candidate => isUnhandledPromise(unit, candidate, options))
    return made ? [contained(unit, made, { name: `this.${name}`, container: shape ?? 'field', declaration: undefined, mentions: uses, way: { kind: 'never' } })] : []
  })
}

function assignedTo(member: TSESTree.MemberExpression): TSESTree.Expression[] {
  const { parent } = member
  return parent.type === 'AssignmentExpression' && parent.left === member ? makings(parent.right) : []
}

/** The member expressions of a class, by name, and the names that patterns take out of objects. */
function membersIn(body: TSESTree.ClassBody): { mentions: Map<string, TSESTree.MemberExpression[]>; destructured: Set<string> } {
  const mentions = new Map<string, TSESTree.MemberExpression[]>()
  const destructured = new Set<string>()
  walk(body, node => {
    if (node.type === 'Property' && node.parent.type === 'ObjectPattern') destructured.add(keyName(node.key) ?? '')
    const name = node.type === 'MemberExpression' ? memberName(node) : undefined
    if (node.type !== 'MemberExpression' || name === undefined) return
    const others = mentions.get(name)
    if (others) others.push(node)
    else mentions.set(name, [node])
  })
  return { mentions, destructured }
}

function keyName(key: TSESTree.Node): string | undefined {
  if (key.type === 'Identifier') return key.name
  if (key.type === 'PrivateIdentifier') return `#${key.name}`
  return key.type === 'Literal' && typeof key.value === 'string' ? key.value : undefined
}
