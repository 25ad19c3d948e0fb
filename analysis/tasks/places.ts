import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import { idOf } from '../effects/origins.js'
import { constantValue, variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, memberName, nodesOf, unwrap, walk, type FunctionNode } from '../walk.js'

/** Where a promise, a list of them, a queue or a lock is kept: a variable or `this`, and the properties that lead on from there. */
export interface Place {
  /** A variable, wherever it is mentioned; `this` of a method. */
  readonly root: string
  readonly path: readonly string[]
  /** As the code that was asked first names it. */
  readonly name: string
}

/** What the code of a method has for `this`, whoever that is. */
export const ownThis: Place = { root: 'this', path: [], name: 'this' }

/** What an expression names; undefined where it makes something, or where nobody can tell what its `this` is. */
export function placeOf(unit: SourceUnit, outer: TSESTree.Expression | TSESTree.Super): Place | undefined {
  if (outer.type === 'Super') return ownThis
  const node = unwrap(outer)
  if (node.type === 'Identifier') {
    const variable = variableOf(unit.scopes, node)
    return variable && variable.defs.length > 0 ? placeOfVariable(unit, variable) : undefined
  }
  if (node.type === 'ThisExpression') return placeOfThis(unit, node)
  if (node.type !== 'MemberExpression') return undefined
  const [object, member] = [placeOf(unit, node.object), memberName(node)]
  return object && member !== undefined ? inPlace(object, member) : undefined
}

export function placeOfVariable(unit: SourceUnit, variable: Variable): Place {
  return { root: idOf(unit, variable), path: [], name: variable.name }
}

/** As {@link placeOf}, and a constant that stands for another place is that place. Only for what stays the same thing, as a list or a lock does. */
export function steadyPlaceOf(unit: SourceUnit, outer: TSESTree.Expression): Place | undefined {
  const node = unwrap(outer)
  if (node.type === 'MemberExpression') {
    const [object, member] = [steadyPlaceOf(unit, node.object), memberName(node)]
    return object && member !== undefined ? inPlace(object, member) : undefined
  }
  const variable = node.type === 'Identifier' ? variableOf(unit.scopes, node) : undefined
  const value = variable && constantValue(variable)
  return (value && isNamed(value) && !isReplaced(unit, value) && steadyPlaceOf(unit, value)) || placeOf(unit, node)
}

export function inPlace({ root, path, name }: Place, ...members: readonly string[]): Place {
  return { root, path: [...path, ...members], name: [name, ...members].join('.') }
}

export function isSamePlace(a: Place, b: Place): boolean {
  return a.root === b.root && a.path.length === b.path.length && a.path.every((member, at) => member === b.path[at])
}

/** What a function's names stand for at one call of it. */
export type Given = (place: Place) => Place | undefined

/** Puts the receiver of a call for `this`, and what is given for the parameters; what nothing outside stands for has no place there. */
export function givenAt(unit: SourceUnit, call: TSESTree.CallExpression, target: { readonly unit: SourceUnit; readonly fn: FunctionNode }): Given {
  const callee = unwrap(call.callee)
  const receiver = callee.type === 'MemberExpression' ? steadyPlaceOf(unit, callee.object as TSESTree.Expression) : undefined
  const given = new Map<string, Place | undefined>()
  target.fn.params.forEach((parameter, at) => {
    if (parameter.type !== 'Identifier') return
    const variable = target.unit.scopes.getDeclaredVariables(target.fn).find(({ defs }) => defs[0]?.name === parameter)
    const argument = call.arguments[at]
    if (variable) given.set(idOf(target.unit, variable), argument && argument.type !== 'SpreadElement' ? steadyPlaceOf(unit, argument) : undefined)
  })
  // A function that stands in the call, or an arrow of the same method, has the caller's `this`.
  const keepsThis = target.fn.type === 'ArrowFunctionExpression' && target.unit === unit && callee.type !== 'MemberExpression'
  return place => {
    if (place.root === 'this') return keepsThis ? place : receiver && inPlace(receiver, ...place.path)
    return given.has(place.root) ? moved(given.get(place.root), place) : place
  }
}

function moved(to: Place | undefined, { path }: Place): Place | undefined {
  return to && inPlace(to, ...path)
}

const replaced = new WeakMap<TSESTree.Program, ReadonlySet<string>>()

/** Whether a property of this name is given another value anywhere but in a constructor, so that it may have been another one before. */
export function isReplaced({ ast }: SourceUnit, outer: TSESTree.Expression): boolean {
  const node = unwrap(outer)
  const name = node.type === 'MemberExpression' ? memberName(node) : undefined
  let names = replaced.get(ast)
  if (!names) replaced.set(ast, (names = namesReplaced(ast)))
  return name !== undefined && names.has(name)
}

function namesReplaced(ast: TSESTree.Program): ReadonlySet<string> {
  const names = new Set<string>()
  for (const node of nodesOf(ast)) {
    const target = node.type === 'AssignmentExpression' ? node.left : node.type === 'UnaryExpression' && node.operator === 'delete' ? node.argument : undefined
    if (target && !(node.type === 'AssignmentExpression' && isInConstructor(node))) {
      walk(target, inner => {
        if (inner.type === 'MemberExpression') names.add(memberName(inner) ?? '')
      })
    }
  }
  return names
}

/** Whether the function around a node is a constructor. */
export function isInConstructor(node: TSESTree.Node): boolean {
  for (let at = node.parent; at; at = at.parent) if (isFunction(at)) return at.parent.type === 'MethodDefinition' && at.parent.kind === 'constructor'
  return false
}

function isNamed(outer: TSESTree.Expression): boolean {
  const node = unwrap(outer)
  return node.type === 'Identifier' || node.type === 'ThisExpression' || (node.type === 'MemberExpression' && isNamed(node.object as TSESTree.Expression))
}

/** The `this` of a method, a constructor or a field; of what is static, the class. */
function placeOfThis(unit: SourceUnit, node: TSESTree.ThisExpression): Place | undefined {
  for (let at: TSESTree.Node | undefined = node.parent; at; at = at.parent) {
    if (at.type === 'StaticBlock' || (at.type === 'PropertyDefinition' && at.static)) return placeOfClass(unit, at.parent.parent)
    if (at.type === 'PropertyDefinition') return ownThis
    if (at.type === 'FunctionDeclaration') return undefined
    if (at.type !== 'FunctionExpression') continue
    const { parent } = at
    if (parent.type === 'MethodDefinition') return parent.static ? placeOfClass(unit, parent.parent.parent) : ownThis
    return parent.type === 'Property' && parent.method ? ownThis : undefined
  }
  return undefined
}

/** A class, by the name that its own code has for it. */
export function placeOfClass(unit: SourceUnit, { id }: TSESTree.ClassDeclaration | TSESTree.ClassExpression): Place | undefined {
  const variable = id && unit.scopes.getDeclaredVariables(id.parent).find(({ name }) => name === id.name)
  return variable ? placeOfVariable(unit, variable) : undefined
}
