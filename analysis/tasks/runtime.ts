import type { TSESTree } from '@typescript-eslint/types'
import { constantValue, variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, memberName, unwrap } from '../walk.js'

const mentions = new WeakMap<TSESTree.Program, boolean>()

/** Whether a file names the runtime at all. Without that, a call of it is one that nobody would recognise. */
export function usesRuntime({ ast, text }: SourceUnit): boolean {
  let answer = mentions.get(ast)
  if (answer === undefined) mentions.set(ast, (answer = text.includes('structured-async')))
  return answer
}

/** The name of the runtime's function that a call runs: `gather`, `wait`, `createTask` of a group too; undefined for all others. */
export function runtimeMember(unit: SourceUnit, call: TSESTree.CallExpression): string | undefined {
  const callee = unwrap(call.callee)
  if (!usesRuntime(unit) || !mayBeRuntime(unit, callee)) return undefined
  const target = unit.types.callee(call)
  if (target.kind === 'declared' && target.package === 'structured-async') return target.member
  return callee.type === 'MemberExpression' && isGroup(unit, callee.object as TSESTree.Expression) ? memberName(callee) : undefined
}

/** Most calls are told apart by their names, which is cheaper than to ask what they run. */
function mayBeRuntime(unit: SourceUnit, callee: TSESTree.Expression): boolean {
  if (callee.type === 'MemberExpression') return members.has(memberName(callee) ?? '')
  const definition = callee.type === 'Identifier' ? variableOf(unit.scopes, callee)?.defs[0] : undefined
  return definition?.type === 'ImportBinding' || (definition?.type === 'Variable' && definition.node.init?.type === 'CallExpression')
}

const members = new Set(['abortable', 'allTasks', 'any', 'asCompleted', 'background', 'createTask', 'currentTask', 'gather', 'otherTasks', 'race', 'run', 'shield', 'start', 'taskGroup', 'timeout', 'wait', 'waitFor'])

/** Whether code without types names a task group: the parameter of what `taskGroup` is given, or a new TaskGroup. */
function isGroup(unit: SourceUnit, outer: TSESTree.Expression): boolean {
  const node = unwrap(outer)
  const variable = node.type === 'Identifier' ? variableOf(unit.scopes, node) : undefined
  const definition = variable?.defs[0]
  if (!variable || !definition) return false
  if (definition.type === 'Parameter') {
    const { node: fn } = definition
    return isFunction(fn) && fn.params[0] === definition.name && fn.parent.type === 'CallExpression' && runtimeMember(unit, fn.parent) === 'taskGroup'
  }
  const value = constantValue(variable) ?? (definition.type === 'Variable' ? definition.node.init : undefined)
  if (value?.type !== 'NewExpression') return false
  const made = unit.types.callee(value)
  return made.kind === 'declared' && made.package === 'structured-async' && made.type === 'TaskGroup'
}
