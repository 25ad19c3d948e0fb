import type { TSESTree } from '@typescript-eslint/types'
import { constantValue, isReassigned } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { codeAround, isFunction, memberName, unwrap, type FunctionNode } from '../walk.js'
import { runtimeMember } from './runtime.js'

/** The runtime's functions that make a task of each function that they are given; the last three take lists. */
const starters = new Set(['createTask', 'background', 'run', 'start', 'waitFor', 'gather', 'race', 'any', 'asCompleted'])

/** Whether a function of this file certainly runs as a task, somewhere: see the glossary. */
export function runsAsTask(unit: SourceUnit, fn: FunctionNode, seen = new Set<FunctionNode>()): boolean {
  if (seen.has(fn)) return false
  seen.add(fn)
  if (isStarted(unit, fn)) return true
  const around = fn.parent.type === 'CallExpression' && runsWhereItStands(fn, fn.parent) ? codeAround(fn.parent) : undefined
  if (around && isFunction(around) && runsAsTask(unit, around, seen)) return true
  return mentionsOf(unit, fn).some(mention => {
    if (isStarted(unit, mention)) return true
    const { parent } = mention
    if (parent?.type !== 'CallExpression' || parent.callee !== mention) return false
    const caller = codeAround(parent)
    return caller !== undefined && isFunction(caller) && runsAsTask(unit, caller, seen)
  })
}

/** Whether this is what a starter is given, by itself or in a list or record. */
function isStarted(unit: SourceUnit, node: TSESTree.Node): boolean {
  let at = node.parent
  if (at?.type === 'Property') at = at.parent
  if (at?.type === 'ArrayExpression' || at?.type === 'ObjectExpression') at = at.parent
  if (at?.type !== 'CallExpression' || at.callee === node) return false
  const member = runtimeMember(unit, at)
  return member !== undefined && starters.has(member)
}

/** Whether a function that stands in a call is run by the code around: at once, or when a promise that it waits for is done. */
function runsWhereItStands(fn: FunctionNode, call: TSESTree.CallExpression): boolean {
  const callee = unwrap(call.callee)
  if (callee === fn) return true
  return callee.type === 'MemberExpression' && /^(?:then|catch|finally|map|forEach|filter|flatMap|reduce|some|every|find)$/.test(memberName(callee) ?? '')
}

/** Where a function is named, if its name stands for nothing else. */
function mentionsOf(unit: SourceUnit, fn: FunctionNode): readonly TSESTree.Node[] {
  const holder = fn.type === 'FunctionDeclaration' ? fn : fn.parent.type === 'VariableDeclarator' ? fn.parent : undefined
  const variable = holder && unit.scopes.getDeclaredVariables(holder).find(({ defs }) => defs[0]?.node === holder)
  if (!variable || (holder.type === 'VariableDeclarator' ? constantValue(variable) === undefined : isReassigned(variable))) return []
  return variable.references.filter(reference => reference.isRead()).map(({ identifier }) => identifier)
}
