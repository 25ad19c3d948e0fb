import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import { isGlobal, variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { codeAround, isWithin, memberName, unwrap } from '../walk.js'
import { runtimeMember } from './runtime.js'

/** Methods that take something out of a list, a Set or a Map. */
export const takesOut = new Set(['delete', 'clear', 'splice', 'pop', 'shift', 'fill'])

/** Whether something is taken out of the list or Set that a variable holds. */
export function isThinned({ references }: Variable): boolean {
  return references.some(({ identifier: { parent } }) => parent?.type === 'MemberExpression' && parent.parent.type === 'CallExpression' && takesOut.has(memberName(parent) ?? ''))
}

/** `Array.from(list)`, `new Set(list)`, `list.values()`: what a copy has the members of. */
export function sourceOfCopy(unit: SourceUnit, outer: TSESTree.Expression): TSESTree.Expression | undefined {
  const node = unwrap(outer)
  if (node.type === 'ArrayExpression') {
    const [only, ...others] = node.elements
    return only?.type === 'SpreadElement' && others.length === 0 ? only.argument : undefined
  }
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return undefined
  const callee = unwrap(node.callee)
  const [first, ...others] = node.arguments
  const argument = first && first.type !== 'SpreadElement' && others.length === 0 ? first : undefined
  if (node.type === 'NewExpression') return isGlobal(unit.scopes, callee, 'Set') ? argument : undefined
  if (callee.type !== 'MemberExpression') return undefined
  if (isGlobal(unit.scopes, callee.object, 'Array')) return memberName(callee) === 'from' ? argument : undefined
  if (isGlobal(unit.scopes, callee.object, 'Object')) return memberName(callee) === 'values' ? argument : undefined
  return memberName(callee) === 'values' && node.arguments.length === 0 ? (callee.object as TSESTree.Expression) : undefined
}

/** The list that a loop goes over whose variable is awaited: `for (const task of tasks) await task`. */
export function listAwaited(unit: SourceUnit, { argument }: TSESTree.AwaitExpression): { readonly list: TSESTree.Expression; readonly loop: TSESTree.ForOfStatement } | undefined {
  const variable = argument.type === 'Identifier' ? variableOf(unit.scopes, argument) : undefined
  const definition = variable?.defs[0]
  const loop = definition?.type === 'Variable' ? definition.parent.parent : undefined
  return loop?.type === 'ForOfStatement' && loop.left === definition?.parent && isWithin(argument, loop.body) && codeAround(loop) === codeAround(argument) ? { list: loop.right, loop } : undefined
}

/** The list whose promises `for await` waits for: as it is, or as `asCompleted` gives them. With a time limit that may end before they do. */
export function listGoneThrough(unit: SourceUnit, { right }: TSESTree.ForOfStatement): TSESTree.Expression {
  const call = unwrap(right)
  const [list, ...options] = call.type === 'CallExpression' && runtimeMember(unit, call) === 'asCompleted' ? call.arguments : []
  return list && list.type !== 'SpreadElement' && options.length === 0 ? list : call
}
