import type { TSESTree } from '@typescript-eslint/types'
import { functionBehind } from '../effects/functions.js'
import { constantValue, variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { codeAround, isFunction, keyName, memberName, nodesOf, unwrap, walk } from '../walk.js'
import { givenAt, inPlace, ownThis, placeOf, placeOfClass, placeOfVariable, steadyPlaceOf, type Place } from './places.js'
import { runtimeMember } from './runtime.js'
import { forgets } from './kept.js'
import { sourceOfCopy } from './lists.js'
import { isLocal, waitsOfCallback, waitsOfFunction, waitsOfValue, type Wait } from './waits.js'

/** A promise that is put somewhere, with all that it waits for. */
export interface Making {
  /** Whether the place holds the promise itself, or is a list or Set that it is in. */
  readonly as: 'value' | 'members'
  readonly place: Place
  readonly value: TSESTree.Expression
  /** What puts it there. */
  readonly node: TSESTree.Node
  readonly waits: readonly Wait[]
}

/** The promises that a statement, a field or a call puts into places. */
export function makingsAt(unit: SourceUnit, node: TSESTree.Node): readonly Making[] {
  switch (node.type) {
    case 'VariableDeclarator': {
      const variable = node.init && node.id.type === 'Identifier' ? unit.scopes.getDeclaredVariables(node)[0] : undefined
      // Only a function of its own can wait for what it is called for.
      return node.init && variable?.references.some(({ identifier }) => codeAround(identifier) !== codeAround(node)) ? [...kept(unit, node, placeOfVariable(unit, variable), node.init), ...listed(unit, node, placeOfVariable(unit, variable), node.init)] : []
    }
    case 'PropertyDefinition': {
      const name = keyName(node.key)
      const owner = node.static ? placeOfClass(unit, node.parent.parent) : ownThis
      return node.value && name !== undefined && owner ? kept(unit, node, inPlace(owner, name), node.value) : []
    }
    case 'AssignmentExpression': {
      const place = (node.operator === '=' || node.operator === '??=' || node.operator === '||=') && (node.left.type === 'Identifier' || node.left.type === 'MemberExpression') ? placeOf(unit, node.left) : undefined
      return place ? [...kept(unit, node, place, node.right), ...listed(unit, node, place, node.right)] : []
    }
    case 'CallExpression':
      return added(unit, node)
    default:
      return []
  }
}

/** What a promise waits for, also where it only may come to it. */
export function waitsOfMaking(unit: SourceUnit, outer: TSESTree.Expression): readonly Wait[] {
  const node = unwrap(outer)
  // Most of what is put somewhere is no promise, and nobody has to look for what makes it.
  if ((node.type === 'CallExpression' || node.type === 'NewExpression') && unit.types.isPromise(node, { thenables: true, safeTypes: [] }) === 'no') return []
  const target = node.type === 'CallExpression' && runtimeMember(unit, node) === undefined && mayLeadBack(unit, node) ? functionBehind(unit, node) : undefined
  if (node.type !== 'CallExpression' || !target) return node.type === 'CallExpression' || node.type === 'NewExpression' ? waitsOfValue(unit, node) : []
  const given = givenAt(unit, node, target)
  return waitsOfFunction(target.unit, target.fn).flatMap(wait => {
    const place = isLocal(target, wait.place) ? undefined : given(wait.place)
    return place && !forgets(target, wait.place) ? [{ ...wait, place }] : []
  })
}

/** Whether what a call runs could come to a place of this file: by its own code, by a method, or by something that it is given. Opening another file costs most. */
function mayLeadBack(unit: SourceUnit, call: TSESTree.CallExpression): boolean {
  const callee = unit.types.callee(call)
  if (callee.kind !== 'function' || callee.path === unit.path || unwrap(call.callee).type === 'MemberExpression') return true
  return call.arguments.some(argument => {
    const definition = argument.type === 'Identifier' ? variableOf(unit.scopes, argument)?.defs[0] : undefined
    return isFunction(argument) || argument.type === 'ThisExpression' || (definition !== undefined && definition.type !== 'Parameter')
  })
}

function kept(unit: SourceUnit, node: TSESTree.Node, place: Place, value: TSESTree.Expression): readonly Making[] {
  // What a class extends may wait for its fields in another file.
  if (!isWaitedFor(unit, place) && !(place.root === 'this' && isOwnCall(value) && isInSubclass(node))) return []
  const waits = waitsOfMaking(unit, value)
  return waits.length > 0 ? [{ as: 'value', place, value, node, waits }] : []
}

function isInSubclass(node: TSESTree.Node): boolean {
  for (let at = node.parent; at; at = at.parent) if (at.type === 'ClassDeclaration' || at.type === 'ClassExpression') return at.superClass !== null
  return false
}

function isOwnCall(outer: TSESTree.Expression): boolean {
  const node = unwrap(outer)
  return node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && node.callee.object.type === 'ThisExpression'
}

/** `const tasks = [work()]`, `const tasks = items.map(async item => …)`. */
function listed(unit: SourceUnit, node: TSESTree.Node, place: Place, outer: TSESTree.Expression): readonly Making[] {
  if (!isWaitedFor(unit, place)) return []
  const value = unwrap(outer)
  const source = sourceOfCopy(unit, value)
  if (source && value.type !== 'ArrayExpression') return listed(unit, node, place, source)
  if (value.type === 'ArrayExpression') return value.elements.flatMap(element => (element && element.type !== 'SpreadElement' ? member(unit, node, place, element) : []))
  if (value.type !== 'CallExpression' || value.callee.type !== 'MemberExpression' || memberName(value.callee) !== 'map') return []
  const [callback] = value.arguments
  if (!callback || callback.type === 'SpreadElement') return []
  const fn = unwrap(callback)
  // What a parameter stands for differs from one element to the next.
  const waits = waitsOfCallback(unit, fn)
  return waits.length > 0 ? [{ as: 'members', place, value: fn, node, waits }] : []
}

/** `tasks.add(work())`, `tasks.push(promise)`, `tasks.set(key, work())`. */
function added(unit: SourceUnit, call: TSESTree.CallExpression): readonly Making[] {
  const callee = unwrap(call.callee)
  const method = callee.type === 'MemberExpression' ? memberName(callee) : undefined
  if (callee.type !== 'MemberExpression' || method === undefined || !['add', 'push', 'unshift', 'set'].includes(method)) return []
  const place = steadyPlaceOf(unit, callee.object as TSESTree.Expression)
  const values = method === 'set' ? call.arguments.slice(1, 2) : call.arguments
  return place && isWaitedFor(unit, place) ? values.flatMap(value => (value.type === 'SpreadElement' || isFunction(value) ? [] : member(unit, call, place, value))) : []
}

function member(unit: SourceUnit, node: TSESTree.Node, place: Place, outer: TSESTree.Expression): readonly Making[] {
  const value = unwrap(outer)
  const variable = value.type === 'Identifier' ? variableOf(unit.scopes, value) : undefined
  const made = variable ? constantValue(variable) : value
  // What was waited for before it is put there is no longer under way.
  if (made && variable && suspendsBetween(made, node)) return []
  const waits = made ? waitsOfMaking(unit, made) : []
  return made && waits.length > 0 ? [{ as: 'members', place, value: made, node, waits }] : []
}

/** Whether the code around waits for something after `from` and before `to`. */
export function suspendsBetween(from: TSESTree.Node, to: TSESTree.Node): boolean {
  const code = codeAround(to)
  let found = false
  if (code) walk(code, node => {
    if (isFunction(node) && node !== code) return 'skip'
    found ||= node.type === 'AwaitExpression' && node.range[0] > from.range[1] && node.range[1] < to.range[0]
    return undefined
  })
  return found
}

const waitedNames = new WeakMap<TSESTree.Program, ReadonlySet<string>>()

/** Whether anything in the file waits for something of this name, or returns it: most is told apart so, which costs next to nothing. */
function isWaitedFor({ ast }: SourceUnit, { path, name }: Place): boolean {
  let names = waitedNames.get(ast)
  if (!names) waitedNames.set(ast, (names = namesWaitedFor(ast)))
  return names.has(path.at(-1) ?? name)
}

function namesWaitedFor(ast: TSESTree.Program): ReadonlySet<string> {
  const names = new Set<string>()
  const collect = (root: TSESTree.Node): void =>
    walk(root, node => {
      if (isFunction(node)) return 'skip'
      if (node.type === 'Identifier') names.add(node.name)
      if (node.type === 'PrivateIdentifier') names.add(`#${node.name}`)
      return undefined
    })
  for (const node of nodesOf(ast)) {
    if (node.type === 'AwaitExpression' || (node.type === 'ReturnStatement' && node.argument)) collect(node.argument as TSESTree.Node)
    if (node.type === 'ArrowFunctionExpression' && node.body.type !== 'BlockStatement') collect(node.body)
    if (node.type === 'ForOfStatement') collect(node.right)
    // What is awaited under another name, or as a copy.
    if (node.type === 'VariableDeclarator' && node.init && standsForAnother(node.init)) collect(node.init)
  }
  return names
}

function standsForAnother(outer: TSESTree.Expression): boolean {
  const node = unwrap(outer)
  if (node.type === 'CallExpression') return node.callee.type === 'MemberExpression' && ['from', 'values'].includes(memberName(node.callee) ?? '')
  return ['Identifier', 'MemberExpression', 'ArrayExpression', 'NewExpression', 'ThisExpression'].includes(node.type)
}
