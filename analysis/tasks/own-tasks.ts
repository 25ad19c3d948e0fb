import type { TSESTree } from '@typescript-eslint/types'
import type { SelfAwait } from '../facts.js'
import { variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { codeAround, isFunction, unwrap, walk, type FunctionNode } from '../walk.js'
import { branchesAround, conditionsOf, has } from './conditions.js'
import { listAwaited, listGoneThrough } from './lists.js'
import { isSamePlace, placeOfVariable } from './places.js'
import { runsAsTask } from './running.js'
import { runtimeMember } from './runtime.js'
import { factOf, isPossible } from './told.js'
import { everyTask, ownTask, waitsOfCallback, waitsOfMembers, waitsOfValue, type Wait } from './waits.js'

/** Waits for all tasks, or for the current one, in code that runs as a task. */
export function tasksAt(unit: SourceUnit, node: TSESTree.Node): readonly SelfAwait[] {
  if (node.type === 'CallExpression') return ownHandle(unit, node)
  const waits = node.type === 'AwaitExpression' ? waitsAt(unit, node) : node.type === 'ForOfStatement' && node.await ? waitsOfMembers(unit, listGoneThrough(unit, node)) : []
  // A callee of this file is told of where it waits itself.
  const wait = waits.find(({ place, steps }) => (isSamePlace(place, everyTask) || isSamePlace(place, ownTask)) && steps.at(-1)?.unit !== unit)
  const fn = codeAround(node)
  if (!wait || !fn || !isFunction(fn) || asksForItself(unit, fn, node) || isPicked(fn, node) || !runsAsTask(unit, fn)) return []
  const whole = { ...wait, steps: [{ unit, fn, node }, ...wait.steps] }
  if (isSamePlace(wait.place, ownTask)) return [factOf(unit, whole, 'own task', wait.place, node)]
  return [{ ...factOf(unit, whole, 'all tasks', wait.place, node), tasks: whole.steps.length === 1 ? tasksOf(unit, node) : undefined }]
}

function waitsAt(unit: SourceUnit, node: TSESTree.AwaitExpression): readonly Wait[] {
  const looped = listAwaited(unit, node)
  return [...waitsOfValue(unit, node.argument), ...(looped ? waitsOfMembers(unit, looped.list) : [])]
}

/** Whether a loop over tasks looks at each before it waits for it. */
function isPicked(fn: FunctionNode, node: TSESTree.Node): boolean {
  const branches = branchesAround(fn, node)
  const loop = branches.findIndex(({ parent }) => parent?.type === 'ForOfStatement')
  return loop > 0 || (loop === 0 && has(branches[0] as TSESTree.Node, ({ type }) => type === 'ContinueStatement' || type === 'BreakStatement'))
}

/** A task that waits for the handle that it is given. */
function ownHandle(unit: SourceUnit, call: TSESTree.CallExpression): readonly SelfAwait[] {
  const member = runtimeMember(unit, call)
  const [callback] = call.arguments
  if (member === undefined || !['createTask', 'background', 'run'].includes(member) || !callback || callback.type === 'SpreadElement') return []
  const fn = unwrap(callback)
  const [parameter] = isFunction(fn) ? fn.params : []
  const variable = parameter?.type === 'Identifier' && isFunction(fn) ? unit.scopes.getDeclaredVariables(fn).find(({ defs }) => defs[0]?.name === parameter) : undefined
  const handle = variable && placeOfVariable(unit, variable)
  return waitsOfCallback(unit, fn).flatMap(wait => {
    return handle && wait.goal === 'value' && isSamePlace(wait.place, handle) && isPossible(unit, handle, wait) ? [factOf(unit, wait, 'own task', handle, fn)] : []
  })
}

/** Whether what leads to a wait asks which task this is, so that it may leave itself out. */
function asksForItself(unit: SourceUnit, fn: FunctionNode, node: TSESTree.Node): boolean {
  const isOwn = (inner: TSESTree.Node): boolean => {
    const variable = inner.type === 'Identifier' ? variableOf(unit.scopes, inner) : undefined
    const definition = variable?.defs[0]
    const value = definition?.type === 'Variable' ? definition.node.init : inner
    return value?.type === 'CallExpression' && runtimeMember(unit, value) === 'currentTask'
  }
  return conditionsOf(fn, node).some(({ asked }) => asked.type !== 'ForOfStatement' && has(asked, isOwn))
}

/** The `allTasks()` that a wait is about. */
function tasksOf(unit: SourceUnit, node: TSESTree.Node): TSESTree.CallExpression | undefined {
  const fn = codeAround(node)
  let found: TSESTree.CallExpression | undefined
  if (fn) {
    walk(fn, inner => {
      if (inner.type === 'CallExpression' && inner.range[0] < node.range[1] && runtimeMember(unit, inner) === 'allTasks') found = inner
    })
  }
  return found
}
