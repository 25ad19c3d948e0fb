import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import { database } from '../effects/catalogue/row.js'
import type { SequentialLoop } from '../facts.js'
import type { Finder } from '../find.js'
import { variableOf } from '../scopes.js'
import { isOrderedFile } from '../test-files.js'
import type { SourceUnit } from '../unit.js'
import { memberName, unwrap } from '../walk.js'
import { itemOf, variablesIn, type Item, type Step } from './items.js'
import { membersOf } from './joins.js'
import { isOrdered, reasons, type SequentialOptions } from './sequential.js'

/** Loops whose rounds wait for each other, though each only reads something for its own element. */
export const loopFinder: Finder<SequentialLoop, SequentialOptions> = {
  types: ['ForOfStatement'],
  at: (node, unit, { checkLoops, checkLikely, checkTests }) => {
    if (!checkLoops || node.type !== 'ForOfStatement' || node.await || (!checkTests && isOrderedFile(unit))) return []
    const fact = loopFact(unit, node)
    return fact && (checkLikely || fact.certainty === 'proven') ? [fact] : []
  },
}

function loopFact(unit: SourceUnit, loop: TSESTree.ForOfStatement): SequentialLoop | undefined {
  const { left, right, body } = loop
  if (left.type !== 'VariableDeclaration' || left.kind !== 'const' || unit.types.isArray(right) !== 'yes') return undefined
  const statements = body.type === 'BlockStatement' ? body.body : [body]
  if (!statements.every(({ type }) => type === 'VariableDeclaration' || type === 'ExpressionStatement') || isOrdered(body)) return undefined
  const appended = statements.filter(statement => appendedList(unit, statement))
  const [append] = appended
  const list = append && appendedList(unit, append)
  // Without results there would be no reason to read; more than one list would have to keep step.
  if (!append || !list || appended.length > 1) return undefined
  const items = statements.map(statement => itemOf(unit, statement))
  const steps = items.flatMap(item => item.steps)
  const element = new Set(unit.scopes.getDeclaredVariables(left))
  const [step] = steps
  if (!step || steps.some(one => !isReading(one.effects) || one.isGate || one.isDiscarded)) return undefined
  // Rounds together that each start many would start too many.
  if (steps.some(({ node }) => membersOf(unit, node.argument).some(({ repeats }) => repeats))) return undefined
  if (!items.every((item, at) => statements[at] === append || !item.isBarrier) || !onlyAppends(items[statements.indexOf(append)] as Item, list)) return undefined
  if (variablesIn(unit, right).has(list) || items.some((item, at) => statements[at] !== append && variablesIn(unit, item.statement).has(list))) return undefined
  if (!usesElement(unit, items, element) || steps.every(({ effects }) => effects.reads.length === 0)) return undefined
  // A variable that one round leaves for the next.
  if (items.some(({ defines }) => [...defines].some(variable => variable !== list && !isInside(variable.defs[0]?.name, body)))) return undefined
  const isDatabase = steps.some(({ effects }) => effects.reads.some(({ resource }) => resource === database))
  return {
    kind: 'sequential-loop',
    node: step.node,
    loop,
    list,
    name: step.name,
    isDatabase,
    certainty: steps.some(({ effects }) => effects.certainty === 'likely') ? 'likely' : 'proven',
    because: steps.flatMap(reasons),
  }
}

/** The list that `list.push(…)` appends to. */
function appendedList(unit: SourceUnit, statement: TSESTree.Statement): Variable | undefined {
  const call = statement.type === 'ExpressionStatement' ? unwrap(statement.expression) : undefined
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression' || memberName(call.callee) !== 'push' || call.callee.object.type !== 'Identifier') return undefined
  return unit.types.isArray(call.callee.object) === 'yes' ? variableOf(unit.scopes, call.callee.object) : undefined
}

/** Whether a statement changes the list and nothing else. */
function onlyAppends({ defines, isBarrier }: Item, list: Variable): boolean {
  return !isBarrier && [...defines].every(variable => variable === list)
}

/** Whether each await, and each member of a join, asks for something that depends on the loop's element. */
function usesElement(unit: SourceUnit, items: readonly Item[], element: ReadonlySet<unknown>): boolean {
  const tied = new Set(element)
  const asked = ({ node, uses }: Step): readonly ReadonlySet<Variable>[] => {
    const members = membersOf(unit, node.argument)
    return members.length === 0 ? [uses] : members.map(member => variablesIn(unit, member.node))
  }
  for (const item of items) {
    if (!item.steps.flatMap(asked).every(uses => [...uses].some(variable => tied.has(variable)))) return false
    if ([...item.uses].some(variable => tied.has(variable))) for (const variable of item.defines) tied.add(variable)
  }
  return true
}

function isReading({ writes, barrier, unknown, connections, exclusive }: Item['steps'][number]['effects']): boolean {
  return writes.length === 0 && !barrier && !unknown && connections.length === 0 && exclusive.length === 0
}

function isInside(node: TSESTree.Node | undefined, { range }: TSESTree.Node): boolean {
  return node !== undefined && range[0] <= node.range[0] && node.range[1] <= range[1]
}
