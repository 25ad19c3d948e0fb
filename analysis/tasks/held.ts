import type { TSESTree } from '@typescript-eslint/types'
import { variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { codeAround, isFunction, memberName, unwrap, walkOwn, type FunctionNode } from '../walk.js'
import { busyAt } from './busy.js'
import { conditionsAround } from './conditions.js'
import { isSamePlace, steadyPlaceOf, type Place } from './places.js'
import { waitsOfValue, type Wait } from './waits.js'

/** A lock that is taken, and a wait for it before it is given back. */
export interface HeldWait {
  readonly place: Place
  readonly wait: Wait
  /** The line that takes it. */
  readonly since: number
}

/** What waits for a lock behind `await lock.acquire()`, before anything gives it back. */
export function heldSections(unit: SourceUnit, taking: TSESTree.AwaitExpression): readonly HeldWait[] {
  const call = unwrap(taking.argument)
  const fn = codeAround(taking)
  if (call.type !== 'CallExpression' || !fn) return []
  return busyAt(unit, call).flatMap(({ row, place, member }) => (row.acquires?.includes(member) ? waitsUntil(unit, fn, taking, place, row.releases ?? []) : []))
}

function waitsUntil(unit: SourceUnit, fn: FunctionNode | TSESTree.Program, taking: TSESTree.AwaitExpression, place: Place, releases: readonly string[]): readonly HeldWait[] {
  const release = taking.parent.type === 'VariableDeclarator' ? unit.scopes.getDeclaredVariables(taking.parent) : []
  const isGivenBack = (node: TSESTree.Node): boolean => {
    if (node.type === 'Identifier') {
      const variable = variableOf(unit.scopes, node)
      return variable !== undefined && release.includes(variable) && node.range[0] > taking.range[1]
    }
    if (node.type !== 'MemberExpression' || !releases.includes(memberName(node) ?? '')) return false
    const on = steadyPlaceOf(unit, node.object as TSESTree.Expression)
    return on !== undefined && isSamePlace(on, place)
  }
  const found: HeldWait[] = []
  let isOver = false
  const around = isFunction(fn) ? new Set(conditionsAround(fn, taking)) : new Set<TSESTree.Node>()
  walkOwn(isFunction(fn) ? fn.body : fn, node => {
    if (node.range[0] < taking.range[1]) return
    isOver ||= isGivenBack(node)
    if (isOver || node.type !== 'AwaitExpression') return
    // Where the lock is only perhaps taken, or the wait only perhaps come to, nobody can tell.
    if (isFunction(fn) && (conditionsAround(fn, node).some(condition => !around.has(condition)) || [...around].some(condition => !conditionsAround(fn, node).includes(condition)))) return
    const wait = waitsOfValue(unit, node.argument).find(one => one.goal === 'free' && isSamePlace(one.place, place) && one.conditions.length === 0)
    if (wait) found.push({ place, since: taking.loc.start.line, wait: { ...wait, steps: [{ unit, fn: isFunction(fn) ? fn : undefined, node }, ...wait.steps] } })
  })
  return found
}
