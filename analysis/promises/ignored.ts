import type { TSESTree } from '@typescript-eslint/types'
import { short } from '../effects/summary.js'
import type { IgnoredOutcome } from '../facts.js'
import type { Finder } from '../find.js'
import { constantValue, promiseStatic, variableOf } from '../scopes.js'
import { everyTaskIn } from '../tasks/all-tasks.js'
import { runtimeMember } from '../tasks/runtime.js'
import { isTestFile } from '../test-files.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, memberName, unwrap } from '../walk.js'
import { chainOf } from './chain.js'
import { mayReject } from './rejection.js'

export interface IgnoredOptions {
  /** Whether handlers that swallow every error without a word count: `.catch(() => {})`. */
  readonly swallowed: boolean
  /** Whether test files count too. */
  readonly checkTests: boolean
}

export const defaultIgnoredOptions: IgnoredOptions = { swallowed: true, checkTests: false }

/** Errors that somebody has taken charge of, and that nobody ever looks at. */
export const ignoredFinder: Finder<IgnoredOutcome, IgnoredOptions> = { types: ['CallExpression'], at: (node, unit, options) => (node.type === 'CallExpression' ? ignoredAt(unit, node, options) : []) }

function ignoredAt(unit: SourceUnit, call: TSESTree.CallExpression, { swallowed, checkTests }: IgnoredOptions): IgnoredOutcome[] {
  const kind = outcomesOf(unit, call)
  const isSwallowed = !kind && swallowed && swallows(unit, call)
  if ((!kind && !isSwallowed) || (!checkTests && isTestFile(unit)) || isExplained(unit, call)) return []
  if (isSwallowed) return [{ kind: 'ignored-outcome', node: unwrap(call.callee).type === 'MemberExpression' ? (unwrap(call.callee) as TSESTree.MemberExpression).property : call.callee, call, what: 'swallowed', name: short(unit, chainOf(call)?.object ?? call), certainty: 'proven', because: [] }]
  // A wait for every task there is wants an owner for them: `prefer-task-group` says so.
  if (!kind || !isUnread(unit, call, kind) || !mayFail(unit, call) || everyTaskIn(unit, call)) return []
  return [{ kind: 'ignored-outcome', node: call.callee, call, what: kind, name: short(unit, call.callee), certainty: 'proven', because: [] }]
}

/** What gives outcomes in place of errors. */
function outcomesOf(unit: SourceUnit, call: TSESTree.CallExpression): 'settled' | 'gathered' | 'waited' | undefined {
  if (promiseStatic(unit.scopes, call) === 'allSettled') return 'settled'
  const member = runtimeMember(unit, call)
  if (member === 'wait') return 'waited'
  const [, options] = call.arguments
  const isCollected = member === 'gather' && options?.type === 'ObjectExpression' && options.properties.some(property => property.type === 'Property' && property.key.type === 'Identifier' && property.key.name === 'returnExceptions' && property.value.type === 'Literal' && property.value.value === true)
  return isCollected ? 'gathered' : undefined
}

/** Whether the outcomes go nowhere: a statement, a variable that nothing reads. */
function isUnread(unit: SourceUnit, call: TSESTree.CallExpression, kind: 'settled' | 'gathered' | 'waited'): boolean {
  const { parent } = call
  // Without an `await` in front of it, somebody else may look at what it gives.
  if (parent.type !== 'AwaitExpression') return false
  const user = parent.parent
  if (user.type === 'ExpressionStatement') return true
  if (user.type !== 'VariableDeclarator' || user.init !== parent) return false
  const variables = unit.scopes.getDeclaredVariables(user)
  if (kind === 'waited' && user.id.type === 'ArrayPattern') {
    const [done] = user.id.elements
    const variable = done?.type === 'Identifier' ? variables.find(({ defs }) => defs[0]?.name === done) : undefined
    return done === null || done === undefined || (variable !== undefined && !variable.references.some(reference => reference.isRead()))
  }
  return user.id.type === 'Identifier' && variables.every(({ references }) => !references.some(reference => reference.isRead()))
}

/**
 * Whether the errors may get lost with the outcomes: those of promises that are made for the call, and can reject. What is kept
 * in a field, or in a list that others read, may be waited for there as well.
 */
function mayFail(unit: SourceUnit, { arguments: [list] }: TSESTree.CallExpression): boolean {
  if (!list || list.type === 'SpreadElement') return false
  const node = unwrap(list)
  if (node.type === 'ArrayExpression') return node.elements.some(element => element && element.type !== 'SpreadElement' && memberMayFail(unit, element))
  if (node.type === 'ObjectExpression') return node.properties.some(property => property.type === 'Property' && memberMayFail(unit, property.value as TSESTree.Expression))
  if (node.type === 'Identifier') {
    const variable = variableOf(unit.scopes, node)
    const value = variable && constantValue(variable)
    return value !== undefined && variable?.references.filter(reference => reference.isRead()).length === 1 && isMade(value) && listMayFail(unit, value)
  }
  return isMade(node) && listMayFail(unit, node)
}

function memberMayFail(unit: SourceUnit, outer: TSESTree.Expression): boolean {
  const node = unwrap(outer)
  if (isFunction(node)) return true
  if (node.type === 'Identifier') {
    const variable = variableOf(unit.scopes, node)
    const value = variable && constantValue(variable)
    return value !== undefined && variable?.references.filter(reference => reference.isRead()).length === 1 && memberMayFail(unit, value)
  }
  return (node.type === 'CallExpression' || node.type === 'NewExpression') && mayReject(unit, node)
}

/** `items.map(async item => …)`, and lists that a literal makes. */
function isMade(outer: TSESTree.Expression): boolean {
  const node = unwrap(outer)
  return node.type === 'ArrayExpression' || (node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && ['map', 'flatMap'].includes(memberName(node.callee) ?? ''))
}

function listMayFail(unit: SourceUnit, outer: TSESTree.Expression): boolean {
  const node = unwrap(outer)
  if (node.type === 'ArrayExpression') return node.elements.some(element => element && element.type !== 'SpreadElement' && memberMayFail(unit, element))
  const [callback] = node.type === 'CallExpression' ? node.arguments : []
  if (callback && isFunction(callback) && callback.body.type !== 'BlockStatement') return memberMayFail(unit, callback.body)
  return mayReject(unit, node)
}

/** `f().catch(() => {})` whose value nobody wants: a handler that does nothing at all. */
function swallows(unit: SourceUnit, call: TSESTree.CallExpression): boolean {
  const chain = chainOf(call)
  if (!chain?.onRejected || chain.onRejected.type === 'SpreadElement' || !isNothing(unit, chain.onRejected)) return false
  const object = unwrap(chain.object)
  // What has a name is awaited, returned or kept elsewhere as well, and this keeps a late await safe.
  if (object.type !== 'CallExpression' && object.type !== 'NewExpression' && object.type !== 'ImportExpression') return false
  if (unit.types.isPromise(object, { thenables: true, safeTypes: [] }) !== 'yes') return false
  let { parent }: { parent: TSESTree.Node } = call
  if (parent.type === 'ChainExpression') parent = parent.parent
  if (parent.type === 'AwaitExpression' || (parent.type === 'UnaryExpression' && parent.operator === 'void')) ({ parent } = parent)
  return parent.type === 'ExpressionStatement' && mayReject(unit, object)
}

function isNothing(unit: SourceUnit, outer: TSESTree.Node): boolean {
  const node = unwrap(outer as TSESTree.Expression)
  if (node.type === 'Identifier') return /^noop$/i.test(node.name)
  if (!isFunction(node)) return false
  if (node.body.type === 'BlockStatement') return node.body.body.length === 0
  const value = unwrap(node.body)
  return (value.type === 'Identifier' && value.name === 'undefined') || (value.type === 'Literal' && value.value === null) || (value.type === 'UnaryExpression' && value.operator === 'void') || (value.type === 'ObjectExpression' && value.properties.length === 0 && unit.text[value.range[0] - 1] === '(')
}

/** Whether a comment in the statement, above it or behind it on its line says a word about it. */
function isExplained({ ast, text }: SourceUnit, call: TSESTree.CallExpression): boolean {
  let statement: TSESTree.Node = call
  while (statement.parent && !/Statement$|Declaration$/.test(statement.type)) statement = statement.parent
  const [start, end] = statement.range
  return (ast.comments ?? []).some(({ range: [from, to] }) => (from >= start && to <= end) || (to <= start && /^[^\S\n]*\n?[^\S\n]*$/.test(text.slice(to, start))) || (from >= end && /^[;,\s]*$/.test(text.slice(end, from)) && !text.slice(end, from).includes('\n')))
}
