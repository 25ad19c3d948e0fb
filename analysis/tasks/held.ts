import type { TSESTree } from '@typescript-eslint/types'
import type { SourceUnit } from '../unit.js'
import { codeAround, isFunction, memberName, nodesOf, unwrap, walkOwn, type FunctionNode } from '../walk.js'
import { busyAt } from './busy.js'
import { branchesAround } from './conditions.js'
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
  const { parent } = taking
  const declaration = parent.type === 'VariableDeclarator' ? parent.parent : undefined
  // With `using` the block gives it back; in a variable that changes, nobody can tell which one is given back.
  if (parent.type !== 'ExpressionStatement' && !(declaration?.type === 'VariableDeclaration' && declaration.kind === 'const')) return []
  const handles = parent.type === 'VariableDeclarator' ? unit.scopes.getDeclaredVariables(parent) : []
  const givenBack = [...handles.flatMap(({ references }) => references.map(({ identifier }) => identifier as TSESTree.Node)).filter(({ range }) => range[0] > taking.range[1]), ...releasesOf(unit, place, releases)]
  // Given back by another function, it may be given back at any time.
  if (givenBack.some(node => codeAround(node) !== fn)) return []
  const around = isFunction(fn) ? branchesAround(fn, taking) : []
  const found: HeldWait[] = []
  walkOwn(isFunction(fn) ? fn.body : fn, node => {
    if (node.type !== 'AwaitExpression' || node.range[0] < taking.range[1]) return
    if (givenBack.some(({ range }) => range[0] > taking.range[1] && range[0] < node.range[0])) return
    // Where the lock is only perhaps taken, or the wait only perhaps come to, nobody can tell.
    const branches = isFunction(fn) ? branchesAround(fn, node) : []
    if (branches.length !== around.length || branches.some((branch, at) => branch !== around[at])) return
    const wait = waitsOfValue(unit, node.argument).find(one => one.goal === 'free' && isSamePlace(one.place, place) && one.conditions.length === 0)
    if (wait) found.push({ place, since: taking.loc.start.line, wait: { ...wait, steps: [{ unit, fn: isFunction(fn) ? fn : undefined, node }, ...wait.steps] } })
  })
  return found
}

/** Where the file gives a lock back by a method of it, or gives up on those who wait for it. */
export function releasesOf(unit: SourceUnit, place: Place, releases: readonly string[] = []): readonly TSESTree.Node[] {
  const found: TSESTree.Node[] = []
  for (const node of nodesOf(unit.ast)) {
    if (node.type !== 'MemberExpression' || ![...releases, 'cancel'].includes(memberName(node) ?? '')) continue
    const on = steadyPlaceOf(unit, node.object as TSESTree.Expression)
    if (on && isSamePlace(on, place)) found.push(node)
  }
  return found
}
