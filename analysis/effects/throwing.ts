import type { TSESTree } from '@typescript-eslint/types'
import { isGlobal, promiseStatic } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, memberName, unwrap } from '../walk.js'
import { rowFor } from './catalogue/lookup.js'
import { found } from './functions.js'

const chained = new Set(['then', 'catch', 'finally'])
const combining = new Set(['all', 'allSettled', 'any', 'race'])

/**
 * Whether evaluating an expression that gives a promise may throw instead: then promises that started before it have nobody
 * to handle them. An async function throws nothing, and its arguments must not either.
 */
export function mayThrowFirst(unit: SourceUnit, outer: TSESTree.Expression): boolean {
  const node = unwrap(outer)
  if (node.type === 'Identifier') return false
  if (node.type === 'ImportExpression') return node.source.type !== 'Literal'
  if (node.type !== 'CallExpression') return true
  const callee = unwrap(node.callee)
  if (callee.type === 'MemberExpression') {
    const method = memberName(callee) ?? ''
    if (chained.has(method)) return mayThrowFirst(unit, callee.object) || !node.arguments.every(isFunction)
    const [list] = combining.has(promiseStatic(unit.scopes, node) ?? '') ? node.arguments : []
    if (list?.type === 'ArrayExpression') return list.elements.some(element => !element || element.type === 'SpreadElement' || mayThrowFirst(unit, element))
    if (!isHarmless(unit, callee)) return true
  }
  return !givesPromiseOnly(unit, node) || !node.arguments.every(argument => isHarmless(unit, argument))
}

/** Whether a call of the function gives a promise whatever happens: it is `async`, or a library's that the catalogue knows. */
function givesPromiseOnly(unit: SourceUnit, node: TSESTree.CallExpression): boolean {
  const callee = unit.types.callee(node)
  const target = found(unit, callee)
  if (target) return target.fn.async && !(callee.kind === 'function' && callee.doubt)
  return callee.kind === 'declared' && rowFor(callee)?.what !== undefined
}

/** Whether evaluating it can't throw: names, literals, functions, and members of what is there. */
function isHarmless(unit: SourceUnit, outer: TSESTree.Node): boolean {
  const node = unwrap(outer as TSESTree.Expression) as TSESTree.Node
  if (isFunction(node)) return true
  switch (node.type) {
    case 'Identifier':
    case 'Literal':
    case 'ThisExpression':
      return true
    case 'MemberExpression':
      return (!node.computed || isHarmless(unit, node.property)) && isHarmless(unit, node.object) && (node.optional || unit.types.isNullable(node.object) === 'no')
    case 'ArrayExpression':
      return node.elements.every(element => !element || isHarmless(unit, element))
    case 'ObjectExpression':
      return node.properties.every(property => isHarmless(unit, property.type === 'SpreadElement' ? property.argument : property.value) && !(property.type === 'Property' && property.computed))
    case 'SpreadElement':
      return isHarmless(unit, node.argument)
    case 'TemplateLiteral':
      return node.expressions.every(expression => isHarmless(unit, expression))
    case 'UnaryExpression':
      return node.operator !== 'delete' && isHarmless(unit, node.argument)
    case 'LogicalExpression':
    case 'BinaryExpression':
      return isHarmless(unit, node.left) && isHarmless(unit, node.right)
    case 'ConditionalExpression':
      return [node.test, node.consequent, node.alternate].every(part => isHarmless(unit, part))
    case 'CallExpression':
      return computesSafely(unit, node)
    case 'NewExpression':
      return isGlobal(unit.scopes, node.callee, 'Date') && node.arguments.every(argument => isHarmless(unit, argument))
    default:
      return false
  }
}

/** Methods of the language that throw for no argument of the type that they declare. */
const safeMethods = new Map([
  ['String', /^(?:at|charAt|concat|endsWith|includes|indexOf|lastIndexOf|padEnd|padStart|slice|split|startsWith|substring|toLowerCase|toString|toUpperCase|trim|trimEnd|trimStart)$/],
  ['Array', /^(?:at|concat|includes|indexOf|join|slice)$/],
  ['ReadonlyArray', /^(?:at|concat|includes|indexOf|join|slice)$/],
  ['Math', /./],
  ['Date', /^(?:get|valueOf)/],
  ['DateConstructor', /^now$/],
])

/** `email.toLowerCase()`, `Date.now()`. */
function computesSafely(unit: SourceUnit, node: TSESTree.CallExpression): boolean {
  const callee = unwrap(node.callee)
  if (callee.type !== 'MemberExpression' || !isHarmless(unit, callee) || !node.arguments.every(argument => !isFunction(argument) && isHarmless(unit, argument))) return false
  const target = unit.types.callee(node)
  return target.kind === 'declared' && target.package === 'lib' && safeMethods.get(target.type ?? '')?.test(target.member) === true
}
