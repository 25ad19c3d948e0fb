import type { TSESTree } from '@typescript-eslint/types'
import type { MisreadPromise } from '../facts.js'
import type { Finder } from '../find.js'
import { isReassigned, variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { memberName, nodesOf, unwrap } from '../walk.js'
import type { FloatingOptions } from './floating.js'
import { readsOf, useOf } from './uses.js'

/** Promises that stand where their values were meant. */
export const misreadFinder: Finder<MisreadPromise, FloatingOptions> = {
  types: ['ConditionalExpression', 'DoWhileStatement', 'ForStatement', 'IfStatement', 'LogicalExpression', 'SpreadElement', 'UnaryExpression', 'WhileStatement'],
  at: misreadPromisesAt,
}

/**
 * The promise that one node asks for true or false, or spreads. In a condition it is always there, so only what is a promise
 * whatever happens counts: `if (this.inflight)` on a promise or undefined is right.
 */
function misreadPromisesAt(node: TSESTree.Node, unit: SourceUnit, options: FloatingOptions): MisreadPromise[] {
  if (!options.conditions) return []
  const question = { thenables: options.checkThenables, safeTypes: options.allowForKnownSafePromises }
  if (node.type === 'SpreadElement') {
    // A call's arguments and an array need an iterable, which a promise is not; the type checker says that.
    const isSpread = node.parent.type === 'ObjectExpression' && unit.types.isPromise(node.argument, question) === 'yes'
    return isSpread ? [misread(unit, node.argument, 'spread')] : []
  }
  const tested = testedBy(node)
  if (!tested || unit.types.isAlwaysPromise(tested) !== 'yes' || unit.types.isPromise(tested, question) !== 'yes') return []
  return mayBeMissing(unit, tested) ? [] : [misread(unit, tested, 'condition')]
}

function misread(unit: SourceUnit, node: TSESTree.Expression, as: MisreadPromise['as']): MisreadPromise {
  return { kind: 'misread-promise', node, as, certainty: 'proven', because: [{ text: unit.types.evidence(node), node }] }
}

/** What a node asks for true or false, where that is no condition itself. */
function testedBy(node: TSESTree.Node): TSESTree.Expression | undefined {
  const test = testOf(node)
  const inner = test && unwrap(test)
  if (!inner || inner.type === 'LogicalExpression' || (inner.type === 'UnaryExpression' && inner.operator === '!')) {
    return inner?.type === 'LogicalExpression' ? lastOperand(inner) : undefined
  }
  return mayBePromise(inner) ? inner : undefined
}

/** The right operand of `a && b` decides too, where the whole is asked; the left one is a place of its own. */
function lastOperand(node: TSESTree.LogicalExpression): TSESTree.Expression | undefined {
  const right = unwrap(node.right)
  return right.type === 'LogicalExpression' ? lastOperand(right) : mayBePromise(right) ? right : undefined
}

function testOf(node: TSESTree.Node): TSESTree.Expression | undefined {
  switch (node.type) {
    case 'ConditionalExpression':
    case 'DoWhileStatement':
    case 'ForStatement':
    case 'IfStatement':
    case 'WhileStatement':
      return node.test ?? undefined
    case 'LogicalExpression':
      // Where a statement drops the whole, the operand itself floats, and that is said of it.
      return isDropped(node) ? undefined : node.left
    case 'UnaryExpression':
      return node.operator === '!' ? node.argument : undefined
    default:
      return undefined
  }
}

function isDropped(node: TSESTree.Node): boolean {
  for (let at = node.parent; at; at = at.parent) {
    if (at.type === 'ExpressionStatement') return true
    if (at.type !== 'LogicalExpression' && at.type !== 'SequenceExpression' && at.type !== 'ConditionalExpression') return false
  }
  return false
}

/**
 * Whether what is tested may be no promise yet, whatever its type says, or is known for one: `let ready: Promise<void>` and
 * `ready!: Promise<void>` are empty until they are assigned, and `if (p && p.catch) p.catch(…)` makes sure.
 */
function mayBeMissing(unit: SourceUnit, tested: TSESTree.Expression): boolean {
  // `cache[key]` may be empty whatever its index signature says.
  if (tested.type === 'MemberExpression') return tested.computed || isGlobalObject(tested.object) || assignedMembers(unit).has(memberName(tested) ?? '')
  const variable = tested.type === 'Identifier' ? variableOf(unit.scopes, tested) : undefined
  if (!variable) return false
  const isFilledLater = variable.defs.some(({ type, node }) => type === 'Variable' && ((!node.init && !(node.parent.declare && node.parent.kind === 'const')) || node.id.type === 'ArrayPattern')) || isReassigned(variable)
  return isFilledLater || readsOf(variable).some(read => useOf(unit, read, { ignoreVoid: true }) === 'handles')
}

function isGlobalObject(node: TSESTree.Expression): boolean {
  return node.type === 'Identifier' && ['globalThis', 'self', 'window'].includes(node.name)
}

const assigned = new WeakMap<TSESTree.Program, ReadonlySet<string>>()

/** The names of members that the file assigns. */
function assignedMembers({ ast }: SourceUnit): ReadonlySet<string> {
  let names = assigned.get(ast)
  if (!names) {
    const found = new Set<string>()
    for (const node of nodesOf(ast)) if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression') found.add(memberName(node.left) ?? '')
    assigned.set(ast, (names = found))
  }
  return names
}

/** Types are not asked of what can hold no promise. */
function mayBePromise({ type }: TSESTree.Expression): boolean {
  return ['CallExpression', 'Identifier', 'ImportExpression', 'MemberExpression', 'NewExpression', 'TaggedTemplateExpression'].includes(type)
}
