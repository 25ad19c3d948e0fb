import type { TSESTree } from '@typescript-eslint/types'
import { foundAlone } from '../effects/functions.js'
import { constantValue, isGlobal, isReassigned, variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { memberName, returnedBy, unwrap, type FunctionNode } from '../walk.js'
import { chainOf } from './chain.js'
import { isOwnedByLibrary } from './owned-by-library.js'
import { hasHandler } from './rejection.js'
import { readsOf } from './uses.js'

/**
 * Whether whoever makes a promise looks after it: a library does, or the function that is called has given it a handler. That leads to other
 * files, so it is asked last, of what would be reported.
 */
export function isLookedAfter(unit: SourceUnit, made: TSESTree.Expression): boolean {
  return isOwnedByLibrary(unit, made) || comesHandled(unit, made)
}

/**
 * Whether the promise that a call gives got a handler from the function that is called: `p.catch(() => {}); return p`, also by way
 * of another such function, of a library that looks after it, or of `Object.assign`. An `async` function gives a promise of its own, which nobody inside can handle.
 */
function comesHandled(unit: SourceUnit, outer: TSESTree.Expression, depth = 0): boolean {
  const node = unwrap(outer)
  if (node.type !== 'CallExpression' || depth > mostSteps) return false
  const target = foundAlone(unit, unit.types.callee(node))
  if (!target || target.fn.async || target.fn.generator) return false
  const given = returnedBy(target.fn)
  return given.length > 0 && given.every(value => isHandled(target.unit, target.fn, value, depth + 1))
}

/** How many functions and names a promise is followed through. */
const mostSteps = 6

function isHandled(unit: SourceUnit, fn: FunctionNode, outer: TSESTree.Expression, depth: number): boolean {
  const node = unwrap(outer)
  if (node.type === 'CallExpression') {
    const [first] = node.arguments
    return isOwnedByLibrary(unit, node) || comesHandled(unit, node, depth) || (isAssign(unit, node) && first !== undefined && first.type !== 'SpreadElement' && depth < mostSteps && isHandled(unit, fn, first, depth + 1))
  }
  const variable = node.type === 'Identifier' ? variableOf(unit.scopes, node) : undefined
  if (!variable || isReassigned(variable) || depth > mostSteps) return false
  if (readsOf(variable).some(read => isGivenHandler(unit, fn, read))) return true
  const value = constantValue(variable)
  return value !== undefined && isHandled(unit, fn, value, depth + 1)
}

/** Whether a mention begins a chain with a handler, in a statement that every path of the function comes to but for what leaves before. */
function isGivenHandler(unit: SourceUnit, fn: FunctionNode, read: TSESTree.Node): boolean {
  let chain: TSESTree.Node = read
  for (;;) {
    const call: TSESTree.Node | undefined = chain.parent?.type === 'MemberExpression' && chain.parent.object === chain ? chain.parent.parent : undefined
    if (call?.type !== 'CallExpression' || call.callee !== chain.parent || !chainOf(call)) break
    chain = call
  }
  const { parent } = chain
  return chain !== read && parent?.type === 'ExpressionStatement' && parent.parent === fn.body && hasHandler(unit, chain as TSESTree.Expression)
}

function isAssign({ scopes }: SourceUnit, { callee }: TSESTree.CallExpression): boolean {
  return callee.type === 'MemberExpression' && memberName(callee) === 'assign' && isGlobal(scopes, callee.object, 'Object')
}
