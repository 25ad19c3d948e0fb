import type { TSESTree } from '@typescript-eslint/types'
import type { Variable } from '@typescript-eslint/scope-manager'
import { clauseOf, factOf, guardsIn, variablesIn, type Clause, type Known } from '../flow/conditions.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, unwrap } from '../walk.js'
import { makings } from './bindings.js'

/** The conditions that hold where `node` stands: those around it, and those whose other way has left before it. */
export function knownAt(unit: SourceUnit, node: TSESTree.Node, asked: ReadonlySet<string>): { known: Known; clauses: Clause[] } {
  const known = new Map<string, boolean>()
  const clauses: Clause[] = []
  const learn = (test: TSESTree.Expression, holds: boolean): void => {
    if (test.type === 'UnaryExpression' && test.operator === '!') return learn(test.argument, !holds)
    if (test.type === 'LogicalExpression' && test.operator === (holds ? '&&' : '||')) {
      learn(test.left, holds)
      return learn(test.right, holds)
    }
    const clause = clauseOf(unit, test, holds)
    if (clause) return void clauses.push(clause)
    const fact = factOf(unit, test, holds)
    if (fact && asked.has(fact.text)) known.set(fact.text, fact.holds)
  }
  let below = node
  for (let at = node.parent; at && !isFunction(at); below = at, at = at.parent) {
    if (at.type === 'IfStatement' || at.type === 'ConditionalExpression') {
      if (at.consequent === below) learn(at.test, true)
      else if (at.alternate === below) learn(at.test, false)
    } else if (at.type === 'LogicalExpression' && at.right === below && at.operator !== '??') learn(at.left, at.operator === '&&')
    else if (at.type === 'BlockStatement' || at.type === 'Program') {
      for (const guard of guardsIn(unit, at, asked)) {
        if (guard.range[0] >= below.range[0]) break
        learn(guard.test, false)
      }
    }
  }
  // `const p = c ? f() : undefined` holds a promise only where c does.
  const value = node.parent?.type === 'VariableDeclarator' ? node.parent.init : node.parent?.type === 'AssignmentExpression' ? node.parent.right : null
  if (value) learnValue(value, learn)
  return { known, clauses }
}

function learnValue(value: TSESTree.Expression, learn: (test: TSESTree.Expression, holds: boolean) => void): void {
  const node = unwrap(value)
  if (node.type === 'LogicalExpression' && node.operator !== '??') learn(node.left, node.operator === '&&')
  if (node.type !== 'ConditionalExpression') return
  const [yes, no] = [makings(node.consequent).length > 0, makings(node.alternate).length > 0]
  if (yes !== no) learn(node.test, yes)
}

/** What the making of a promise depends on: the variables of the conditions around it and in its value. */
export function rootsOf(unit: SourceUnit, identifier: TSESTree.Node): ReadonlySet<Variable> {
  const roots = new Set<Variable>()
  const add = (test: TSESTree.Node): void => variablesIn(unit, test).forEach(variable => roots.add(variable))
  let below = identifier
  for (let at = identifier.parent; at && !isFunction(at); below = at, at = at.parent) {
    if ((at.type === 'IfStatement' || at.type === 'ConditionalExpression') && at.test !== below) add(at.test)
    else if (at.type === 'LogicalExpression' && at.right === below) add(at.left)
    else if (at.type === 'SwitchStatement' && at.discriminant !== below) add(at.discriminant)
  }
  const value = identifier.parent?.type === 'VariableDeclarator' ? identifier.parent.init : identifier.parent?.type === 'AssignmentExpression' ? identifier.parent.right : null
  const made = value && unwrap(value)
  if (made?.type === 'ConditionalExpression') add(made.test)
  if (made?.type === 'LogicalExpression') add(made.left)
  return roots
}
