import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import { judgedCall } from '../effects/calls.js'
import { joined, keyOf, type Summary } from '../effects/effect.js'
import { isGate, throwsWhereNothingIsFound } from '../effects/names.js'
import { functionBehind } from '../effects/functions.js'
import { idOf, type Extent } from '../effects/origins.js'
import { effectsOf } from '../effects/summary.js'
import { throws } from '../promises/rejection.js'
import { variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { eachChild, isFunction, memberName, unwrap, walk, walkOwn, type FunctionNode } from '../walk.js'
import { membersOf } from './joins.js'

/** A statement of a block as the question sees it whether others may run together with it. */
export interface Item {
  readonly statement: TSESTree.Statement
  /** The awaits that it comes to on every path, in the order of evaluation. */
  readonly steps: readonly Step[]
  /** Variables that it declares or changes. */
  readonly defines: ReadonlySet<Variable>
  readonly uses: ReadonlySet<Variable>
  /** Fields of `this` that it assigns. */
  readonly fields: ReadonlySet<string>
  /** What it uses that one at a time can use. */
  readonly exclusive: ReadonlySet<string>
  /** Whether what stands before it and behind it must stay there. */
  readonly isBarrier: boolean
}

/** One awaited operation. */
export interface Step {
  readonly node: TSESTree.AwaitExpression
  readonly uses: ReadonlySet<Variable>
  readonly exclusive: ReadonlySet<string>
  readonly effects: Summary
  /** Whether its value goes nowhere. */
  readonly isDiscarded: boolean
  /** Whether its failure must stop what follows. */
  readonly isGate: boolean
  /** What is called, as the code names it. */
  readonly name: string
  /** How many it starts itself: a join of a list counts each. */
  readonly weight: number
}

/** The steps of a statement by themselves, before anybody asks what else it does; `extent` as {@link effectsOf} has it. */
export function stepsOf(unit: SourceUnit, statement: TSESTree.Statement, extent: Extent = 'until ordered'): readonly Step[] {
  return awaitsOf(statement).map(node => stepOf(unit, statement, node, extent))
}

export function itemOf(unit: SourceUnit, statement: TSESTree.Statement, all = stepsOf(unit, statement)): Item {
  const awaits = all.map(({ node }) => node)
  const whole = settled(effectsOf(unit, statement, 'until ordered'))
  const { defines, fields, changesOthers } = changed(unit, statement, whole, all)
  const isGate = isGateStatement(unit, statement)
  const steps = all.filter(({ node }) => mayStartFirst(statement, node, awaits, whole)).map(step => (isGate && isWhole(statement, step.node) ? { ...step, isGate } : step))
  // A discarded result hides a write more often than not.
  const isOrdered = Boolean(whole.barrier ?? whole.unknown ?? whole.connections[0]) || changesOthers || all.some(({ effects, isDiscarded }) => isDiscarded && effects.certainty === 'likely')
  return {
    statement,
    // What else the statement does comes behind its awaits, so they may still start early.
    steps,
    defines,
    uses: variablesIn(unit, statement),
    fields,
    exclusive: exclusiveIn(whole),
    isBarrier: isOrdered || mayLeave(unit, statement) || isGate || iterates(statement),
  }
}

/** Whether a stream is read in the block itself, or something else iterated: what follows may count on its end. */
function iterates(statement: TSESTree.Statement): boolean {
  let found = false
  walkOwn(statement, node => {
    found ||= node.type === 'ForOfStatement' && node.await
  })
  return found
}

/** Calls of parameters that no caller is known for are judged by their names. */
function settled(summary: Summary): Summary {
  return summary.calls.map(judgedCall).reduce(joined, { ...summary, calls: [] })
}

function stepOf(unit: SourceUnit, statement: TSESTree.Statement, node: TSESTree.AwaitExpression, extent: Extent): Step {
  const name = nameOf(unit, node.argument)
  const effects = settled(effectsOf(unit, node.argument, extent))
  return {
    node,
    uses: variablesIn(unit, node.argument),
    exclusive: exclusiveIn(effects),
    effects,
    isDiscarded: isWhole(statement, node),
    isGate: isGate(name.slice(name.lastIndexOf('.') + 1)),
    name,
    weight: Math.max(1, membersOf(unit, node.argument).length),
  }
}

/** Whether an await is all that its statement does. What a gate is given may come early: only the gate itself must come first. */
function isWhole(statement: TSESTree.Statement, node: TSESTree.AwaitExpression): boolean {
  return statement.type === 'ExpressionStatement' && unwrap(statement.expression) === node
}

function exclusiveIn({ exclusive }: Summary): ReadonlySet<string> {
  return new Set(exclusive.map(({ target }) => keyOf(target)))
}

/** The statements of a block, of a file, or of a `case`; none of another node. */
export function statementsOf(block: TSESTree.Node): readonly TSESTree.Statement[] {
  if (block.type === 'SwitchCase') return block.consequent
  return block.type === 'BlockStatement' || block.type === 'Program' ? (block.body as readonly TSESTree.Statement[]) : []
}

/** Awaits that a statement comes to whatever happens, those of nested functions and of branches left out. */
export function awaitsOf(statement: TSESTree.Statement): TSESTree.AwaitExpression[] {
  const found: TSESTree.AwaitExpression[] = []
  const visit = (node: TSESTree.Node): void => {
    if (isFunction(node) || node.type === 'ClassBody') return
    if (node.type === 'LogicalExpression') return visit(node.left)
    if (node.type === 'ConditionalExpression') return visit(node.test)
    // `x ??= await f()` and `const { x = await f() } = y` wait only where there is nothing yet.
    if (node.type === 'AssignmentExpression' && /^(?:&&|\|\||\?\?)=$/.test(node.operator)) return
    if (node.type === 'AssignmentPattern') return
    if (node.type === 'ChainExpression') return visit(headOf(node))
    eachChild(node, visit)
    if (node.type === 'AwaitExpression') found.push(node)
  }
  if (statement.type === 'VariableDeclaration' || statement.type === 'ExpressionStatement' || statement.type === 'ReturnStatement') visit(statement)
  return found
}

/** What a chain begins with: of `a?.b(await c)` only `a` is come to whatever happens. */
function headOf(chain: TSESTree.ChainExpression): TSESTree.Node {
  let node: TSESTree.Node = chain.expression
  for (;;) {
    if (node.type === 'MemberExpression') node = node.object
    else if (node.type === 'CallExpression') node = node.callee
    else if (node.type === 'TSNonNullExpression') node = node.expression
    else return node
  }
}

/** Whether nothing in front of an await, in its own statement, does anything that it would overtake. */
function mayStartFirst(statement: TSESTree.Statement, node: TSESTree.AwaitExpression, awaits: readonly TSESTree.AwaitExpression[], whole: Summary): boolean {
  if (whole.writes.length === 0 && !whole.barrier && !whole.unknown) return true
  let isFirst = true
  walkOwn(statement, inner => {
    const isCall = inner.type === 'CallExpression' || inner.type === 'NewExpression' || inner.type === 'AssignmentExpression' || inner.type === 'UpdateExpression' || inner.type === 'TaggedTemplateExpression'
    if (isCall && inner.range[1] <= node.range[0] && !awaits.some(other => other.range[0] <= inner.range[0] && inner.range[1] <= other.range[1])) isFirst = false
  })
  return isFirst
}

/** What a statement gives a value to: variables of the function, or things that others see too. */
function changed(unit: SourceUnit, statement: TSESTree.Statement, whole: Summary, steps: readonly Step[]): { defines: Set<Variable>; fields: Set<string>; changesOthers: boolean } {
  const defines = new Set<Variable>()
  walk(statement, node => {
    if (isFunction(node) && node.type !== 'FunctionDeclaration') return 'skip'
    for (const variable of unit.scopes.getDeclaredVariables(node)) defines.add(variable)
    return isFunction(node) ? 'skip' : undefined
  })
  const used = [...variablesIn(unit, statement)]
  const isChangedInside = steps.some(({ effects }) => effects.writes.some(({ target }) => target.kind === 'this'))
  const field = isChangedInside ? undefined : assignedField(statement)
  let changesOthers = false
  for (const { target } of whole.writes) {
    if (target.kind === 'this' && field !== undefined) continue
    const variable = target.kind === 'captured' ? used.find(candidate => idOf(unit, candidate) === target.id) : undefined
    if (variable && isOfSameFunction(unit, variable, statement)) defines.add(variable)
    else changesOthers = true
  }
  return { defines, fields: new Set(field === undefined ? [] : [field]), changesOthers }
}

/** `this.user = await …`: the name of the field, where that is all that the statement changes of `this`. */
function assignedField(statement: TSESTree.Statement): string | undefined {
  if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression') return undefined
  const { left, operator, right } = statement.expression
  if (operator !== '=' || left.type !== 'MemberExpression' || left.object.type !== 'ThisExpression' || unwrap(right).type !== 'AwaitExpression') return undefined
  return memberName(left)
}

/** Whether the variable lives and dies with the function that the statement stands in. */
function isOfSameFunction(unit: SourceUnit, { defs, references }: Variable, statement: TSESTree.Statement): boolean {
  const name = defs[0]?.name
  const around = functionAround(unit, statement)
  return name !== undefined && around.type !== 'Program' && functionAround(unit, name) === around && references.every(({ identifier }) => functionAround(unit, identifier) === around)
}

/** The function whose code a node is, the callbacks included that a method of an array runs on the spot. */
function functionAround(unit: SourceUnit, node: TSESTree.Node): TSESTree.Node {
  let at: TSESTree.Node | undefined = node.parent
  while (at?.parent && (!isFunction(at) || runsOnTheSpot(unit, at))) at = at.parent
  return at ?? node
}

function runsOnTheSpot(unit: SourceUnit, fn: FunctionNode): boolean {
  const call = fn.parent
  if (fn.async || fn.generator || call.type !== 'CallExpression' || call.arguments[0] !== fn) return false
  const callee = unit.types.callee(call)
  return callee.kind === 'declared' && callee.package === 'lib' && /^(?:Readonly)?Array$/.test(callee.type ?? '') && /^(?:every|filter|find(?:Last)?(?:Index)?|flatMap|forEach|map|reduce(?:Right)?|some|sort|toSorted)$/.test(callee.member)
}

export function variablesIn(unit: SourceUnit, root: TSESTree.Node): Set<Variable> {
  const found = new Set<Variable>()
  walk(root, node => {
    if (node.type !== 'Identifier' && node.type !== 'JSXIdentifier') return
    const variable = variableOf(unit.scopes, node)
    if (variable && variable.defs.length > 0) found.add(variable)
  })
  return found
}

/** Whether a path leads out of the block at a statement, or it never gets to its end. */
function mayLeave(unit: SourceUnit, statement: TSESTree.Statement): boolean {
  let leaves = false
  const visit = (node: TSESTree.Node): void => {
    if (isFunction(node) || node.type === 'ClassBody') return
    leaves ||= node.type === 'ReturnStatement' || node.type === 'ThrowStatement' || node.type === 'BreakStatement' || node.type === 'ContinueStatement'
    leaves ||= node.type === 'CallExpression' && unit.types.neverReturns(node) === 'yes'
    eachChild(node, visit)
  }
  visit(statement)
  return leaves
}

/**
 * `invariant(user)`, `await assertIsOwner(user)`, `throwIfLocked(user)`: what follows runs only where it holds. A call whose
 * value goes nowhere and whose body throws, or its name says so, as in `findUniqueOrThrow`, is there to do so.
 */
function isGateStatement(unit: SourceUnit, statement: TSESTree.Statement): boolean {
  if (statement.type !== 'ExpressionStatement') return false
  const outer = unwrap(statement.expression)
  const call = outer.type === 'AwaitExpression' ? unwrap(outer.argument) : outer
  if (call.type !== 'CallExpression') return false
  const callee = unwrap(call.callee)
  const name = callee.type === 'Identifier' ? callee.name : callee.type === 'MemberExpression' ? (memberName(callee) ?? '') : ''
  if (isGate(name) || throwsWhereNothingIsFound(name)) return true
  const target = functionBehind(unit, call)
  return target !== undefined && throws(target.fn.body)
}

/** What an awaited expression calls, without its arguments: `prisma.user.findFirst`. */
export function nameOf(unit: SourceUnit, outer: TSESTree.Expression): string {
  const node = unwrap(outer)
  if (node.type === 'CallExpression') {
    const callee = unwrap(node.callee)
    // Of `load().then(f)` what is loaded says more.
    if (callee.type === 'MemberExpression' && /^(?:then|catch|finally)$/.test(memberName(callee) ?? '')) return nameOf(unit, callee.object)
    return nameOf(unit, callee)
  }
  if (node.type === 'MemberExpression') {
    const object = unwrap(node.object)
    const name = memberName(node) ?? '…'
    return object.type === 'CallExpression' ? `${nameOf(unit, object)}().${name}` : `${nameOf(unit, object)}.${name}`
  }
  if (node.type === 'Identifier') return node.name
  if (node.type === 'ThisExpression') return 'this'
  if (node.type === 'ImportExpression') return 'import'
  if (isFunction(node)) return 'the function'
  if (node.type === 'TaggedTemplateExpression') return nameOf(unit, node.tag)
  if (node.type === 'NewExpression') return `new ${nameOf(unit, node.callee)}`
  return 'it'
}
