import type { TSESTree } from '@typescript-eslint/types'
import { isGlobal, variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, memberName, unwrap, walkOwn } from '../walk.js'
import { busyAt, waitsFor } from './busy.js'
import { steadyPlaceOf, type Place } from './places.js'
import type { Wait } from './waits.js'

/** What a call of a library waits for: that a queue is idle, a lock free, a server closed. */
export function waitOfLibrary(unit: SourceUnit, node: TSESTree.CallExpression | TSESTree.NewExpression): readonly Wait[] {
  if (node.type === 'NewExpression') {
    const place = serverClosedBy(unit, node)
    return place ? [{ goal: 'closed', place, isBehindAwait: false, conditions: [], steps: [] }] : []
  }
  return busyAt(unit, node).flatMap(busy => (waitsFor(busy, node) ? [{ goal: busy.row.goal, place: busy.place, isBehindAwait: false, conditions: [], steps: [] }] : []))
}

/** `new Promise(resolve => server.close(resolve))`: what `close` is called on. */
function serverClosedBy(unit: SourceUnit, { callee, arguments: [executor] }: TSESTree.NewExpression): Place | undefined {
  if (!isGlobal(unit.scopes, callee, 'Promise') || !executor || !isFunction(executor)) return undefined
  const [resolve] = executor.params
  if (resolve?.type !== 'Identifier') return undefined
  let place: Place | undefined
  walkOwn(executor.body, node => {
    if (node.type !== 'CallExpression' || node.arguments.length !== 1) return
    const method = unwrap(node.callee)
    const [done] = node.arguments
    if (method.type === 'MemberExpression' && memberName(method) === 'close' && done && isCalledBy(unit, done, resolve)) place = steadyPlaceOf(unit, method.object as TSESTree.Expression)
  })
  return place
}

/** Whether a callback is `resolve`, or calls it. */
function isCalledBy(unit: SourceUnit, done: TSESTree.Node, resolve: TSESTree.Identifier): boolean {
  const isIt = (node: TSESTree.Node): boolean => node.type === 'Identifier' && variableOf(unit.scopes, node)?.defs[0]?.name === resolve
  if (isIt(done)) return true
  if (!isFunction(done)) return false
  let found = false
  walkOwn(done.body, node => {
    found ||= node.type === 'CallExpression' && isIt(node.callee)
  })
  return found
}
