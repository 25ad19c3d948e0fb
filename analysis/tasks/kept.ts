import type { TSESTree } from '@typescript-eslint/types'
import { isFill } from '../effects/fills.js'
import type { FoundFunction } from '../effects/functions.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, isWithin, keyName, memberName, nodesOf, walkOwn } from '../walk.js'
import { has, isNothing } from './conditions.js'
import { takesOut } from './lists.js'
import type { Making } from './makings.js'
import { isInConstructor, isSamePlace, placeOf, type Place } from './places.js'

/**
 * Whether the place keeps the promise for as long as the work goes on: nothing else is put there, and nothing is taken out, but by
 * what runs when it is done.
 */
export function isKept(unit: SourceUnit, { as, place, node: making, value }: Making): boolean {
  const last = place.path.at(-1)
  // Whatever has a property of the name may be the one that has the place.
  const isIt = (node: TSESTree.Node): boolean => (last === undefined ? isAt(unit, node, place) : node.type === 'MemberExpression' && memberName(node) === last)
  return !nodesOf(unit.ast).some(node => {
    if (node === making) return false
    if (node.type === 'PropertyDefinition' && last !== undefined && node.value && keyName(node.key) === last && as === 'value' && !isNothing(node.value)) return true
    if (isRunWhenDone(node, value)) return false
    // `Object.assign(this, …)` may put anything anywhere.
    if (last !== undefined && node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && memberName(node.callee) === 'assign' && node.arguments[0]?.type === 'ThisExpression') return true
    return empties(node, isIt) && (node.type !== 'AssignmentExpression' || !isInConstructor(node))
  })
}

/** Whether a function takes what it waits for out of its place, or puts something else there. */
export function forgets({ unit, fn }: FoundFunction, place: Place): boolean {
  let found = false
  walkOwn(fn.body, node => {
    // `if (!this.ready) this.ready = this.load()` puts it there.
    found ||= empties(node, inner => isAt(unit, inner, place)) && !isFill(unit, node)
  })
  return found
}

/** Whether a node takes what is in a place away: it puts something else there, deletes it, or takes out of it. */
function empties(node: TSESTree.Node, isIt: (node: TSESTree.Node) => boolean): boolean {
  // `this.jobs[id] = work()` adds to what is there.
  if (node.type === 'AssignmentExpression') return node.left.type === 'MemberExpression' ? isIt(node.left) : has(node.left, isIt)
  if (node.type === 'UnaryExpression') return node.operator === 'delete' && isIt(node.argument)
  return node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && isIt(node.callee.object) && takesOut.has(memberName(node.callee) ?? '')
}

function isAt(unit: SourceUnit, node: TSESTree.Node, place: Place): boolean {
  const named = node.type === 'MemberExpression' || node.type === 'Identifier' ? placeOf(unit, node) : undefined
  return named !== undefined && isSamePlace(named, place)
}

/** Whether a node stands in what `then`, `catch` or `finally` calls: `p.finally(() => tasks.delete(p))`. Of the work itself only `finally` is its end. */
function isRunWhenDone(node: TSESTree.Node, work: TSESTree.Node): boolean {
  for (let at = node.parent; at; at = at.parent) {
    if (!isFunction(at)) continue
    const { parent } = at
    const methods = isWithin(at, work) ? ['finally'] : ['then', 'catch', 'finally']
    if (parent.type === 'CallExpression' && parent.callee.type === 'MemberExpression' && methods.includes(memberName(parent.callee) ?? '') && !at.async) return true
  }
  return false
}
