import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import type { Reason, SequentialAwaits } from '../facts.js'
import type { Finder } from '../find.js'
import { isOrderedFile } from '../test-files.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, memberName, unwrap } from '../walk.js'
import { awaitsOf, itemOf, statementsOf, stepsOf, variablesIn, type Item, type Step } from './items.js'
import { groupsIn, isGainful, placeOf, type Group } from './stages.js'

export interface SequentialOptions {
  /** Whether tests, stories, seeds and migrations count too: their awaits are steps of a story. */
  readonly checkTests: boolean
  /** Whether awaits count that are only likely to read; without them the others make smaller groups. */
  readonly checkLikely: boolean
  /** Whether loops count. */
  readonly checkLoops: boolean
}

export const defaultSequentialOptions: SequentialOptions = { checkTests: false, checkLikely: true, checkLoops: true }

/** Awaits of one block that wait one after another, though they could start together. */
export const sequentialFinder: Finder<SequentialAwaits, SequentialOptions> = {
  types: ['BlockStatement', 'Program', 'SwitchCase'],
  at: (node, unit, { checkTests, checkLikely }) => (checkTests || !isOrderedFile(unit) ? groupsOf(unit, node, checkLikely).flatMap(factsOf) : []),
}

/** The groups of awaits in a block that could start together. */
export function groupsOf(unit: SourceUnit, block: TSESTree.Node, checkLikely = true): readonly Group[] {
  let items = remembered.get(block)
  if (!items) remembered.set(block, (items = itemsOf(unit, block)))
  return groupsIn(items, checkLikely ? isGainful : step => isGainful(step) && step.effects.certainty === 'proven')
}

/** A rule and the rewrites that it offers ask of the same blocks. */
const remembered = new WeakMap<TSESTree.Node, readonly Item[]>()

/** The statements from the first await that could gain something to the last; none where there are no two. */
function itemsOf(unit: SourceUnit, block: TSESTree.Node): readonly Item[] {
  const statements = statementsOf(block)
  let left = statements.flatMap(awaitsOf).length
  if (left < 2 || isOrdered(block) || !areSomeApart(unit, statements)) return []
  const steps: (readonly Step[])[] = []
  let found = 0
  for (const statement of statements) {
    // Looking into callees is dear: most blocks have two awaits, and where one of them writes nobody has to ask about the other.
    if (found + left < 2) return []
    const ofStatement = stepsOf(unit, statement)
    steps.push(ofStatement)
    left -= ofStatement.length
    found += ofStatement.filter(isGainful).length
  }
  const gainful = steps.flatMap((ofStatement, at) => ofStatement.filter(isGainful).map(() => at))
  const [from, to] = [gainful[0], gainful.at(-1)]
  // What each statement follows is looked for among all before it.
  if (from === undefined || to === undefined || gainful.length < 2 || to - from > longest) return []
  return statements.slice(from, to + 1).map((statement, at) => itemOf(unit, statement, steps[from + at]))
}

/** Whether two awaits may not need each other's values. Of most blocks each await needs the one before, and nobody has to ask what they do. */
function areSomeApart(unit: SourceUnit, statements: readonly TSESTree.Statement[]): boolean {
  // The awaiting statements that a variable's value comes from.
  const origins = new Map<Variable, ReadonlySet<TSESTree.Statement>>()
  const originsIn = (root: TSESTree.Node): Set<TSESTree.Statement> => new Set([...variablesIn(unit, root)].flatMap(variable => [...(origins.get(variable) ?? [])]))
  const awaiting: TSESTree.Statement[] = []
  for (const statement of statements) {
    const [only, ...others] = awaitsOf(statement)
    if (others.length > 0) return true
    const needed = only && originsIn(only.argument)
    if (needed && awaiting.some(earlier => !needed.has(earlier))) return true
    if (only) awaiting.push(statement)
    if (statement.type !== 'VariableDeclaration') continue
    const from = originsIn(statement)
    if (only) from.add(statement)
    for (const variable of unit.scopes.getDeclaredVariables(statement)) origins.set(variable, from)
  }
  return false
}

/** How many statements of one block are looked at together: longer ones are tables of data, or generated. */
const longest = 500

function factsOf(group: Group): SequentialAwaits[] {
  const { steps } = group
  const place = placeOf(group)
  const [first, ...later] = steps as [Step, ...Step[]]
  const nodes = steps.map(({ node }) => node)
  return later.map(step => ({
    kind: 'sequential-awaits',
    node: step.node,
    first: first.node,
    group: nodes,
    place,
    names: [first.name, step.name],
    certainty: [first, step].some(({ effects }) => effects.certainty === 'likely') ? 'likely' : 'proven',
    because: [...reasons(first), ...reasons(step)],
  }))
}

export function reasons({ effects }: Step): Reason[] {
  const [read] = effects.reads
  return [...(read ? [{ text: read.text }] : []), ...effects.doubts.slice(0, 1).map(({ text }) => ({ text }))]
}

/** Whether a callback around the block belongs to a transaction or a lock, where one thing follows another. */
export function isOrdered(block: TSESTree.Node): boolean {
  for (let at: TSESTree.Node | undefined = block; at; at = at.parent) {
    if (!isFunction(at)) continue
    const call = at.parent
    if (call.type === 'CallExpression' && call.arguments.includes(at as never)) {
      const callee = unwrap(call.callee)
      const name = callee.type === 'Identifier' ? callee.name : callee.type === 'MemberExpression' ? (memberName(callee) ?? '') : ''
      if (/transaction|exclusive|lock|mutex|^act$/i.test(name)) return true
    }
    if (call.type === 'MethodDefinition' && call.decorators?.some(({ expression }) => /transaction/i.test(nameOfDecorator(expression)))) return true
  }
  return false
}

function nameOfDecorator(expression: TSESTree.Expression): string {
  const node = expression.type === 'CallExpression' ? expression.callee : expression
  return node.type === 'Identifier' ? node.name : node.type === 'MemberExpression' ? (memberName(node) ?? '') : ''
}
