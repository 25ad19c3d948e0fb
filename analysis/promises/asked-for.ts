import type { TSESTree } from '@typescript-eslint/types'
import { isReassigned, variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { keyName, memberName, unwrap, type FunctionNode } from '../walk.js'

/**
 * Whether a statement of a function runs only for a caller who asks for it, and `call` does not: `if (throwOnError) throw error`, where
 * that is taken out of an options object which the call leaves out or gives without it.
 */
export function isUnasked(unit: SourceUnit, statement: TSESTree.Statement, fn: FunctionNode, call: TSESTree.CallExpression): boolean {
  const branch = statement.parent.type === 'BlockStatement' ? statement.parent : statement
  const { parent } = branch
  const option = parent?.type === 'IfStatement' && parent.consequent === branch ? optionNamed(unit, parent.test, fn) : undefined
  if (!option || call.arguments.slice(0, option.at + 1).some(argument => argument.type === 'SpreadElement')) return false
  const given = call.arguments[option.at]
  return given === undefined || (given.type === 'ObjectExpression' && given.properties.every(property => property.type === 'Property' && !property.computed && keyName(property.key) !== option.name))
}

/** The option that a condition asks for: its name, and which argument holds it. */
function optionNamed({ scopes }: SourceUnit, test: TSESTree.Expression, fn: FunctionNode): { at: number; name: string } | undefined {
  const node = unwrap(test)
  const named = node.type === 'MemberExpression' && !node.computed ? unwrap(node.object) : node
  const variable = named.type === 'Identifier' ? variableOf(scopes, named) : undefined
  if (!variable || isReassigned(variable)) return undefined
  for (const [at, outer] of fn.params.entries()) {
    const parameter = outer.type === 'AssignmentPattern' ? outer.left : outer
    const isDefault = outer.type !== 'AssignmentPattern' || (outer.right.type === 'ObjectExpression' && outer.right.properties.length === 0)
    if (!isDefault) continue
    if (parameter.type === 'Identifier' && node !== named && variable.defs[0]?.name === parameter) return { at, name: memberName(node as TSESTree.MemberExpression) ?? '' }
    if (parameter.type !== 'ObjectPattern' || node !== named) continue
    const property = parameter.properties.find(({ value }) => variable.defs[0]?.name === (value?.type === 'AssignmentPattern' && isFalse(value.right) ? value.left : value))
    if (property?.type === 'Property') return { at, name: keyName(property.key) ?? '' }
  }
  return undefined
}

function isFalse(node: TSESTree.Expression): boolean {
  return node.type === 'Literal' && node.value === false
}
