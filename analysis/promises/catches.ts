import type { TSESTree } from '@typescript-eslint/types'
import { variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, memberName, nodesOf, unwrap, walk, type FunctionNode } from '../walk.js'
import { chainOf } from './chain.js'
import { functionNamed, throws } from './rejection.js'

/**
 * A handler in this file that a rejection of `fn` reaches and that tells errors apart, by `instanceof`, a code, a name or
 * a predicate: it would not recognise an error that is wrapped in another. Functions that hand the rejection on are
 * followed to their own callers. Undefined where the file shows none.
 */
export function inspectingCatch(unit: SourceUnit, fn: FunctionNode, seen = new Set<TSESTree.Node>()): TSESTree.Node | undefined {
  if (seen.has(fn)) return undefined
  seen.add(fn)
  for (const call of callsOf(unit, fn)) {
    const found = inspectorOf(unit, call, seen)
    if (found) return found
  }
  return undefined
}

function callsOf(unit: SourceUnit, fn: FunctionNode): TSESTree.Node[] {
  const { parent } = fn
  if (parent?.type === 'CallExpression' && unwrap(parent.callee) === fn) return [parent]
  const id = fn.type === 'FunctionDeclaration' ? fn.id : parent?.type === 'VariableDeclarator' ? parent.id : undefined
  if (id?.type === 'Identifier') {
    const variable = unit.scopes.getDeclaredVariables(fn.type === 'FunctionDeclaration' ? fn : (parent as TSESTree.Node)).find(candidate => candidate.name === id.name)
    return (variable?.references ?? []).flatMap(({ identifier }) => (identifier.parent?.type === 'CallExpression' && identifier.parent.callee === identifier ? [identifier.parent] : []))
  }
  const name = parent?.type === 'MethodDefinition' || parent?.type === 'Property' || parent?.type === 'PropertyDefinition' ? parent.key : undefined
  const method = name?.type === 'Identifier' ? name.name : name?.type === 'PrivateIdentifier' ? `#${name.name}` : undefined
  if (method === undefined) return []
  return methodCalls(unit).get(method) ?? []
}

const methodCallsOf = new WeakMap<TSESTree.Program, Map<string, TSESTree.Node[]>>()

/** The file's calls of methods, by the method's name. */
function methodCalls({ ast }: SourceUnit): Map<string, TSESTree.Node[]> {
  let calls = methodCallsOf.get(ast)
  if (!calls) {
    const found = new Map<string, TSESTree.Node[]>()
    for (const node of nodesOf(ast)) {
      if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') continue
      const name = memberName(node.callee)
      if (name !== undefined) found.set(name, [...(found.get(name) ?? []), node])
    }
    methodCallsOf.set(ast, (calls = found))
  }
  return calls
}

/** Follows the rejection of `promise` outwards, to a handler that tells errors apart; one that ends it ends the search. */
export function inspectorOf(unit: SourceUnit, promise: TSESTree.Node, seen = new Set<TSESTree.Node>()): TSESTree.Node | undefined {
  let current = promise
  let below = promise
  // A promise that the block does not wait for rejects when the block is left.
  let isAwaited = false
  for (let at = promise.parent; at; below = at, at = at.parent) {
    if (at.type === 'CallExpression') {
      const chain = chainOf(at)
      if (chain && unwrap(chain.object) === current) {
        const handler = chain.onRejected && chain.onRejected.type !== 'SpreadElement' ? functionNamed(unit, chain.onRejected) : undefined
        if (handler && inspects(unit, handler.params[0], handler.body)) return handler.body
        if (chain.onRejected && !(handler && throws(handler.body))) return undefined
        current = at
      }
    } else if (at.type === 'AwaitExpression') isAwaited = true
    else if (at.type === 'VariableDeclarator' && at.init === below && !isAwaited) return inspectorOfVariable(unit, at, seen)
    else if (at.type === 'TryStatement' && isAwaited && at.block === below && at.handler) {
      if (inspects(unit, at.handler.param, at.handler.body)) return at.handler.body
      if (!throws(at.handler.body)) return undefined
    }
    if (isFunction(at)) return isAwaited || at.body === below || hasReturned(current) ? inspectingCatch(unit, at, seen) : undefined
  }
  return undefined
}

function inspectorOfVariable(unit: SourceUnit, declarator: TSESTree.VariableDeclarator, seen: Set<TSESTree.Node>): TSESTree.Node | undefined {
  for (const variable of unit.scopes.getDeclaredVariables(declarator)) {
    for (const { identifier } of variable.references) {
      const found = identifier === declarator.id ? undefined : inspectorOf(unit, identifier, seen)
      if (found) return found
    }
  }
  return undefined
}

function hasReturned(promise: TSESTree.Node): boolean {
  for (let at = promise.parent; at && !isFunction(at); at = at.parent) if (at.type === 'ReturnStatement') return true
  return false
}

function inspects(unit: SourceUnit, parameter: TSESTree.Node | null | undefined, body: TSESTree.Node): boolean {
  if (!parameter) return false
  // `catch ({ code })` reads what only the original error has.
  if (parameter.type !== 'Identifier') return true
  let found = false
  walk(body, node => {
    if (node.type !== 'Identifier' || node.name !== parameter.name) return
    if (variableOf(unit.scopes, node)?.defs[0]?.name !== parameter) return
    found ||= tellsApart(node)
  })
  return found
}

function tellsApart(use: TSESTree.Node): boolean {
  let node = use
  while (node.parent && ['TSAsExpression', 'TSNonNullExpression', 'ChainExpression', 'TSTypeAssertion'].includes(node.parent.type)) node = node.parent
  const { parent } = node
  if (!parent) return false
  if (parent.type === 'BinaryExpression') return true
  if (parent.type === 'SwitchStatement') return true
  if (parent.type === 'MemberExpression' && parent.object === node) return !['message', 'stack'].includes(memberName(parent) ?? '') || isCondition(parent)
  return isCondition(node)
}

/** Whether the value, or what a call makes of it, decides which way the handler goes. */
function isCondition(node: TSESTree.Node): boolean {
  for (let below = node, at = node.parent; at; below = at, at = at.parent) {
    if ((at.type === 'IfStatement' || at.type === 'ConditionalExpression' || at.type === 'WhileStatement') && at.test === below) return true
    if (at.type === 'SwitchStatement' && at.discriminant === below) return true
    if (at.type === 'LogicalExpression' && at.left === below) return true
    if (at.type.endsWith('Statement') || isFunction(at)) return false
  }
  return false
}
