import type { TSESTree } from '@typescript-eslint/types'
import type { Variable } from '@typescript-eslint/scope-manager'
import type { ContainedPromise } from '../facts.js'
import type { Finder } from '../find.js'
import { isGlobal, isReassigned } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, keyName, memberName, unwrap } from '../walk.js'
import { heldBy, homeOf, isUnhandledPromise, makings, type BoundPromise } from './bindings.js'
import { isPrivateField, membersIn } from './fields.js'
import type { FloatingOptions } from './floating.js'
import { isLookedAfter } from './handled.js'
import { wayToNobody } from './journey.js'
import { mayReject } from './rejection.js'
import { puts, useOfContainer } from './container-uses.js'
import { readsOf, useOf } from './uses.js'

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
  for (const { made, mention, key } of putInto(unit, node.init, variable, shape, options)) {
    // Who got the container before may look into it whenever it likes.
    if (readsOf(variable).some(read => read.range[0] < mention.range[0] && useOfContainer(unit, read, key, options) === 'handles') || !isUnhandledPromise(unit, made, options)) continue
    const bound: BoundPromise = { made, ...heldBy(variable, mention as TSESTree.Identifier), fn, use: read => useOfContainer(unit, read, key, options) }
    const way = wayToNobody(unit, bound, options)
    if (way && (way.kind === 'never' || mayReject(unit, made)) && !isLookedAfter(unit, made)) return [contained(unit, made, { name: variable.name, container: shape, declaration: node, mentions: readsOf(variable), way })]
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
  // A method or a getter of the object may read what stands beside it.
  if (value.type === 'ObjectExpression') return value.properties.some(property => property.type === 'SpreadElement' || isFunction(property.value)) ? undefined : 'object'
  if (value.type !== 'NewExpression') return undefined
  const name = (['Array', 'Map', 'Set'] as const).find(candidate => isGlobal(scopes, value.callee, candidate))
  return name && ({ Array: 'list', Map: 'map', Set: 'set' } as const)[name]
}

interface Put {
  readonly made: TSESTree.Expression
  /** The variable where the promise is put in. */
  readonly mention: TSESTree.Node
  /** Under which name, in an object. */
  readonly key: string | undefined
}

function putInto(unit: SourceUnit, init: TSESTree.Expression, variable: Variable, shape: Shape, options: FloatingOptions): Put[] {
  const declared = variable.defs[0]?.name as TSESTree.Node
  const first = initialValues(unwrap(init)).flatMap(({ value, key }) => makings(value).map(made => ({ made, mention: declared, key })))
  return [...first, ...readsOf(variable).flatMap(mention => putAt(unit, mention, shape, options))]
}

function initialValues(init: TSESTree.Expression): { value: TSESTree.Expression; key: string | undefined }[] {
  if (init.type === 'ArrayExpression') return init.elements.flatMap(element => (element ? [{ value: element.type === 'SpreadElement' ? element.argument : element, key: undefined }] : []))
  if (init.type !== 'ObjectExpression') return []
  return init.properties.flatMap(property => {
    const key = property.type === 'Property' && !property.computed ? keyName(property.key) : undefined
    return property.type === 'Property' && key !== undefined ? [{ value: property.value as TSESTree.Expression, key }] : []
  })
}

function putAt(unit: SourceUnit, mention: TSESTree.Node, shape: Shape, options: FloatingOptions): Put[] {
  const member = mention.parent
  if (member?.type !== 'MemberExpression' || member.object !== mention) return []
  const name = memberName(member)
  const { parent } = member
  if (parent.type === 'AssignmentExpression' && parent.left === member && parent.operator === '=') {
    // `await (o.p = f())` waits for what it stores.
    return shape === 'set' || shape === 'map' || useOf(unit, parent, options) === 'handles' ? [] : makings(parent.right).map(made => ({ made, mention, key: shape === 'object' ? name : undefined }))
  }
  if (parent.type !== 'CallExpression' || parent.callee !== member || !puts[shape].some(method => method === name)) return []
  // `add` and `set` give the container, and so what is in it.
  if (shape !== 'list' && parent.parent.type !== 'ExpressionStatement') return []
  const values = shape === 'list' ? parent.arguments : parent.arguments.slice(-1)
  return values.flatMap(value => makings(value.type === 'SpreadElement' ? value.argument : value)).map(made => ({ made, mention, key: undefined }))
}

/** Promises in private fields that nothing in the class reads. */
function unreadFields(body: TSESTree.ClassBody, unit: SourceUnit, options: FloatingOptions): ContainedPromise[] {
  const fields = body.body.filter(member => member.type === 'PropertyDefinition').filter(({ computed, decorators, declare }) => !computed && !declare && !decorators?.length).filter(isPrivateField)
  if (fields.length === 0) return []
  // `private` is TypeScript's word: `x['name']` anywhere in the file may read the field.
  const inClass = membersIn(body)
  const inFile = fields.some(({ key }) => key.type !== 'PrivateIdentifier') ? membersIn(unit.ast) : inClass
  return fields.flatMap(field => {
    const name = keyName(field.key)
    const { mentions, destructured, isOpen } = field.key.type === 'PrivateIdentifier' ? inClass : inFile
    const uses = (name !== undefined && mentions.get(name)) || []
    const shape = field.value ? shapeOf(unit, field.value) : undefined
    const isRead = (member: TSESTree.MemberExpression): boolean => ['drops', 'handles'].includes(shape && shape !== 'object' ? useOfContainer(unit, member, undefined, options) : useOf(unit, member, options))
    if (name === undefined || (isOpen && field.key.type !== 'PrivateIdentifier') || shape === 'object' || destructured.has(name) || uses.some(isRead)) return []
    const value = field.value && !shape ? makings(field.value) : field.value ? initialValues(unwrap(field.value)).flatMap(item => makings(item.value)) : []
    const put = uses.flatMap(member => (shape ? putAt(unit, member, shape, options).map(({ made }) => made) : assignedTo(unit, member, options)))
    const made = [...value, ...put].find(candidate => isUnhandledPromise(unit, candidate, options) && !isLookedAfter(unit, candidate))
    return made ? [contained(unit, made, { name: `this.${name}`, container: shape ?? 'field', declaration: undefined, mentions: uses, way: { kind: 'never' } })] : []
  })
}

function assignedTo(unit: SourceUnit, member: TSESTree.MemberExpression, options: FloatingOptions): TSESTree.Expression[] {
  const { parent } = member
  return parent.type === 'AssignmentExpression' && parent.left === member && useOf(unit, parent, options) !== 'handles' ? makings(parent.right) : []
}
