import type { TSESTree } from '@typescript-eslint/types'
import type { Variable } from '@typescript-eslint/scope-manager'
import { isReassigned, variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, walk } from '../walk.js'
import type { Flow } from './flow.js'

/** A condition as text, and whether it holds. */
export interface ConditionFact {
  readonly text: string
  readonly holds: boolean
}

const askedAgain = new WeakMap<Flow, ReadonlySet<string>>()

/** The conditions that a function asks more than once. Only these are worth remembering on a path, of which there may be thousands. */
export function askedAgainIn(unit: SourceUnit, flow: Flow): ReadonlySet<string> {
  const known = askedAgain.get(flow)
  if (known) return known
  const counts = new Map<string, number>()
  for (const test of flow.conditions) {
    const fact = factOf(unit, test, true)
    if (fact) counts.set(fact.text, (counts.get(fact.text) ?? 0) + 1)
  }
  const again = new Set([...counts].filter(([, count]) => count > 1).map(([text]) => text))
  askedAgain.set(flow, again)
  return again
}

const facts = new WeakMap<TSESTree.Node, ConditionFact | 'unstable'>()

/** A condition whose value is the same whenever it is asked, as text; undefined for one that may change. */
export function factOf(unit: SourceUnit, test: TSESTree.Node, holds: boolean): ConditionFact | undefined {
  let fact = facts.get(test)
  if (!fact) facts.set(test, (fact = readFact(unit, test) ?? 'unstable'))
  return fact === 'unstable' ? undefined : { text: fact.text, holds: fact.holds === holds }
}

/** What the condition says where it is true. */
function readFact({ scopes, text }: SourceUnit, test: TSESTree.Node): ConditionFact | undefined {
  let isStable = true
  walk(test, node => {
    if (isFunction(node) || ['AssignmentExpression', 'UpdateExpression', 'AwaitExpression', 'YieldExpression'].includes(node.type)) isStable = false
    if (node.type !== 'Identifier' || (node.parent?.type === 'MemberExpression' && node.parent.property === node && !node.parent.computed)) return
    const variable = variableOf(scopes, node)
    if (variable && variable.defs[0]?.type !== 'ImportBinding' && isReassigned(variable)) isStable = false
  })
  if (!isStable) return undefined
  if (test.type === 'BinaryExpression' && (test.operator === '!==' || test.operator === '!=')) {
    const [left, right] = [text.slice(...test.left.range), text.slice(...test.right.range)]
    return { text: `${left} ${test.operator === '!==' ? '===' : '=='} ${right}`, holds: false }
  }
  return { text: text.slice(...test.range).replace(/\s+/g, ' '), holds: true }
}

/** What is known of conditions on a path: their text, and whether they hold. */
export type Known = ReadonlyMap<string, boolean>

/** Conditions of which at least one is as it says, since `a || b` holds around the making. */
export type Clause = readonly ConditionFact[]

/** `a || b` that holds, or `a && b` that does not, as a clause; undefined where one of its parts may change. */
export function clauseOf(unit: SourceUnit, test: TSESTree.Expression, holds: boolean): Clause | undefined {
  if (test.type !== 'LogicalExpression' || test.operator !== (holds ? '||' : '&&')) return undefined
  const parts = [test.left, test.right].map((part): Clause | undefined => {
    if (part.type === 'LogicalExpression') return clauseOf(unit, part, holds)
    const isNot = part.type === 'UnaryExpression' && part.operator === '!'
    const fact = factOf(unit, isNot ? part.argument : part, isNot ? !holds : holds)
    return fact && [fact]
  })
  return parts.every(part => part !== undefined) ? parts.flat() : undefined
}

const guards = new WeakMap<TSESTree.Node, TSESTree.IfStatement[]>()

/** The statements `if (c) return` and the like of a block: behind them, c does not hold. */
export function guardsIn(unit: SourceUnit, block: TSESTree.BlockStatement | TSESTree.Program, asked: ReadonlySet<string>): TSESTree.IfStatement[] {
  let found = guards.get(block)
  if (!found) {
    const all = block.body.filter(statement => statement.type === 'IfStatement').filter(({ alternate, consequent }) => !alternate && alwaysLeaves(consequent))
    guards.set(block, (found = all.filter(({ test }) => atomsOf(test).some(atom => asked.has(factOf(unit, atom, true)?.text ?? '')))))
  }
  return found
}

/** The conditions that a condition is made of by `!`, `&&` and `||`. */
function atomsOf(test: TSESTree.Expression): TSESTree.Expression[] {
  if (test.type === 'UnaryExpression' && test.operator === '!') return atomsOf(test.argument)
  return test.type === 'LogicalExpression' && test.operator !== '??' ? [...atomsOf(test.left), ...atomsOf(test.right)] : [test]
}

function alwaysLeaves(statement: TSESTree.Statement): boolean {
  const last = statement.type === 'BlockStatement' ? statement.body.at(-1) : statement
  return last !== undefined && ['ReturnStatement', 'ThrowStatement', 'BreakStatement', 'ContinueStatement'].includes(last.type)
}

const mentioned = new WeakMap<TSESTree.Node, ReadonlySet<Variable>>()

/** The variables that an expression mentions, and those that their constant values come from. */
export function variablesIn(unit: SourceUnit, expression: TSESTree.Node): ReadonlySet<Variable> {
  const known = mentioned.get(expression)
  if (known) return known
  const found = new Set<Variable>()
  mentioned.set(expression, found)
  walk(expression, node => {
    const variable = node.type === 'Identifier' ? variableOf(unit.scopes, node) : undefined
    if (!variable || found.has(variable)) return
    found.add(variable)
    const [definition] = variable.defs
    const init = definition?.type === 'Variable' && !isReassigned(variable) ? definition.node.init : null
    if (init && !isFunction(init)) variablesIn(unit, init).forEach(other => found.add(other))
  })
  return found
}
