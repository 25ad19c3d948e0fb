import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import { variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, returnedBy, unwrap, type FunctionNode } from '../walk.js'
import type { Target } from './effect.js'
import { functionBehind } from './functions.js'

/** How much is asked of a callee: all that it does, or no more than its first part whose order matters with everything. */
export type Extent = 'all' | 'until ordered'

/** A piece of code whose effects are asked for, and what belongs to it alone. */
export interface Code {
  readonly unit: SourceUnit
  readonly extent: Extent
  readonly range: readonly [start: number, end: number]
  /** The function's own parameters, by position; none where the code is no function. */
  readonly parameters: ReadonlyMap<Variable, number>
}

export function codeOf(unit: SourceUnit, node: TSESTree.Node, extent: Extent = 'all'): Code {
  const parameters = new Map<Variable, number>()
  if (isFunction(node)) {
    for (const variable of unit.scopes.getDeclaredVariables(node)) {
      const name = variable.defs[0]?.name
      const index = name && node.params.findIndex(({ range }) => range[0] <= name.range[0] && name.range[1] <= range[1])
      if (variable.defs[0]?.type === 'Parameter' && index !== undefined && index >= 0) parameters.set(variable, index)
    }
  }
  return { unit, extent, range: node.range, parameters }
}

/**
 * What a change of the object that an expression gives would change, as far as others can see it: nothing where the code
 * has made the object itself.
 */
export function originsOf(code: Code, outer: TSESTree.Node, seen = new Set<unknown>()): readonly Target[] {
  const node = unwrap(outer.type === 'SpreadElement' ? outer.argument : (outer as TSESTree.Expression))
  if (seen.has(node)) return []
  seen.add(node)
  switch (node.type) {
    case 'Identifier':
      return originsOfName(code, node, seen)
    case 'ThisExpression':
    case 'Super':
      return [{ kind: 'this' }]
    case 'MemberExpression':
      return originsOf(code, node.object, seen)
    case 'ConditionalExpression':
      return [...originsOf(code, node.consequent, seen), ...originsOf(code, node.alternate, seen)]
    case 'LogicalExpression':
      return [...originsOf(code, node.left, seen), ...originsOf(code, node.right, seen)]
    case 'AssignmentExpression':
      return originsOf(code, node.right, seen)
    case 'SequenceExpression':
      return originsOf(code, node.expressions.at(-1) as TSESTree.Expression, seen)
    case 'CallExpression':
      return originsOfCall(code, node, seen)
    case 'ImportExpression':
    case 'MetaProperty':
    case 'YieldExpression':
      return [{ kind: 'outside' }]
    default:
      // Literals, `new`, templates, functions; what an await gives was made for it.
      return []
  }
}

/** What a variable holds, as {@link originsOf} asks. */
export function originsOfVariable(code: Code, variable: Variable, seen = new Set<unknown>()): readonly Target[] {
  const index = code.parameters.get(variable)
  if (index !== undefined) return [{ kind: 'parameter', index }]
  const name = variable.defs[0]?.name
  if (!name) return [{ kind: 'outside' }]
  if (!isWithin(name, code)) return [{ kind: 'captured', id: idOf(code.unit, variable), name: variable.name, through: true }]
  if (seen.has(variable)) return []
  seen.add(variable)
  const values = variable.references.flatMap(({ writeExpr }) => (writeExpr ? [writeExpr] : []))
  return values.flatMap(value => originsOf(code, value.parent?.type === 'ForOfStatement' ? value.parent.right : value, seen))
}

/** The file and the offset of a variable's declaration: the same whoever asks. */
export function idOf(unit: SourceUnit, variable: Variable): string {
  return `${unit.path}:${variable.defs[0]?.name.range[0] ?? variable.name}`
}

export function isWithin(node: TSESTree.Node, { range }: Code): boolean {
  return range[0] <= node.range[0] && node.range[1] <= range[1]
}

function originsOfName(code: Code, node: TSESTree.Identifier, seen: Set<unknown>): readonly Target[] {
  const variable = variableOf(code.unit.scopes, node)
  if (!variable || variable.defs.length === 0) return node.name === 'undefined' ? [] : [{ kind: 'outside' }]
  return originsOfVariable(code, variable, seen)
}

function originsOfCall(code: Code, node: TSESTree.CallExpression, seen: Set<unknown>): readonly Target[] {
  const callee = unwrap(node.callee)
  // `map.get(key)` and `last(list)` give what was put in.
  if (code.unit.types.handsBack(node) === 'yes') {
    const given = code.unit.types.handsBackReceiver(node) === 'yes' ? [] : node.arguments
    const holders = callee.type === 'MemberExpression' ? [callee.object, ...given] : given
    return holders.flatMap(holder => originsOf(code, holder, seen))
  }
  const target = functionBehind(code.unit, node)
  if (!target || target.fn.async) return []
  return givesNewThings(target.unit, target.fn) ? [] : [{ kind: 'outside' }]
}

const makers = new WeakMap<FunctionNode, boolean>()

/** Whether all that a function returns was made by it. */
function givesNewThings(unit: SourceUnit, fn: FunctionNode): boolean {
  const known = makers.get(fn)
  if (known !== undefined) return known
  makers.set(fn, true)
  const code = codeOf(unit, fn)
  const answer = returnedBy(fn).every(value => originsOf(code, value).length === 0)
  makers.set(fn, answer)
  return answer
}

/** `{ load }` as a parameter: the property that a destructured name stands for; undefined for the parameter itself. */
export function propertyPath(variable: Variable): string | undefined {
  const parent = variable.defs[0]?.name.parent
  const property = parent?.type === 'AssignmentPattern' ? parent.parent : parent
  return property?.type === 'Property' && property.parent.type === 'ObjectPattern' && property.key.type === 'Identifier' ? property.key.name : undefined
}
