import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import { variableOf } from '../scopes.js'
import { runtimeMember } from '../tasks/runtime.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, memberName, unwrap } from '../walk.js'
import { isOneAtATime, type Member } from './joins.js'

/** A child of a task group, with the call that starts it. */
export interface Child extends Member {
  readonly call: TSESTree.CallExpression
}

/** The children that one task group is given by `createTask` and `start`, where `call` is the first of these calls. */
export function childrenOf(unit: SourceUnit, call: TSESTree.CallExpression): readonly Child[] {
  const group = groupOf(unit, call)
  if (!group || isLimited(group)) return []
  const calls = group.references.flatMap(({ identifier: { parent } }) => (parent?.type === 'MemberExpression' && parent.parent.type === 'CallExpression' && startsChild(parent.parent) ? [parent.parent] : [])).sort((a, b) => a.range[0] - b.range[0])
  if (calls[0] !== call) return []
  return calls.flatMap(one => childOf(one, group) ?? [])
}

/** Whether both may run at the same time: neither is waited for before the other starts, and one path comes to both. */
export function runTogether(first: Child, second: Child): boolean {
  if (first === second) return first.repeats !== undefined
  return first.call.parent.type !== 'AwaitExpression' && !areAlternatives(first.call, second.call)
}

function startsChild({ callee }: TSESTree.CallExpression): boolean {
  return callee.type === 'MemberExpression' && ['createTask', 'start'].includes(memberName(callee) ?? '')
}

function groupOf(unit: SourceUnit, call: TSESTree.CallExpression): Variable | undefined {
  if (!startsChild(call)) return undefined
  const object = unwrap((call.callee as TSESTree.MemberExpression).object)
  return object.type === 'Identifier' && runtimeMember(unit, call) !== undefined ? variableOf(unit.scopes, object) : undefined
}

/** `taskGroup(async tg => …, { limit: 1 })` runs one child at a time. */
function isLimited({ defs: [definition] }: Variable): boolean {
  if (definition?.type === 'Parameter') return definition.node.parent.type === 'CallExpression' && isOneAtATime(definition.node.parent.arguments[1])
  return definition?.type === 'Variable' && definition.node.init?.type === 'NewExpression' && isOneAtATime(definition.node.init.arguments[0])
}

function childOf(call: TSESTree.CallExpression, group: Variable): Child | undefined {
  const [node] = call.arguments
  if (!node || node.type === 'SpreadElement') return undefined
  let repeats: TSESTree.Node | undefined
  for (let at: TSESTree.Node | undefined = call; at && at !== group.scope.block; at = at.parent) {
    if (/^(?:For|While|DoWhile)/.test(at.type)) repeats = call.parent.type === 'AwaitExpression' ? repeats : at
    if (!isFunction(at)) continue
    const { parent } = at
    const isForEach = parent.type === 'CallExpression' && parent.callee.type === 'MemberExpression' && /^(?:forEach|map|flatMap)$/.test(memberName(parent.callee) ?? '')
    // Nobody knows when another function is called, and whether the one before has ended by then.
    if (!isForEach) return undefined
    repeats = at
  }
  return { node, repeats, call }
}

/** Whether a path that comes to one of them never comes to the other: the arms of an `if`, or a branch that leaves. */
function areAlternatives(first: TSESTree.Node, second: TSESTree.Node): boolean {
  for (let below = first, at = first.parent; at; below = at, at = at.parent) {
    const isCommon = at.range[0] <= second.range[0] && second.range[1] <= at.range[1]
    if (isCommon) return (at.type === 'IfStatement' || at.type === 'ConditionalExpression') && below !== at.test ? true : at.type === 'SwitchStatement'
    if (at.type === 'BlockStatement' && /^(?:Return|Throw|Break|Continue)Statement$/.test(at.body.at(-1)?.type ?? '') && !isFunction(at.parent as TSESTree.Node)) return true
  }
  return false
}
