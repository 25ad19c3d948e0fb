import type { TSESTree } from '@typescript-eslint/types'
import type { Variable } from '@typescript-eslint/scope-manager'
import type { Way } from '../facts.js'
import { flowOf, type Block, type Decision, type Edge, type Flow, type Place } from '../flow/flow.js'
import { isReassigned, variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, unwrap, walk } from '../walk.js'
import { makings, type BoundPromise } from './bindings.js'
import { isValue, readsOf, useOf, type Use } from './uses.js'

/** States that one search may visit; what is not found then is silence. */
const budget = 5000

/** What is known of conditions on a path: their text, and whether they hold. */
type Known = ReadonlyMap<string, boolean>

/** Conditions of which at least one is as it says, since `a || b` holds around the making. */
type Clause = readonly ConditionFact[]

/** A wait that a promise meets before anybody has taken charge of it. */
export interface Wait {
  readonly kind: 'wait'
  readonly at: TSESTree.Node
  readonly decision?: Decision
}

interface Found {
  readonly way: Way | Wait
}

/** How a promise that is put into a variable comes to be nobody's on some written path; undefined where it does not, or nobody can tell. */
export function wayToNobody(unit: SourceUnit, bound: BoundPromise, options: UseOptions): Way | undefined {
  return new Journey(unit, bound, options, false).wayToNobody()
}

/** Where a promise that is put into a variable waits for its handler while its function waits for something else. */
export function waitBeforeHandler(unit: SourceUnit, bound: BoundPromise, options: UseOptions): Wait | undefined {
  return new Journey(unit, bound, options, true).wait()
}

type UseOptions = Parameters<typeof useOf>[2]

/** Follows the promise in one variable from where it is put there. */
class Journey {
  readonly #uses: ReadonlyMap<TSESTree.Node, Use>
  readonly #mentions = new Map<Block, { readonly index: number; readonly node: TSESTree.Node }[]>()
  readonly #flow
  readonly #askedAgain: ReadonlySet<string>
  #clauses: readonly Clause[] = []
  #roots: ReadonlySet<Variable> = new Set()
  readonly #states = new Map<Block, Map<string, Found | 'handled' | 'open'>>()
  #left = budget

  readonly #variable: Variable

  constructor(
    private readonly unit: SourceUnit,
    private readonly bound: BoundPromise,
    options: UseOptions,
    private readonly stopsAtWaits: boolean,
  ) {
    const variable = (this.#variable = bound.variable)
    this.#flow = flowOf(bound.fn)
    this.#askedAgain = askedAgainIn(unit, this.#flow)
    const mentions = variable.references.filter(isValue).map(({ identifier }) => identifier as TSESTree.Node)
    const uses = new Map(mentions.map(identifier => [identifier, useOf(unit, identifier, options)]))
    // `let p` in a loop is a declaration without a value, and no reference.
    for (const { name } of variable.defs) if (!uses.has(name)) uses.set(name, 'overwrites')
    this.#uses = uses
    for (const node of uses.keys()) {
      for (const { block, index } of this.#flow.places.get(node) ?? []) {
        const inBlock = this.#mentions.get(block)
        if (inBlock) inBlock.push({ index, node })
        else this.#mentions.set(block, [{ index, node }])
      }
    }
    for (const inBlock of this.#mentions.values()) inBlock.sort((a, b) => a.index - b.index)
  }

  wayToNobody(): Way | undefined {
    if ([...this.#uses.values()].includes('drops')) return undefined
    if (readsOf(this.#variable).every(read => this.#uses.get(read) === 'looks')) return { kind: 'never' }
    const way = this.#firstFound()
    return way?.kind === 'wait' ? undefined : way
  }

  wait(): Wait | undefined {
    const way = this.#firstFound()
    return way?.kind === 'wait' ? way : undefined
  }

  #firstFound(): Found['way'] | undefined {
    if (this.#flow.isTooLarge) return undefined
    const { identifier } = this.bound
    const { known, clauses } = knownAt(this.unit, identifier, this.#askedAgain)
    this.#clauses = clauses
    this.#roots = rootsOf(this.unit, identifier)
    for (const place of this.#flow.places.get(identifier) ?? []) {
      const found = this.#from(place, known)
      if (typeof found === 'object') return found.way
    }
    return undefined
  }

  #from({ block, index }: Place, known: Known): Found | 'handled' | 'open' {
    const next = this.#mentions.get(block)?.find(mention => mention.index > index && this.#uses.get(mention.node) !== 'looks')
    if (this.stopsAtWaits) {
      const wait = firstBehind(waitsIn(block), index)
      if (wait && (!next || wait.index < next.index)) return { way: { kind: 'wait', at: wait.node } }
      if (next || block.exit) return 'handled'
    }
    if (next) return this.#uses.get(next.node) === 'handles' ? 'handled' : { way: { kind: 'overwritten', by: next.node } }
    // `else throw new Error('never happens')`: behind conditions that do not hold, it is where no path was meant to go.
    if (block.exit?.kind === 'throw' && isLastResort(block.exit.node)) return 'handled'
    if (block.exit) return block.exit.kind === 'process' ? 'handled' : { way: { kind: 'path', exit: block.exit.node, leaves: block.exit.kind } }
    return this.#split(block, known)
  }

  #enter(block: Block, known: Known): Found | 'handled' | 'open' {
    const key = [...known].map(String).sort().join(';')
    let states = this.#states.get(block)
    if (!states) this.#states.set(block, (states = new Map()))
    const state = states.get(key)
    // A way that comes back to where it was adds nothing.
    if (state !== undefined) return state
    if (--this.#left < 0) return 'handled'
    states.set(key, 'open')
    const result = this.#from({ block, index: -1 }, known)
    states.set(key, result)
    return result
  }

  /**
   * Where the ways part: one that leads to nobody is enough. Where the condition may change between two looks, or stands
   * for something that this analysis can't tell, all must.
   */
  #split(block: Block, known: Known): Found | 'handled' | 'open' {
    const results: { edge: Edge; result: Found | 'handled' | 'open' }[] = []
    let mustAll = false
    for (const edge of block.next) {
      const after = this.#decide(edge.why, known)
      if (after === 'impossible') continue
      if (after === 'unstable') mustAll = true
      results.push({ edge, result: this.#enter(edge.to, typeof after === 'string' ? known : after) })
    }
    const found = results.find(({ result }) => typeof result === 'object')
    if (!found || typeof found.result !== 'object') return results.some(({ result }) => result === 'handled') ? 'handled' : results.length > 0 ? 'open' : 'handled'
    const others = results.filter(({ result }) => typeof result !== 'object')
    if (others.length === 0 && found.edge.why?.is !== 'no case') return found.result
    if (mustAll && others.some(({ result }) => result === 'handled')) return 'handled'
    const { way } = found.result
    const { why } = found.edge
    const decides = why && (why.is === 'no case' || others.some(({ result }) => result === 'handled'))
    return decides && !('decision' in way && way.decision) ? { way: { ...way, decision: why } as Found['way'] } : found.result
  }

  /** What is known behind a decision; whether it can be at all, and whether it says anything. */
  #decide(why: Decision | undefined, known: Known): Known | 'impossible' | 'unstable' {
    if (!why) return known
    const self = this.#aboutItself(why)
    if (self !== undefined) return self ? known : 'impossible'
    // Without a default, a switch is taken to have a case for every value, as TypeScript checks where it can.
    if (why.is === 'no case') return (why.node as TSESTree.SwitchStatement).cases.some(({ test }) => !test) && !this.#isCorrelated((why.node as TSESTree.SwitchStatement).discriminant) ? known : 'impossible'
    if (why.is === 'another round' || why.is === 'no more rounds') return known
    const asked = why.is === 'case' ? (why.node.parent as TSESTree.SwitchStatement).discriminant : why.node
    const about = variablesIn(this.unit, asked)
    if (about.has(this.#variable)) return 'unstable'
    if (why.is === 'case') return this.#sharesRoot(about) ? 'unstable' : known
    if (why.is !== 'true' && why.is !== 'false') return known
    const fact = factOf(this.unit, why.node, why.is === 'true')
    if (!fact) return 'unstable'
    const before = known.get(fact.text)
    if (before !== undefined) return before === fact.holds ? known : 'impossible'
    // `if (kind === 'a') p = f()` and later `if (isA)`: the two may be one condition in other words.
    const isInClause = this.#clauses.some(clause => clause.some(({ text }) => text === fact.text))
    if (!isInClause && this.#sharesRoot(about)) return 'unstable'
    if (!this.#askedAgain.has(fact.text)) return known
    return this.#with(known, fact)
  }

  /** What is known with one fact more, and with what follows from it. */
  #with(known: Known, fact: ConditionFact): Known | 'impossible' {
    const after = new Map([...known, [fact.text, fact.holds]])
    for (const clause of this.#clauses) {
      const open = clause.filter(({ text, holds }) => after.get(text) !== !holds)
      const [only] = open
      if (!only) return 'impossible'
      if (open.length === 1 && !after.has(only.text)) return this.#with(after, only)
    }
    return after
  }

  /** Whether a way can be taken while a promise is in the variable, where the decision is about the variable: a promise is truthy. */
  #aboutItself({ node, is }: Decision): boolean | undefined {
    if (this.#isVariable(node)) return is === 'true' || is === 'not nullish'
    if (node.type !== 'BinaryExpression' || (is !== 'true' && is !== 'false')) return undefined
    const holds = this.#comparison(node)
    return holds === undefined ? undefined : holds === (is === 'true')
  }

  /** What a comparison with the promise gives: it is an object, no literal, and has what a promise has. */
  #comparison({ operator, left, right }: TSESTree.BinaryExpression): boolean | undefined {
    if (operator === 'instanceof' && this.#isVariable(left)) return right.type === 'Identifier' && right.name === 'Promise' ? true : undefined
    if (operator === 'in' && this.#isVariable(right)) return left.type === 'Literal' && ['catch', 'finally', 'then'].includes(String(left.value)) ? true : undefined
    const isEqual = operator === '===' || operator === '=='
    if (!isEqual && operator !== '!==' && operator !== '!=') return undefined
    const [one, other] = left.type === 'Literal' || (left.type === 'Identifier' && left.name === 'undefined') ? [right, left] : [left, right]
    if (one.type === 'UnaryExpression' && one.operator === 'typeof' && this.#isVariable(one.argument)) return other.type === 'Literal' ? (other.value === 'object') === isEqual : undefined
    if (!this.#isVariable(one)) return undefined
    return other.type === 'Literal' || (other.type === 'Identifier' && other.name === 'undefined') ? !isEqual : undefined
  }

  #isCorrelated(asked: TSESTree.Node): boolean {
    const about = variablesIn(this.unit, asked)
    return about.has(this.#variable) || this.#sharesRoot(about)
  }

  /** Whether a condition speaks about what the making depended on. */
  #sharesRoot(about: ReadonlySet<Variable>): boolean {
    return [...about].some(variable => this.#roots.has(variable))
  }

  #isVariable(node: TSESTree.Node): boolean {
    return node.type === 'Identifier' && variableOf(this.unit.scopes, node) === this.#variable
  }
}

/** What the making of a promise depends on: the variables of the conditions around it and in its value. */
function rootsOf(unit: SourceUnit, identifier: TSESTree.Node): ReadonlySet<Variable> {
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

const mentioned = new WeakMap<TSESTree.Node, ReadonlySet<Variable>>()

/** The variables that an expression mentions, and those that their constant values come from. */
function variablesIn(unit: SourceUnit, expression: TSESTree.Node): ReadonlySet<Variable> {
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

/** A throw that ends a function, a final `else` or a `default`, with nothing but conditions before it that did not hold. */
function isLastResort(node: TSESTree.Node): boolean {
  let below = node
  for (let at = node.parent; at; below = at, at = at.parent) {
    if (at.type === 'IfStatement') return at.alternate === below
    if (at.type === 'SwitchCase') return at.test === null
    if (isFunction(at)) {
      const body = at.body.type === 'BlockStatement' ? at.body.body : []
      return body.at(-1) === node && body.some(statement => statement.type === 'IfStatement' || statement.type === 'SwitchStatement')
    }
  }
  return false
}

/** `await null` is over before an unhandled rejection is told. */
function suspends(node: TSESTree.Node): boolean {
  if (node.type !== 'AwaitExpression') return node.type === 'ForOfStatement'
  return node.argument.type !== 'Literal' && !(node.argument.type === 'Identifier' && node.argument.name === 'undefined')
}

const waits = new WeakMap<Block, { readonly index: number; readonly node: TSESTree.Node }[]>()

/** Where a block suspends its function. */
function waitsIn(block: Block): { readonly index: number; readonly node: TSESTree.Node }[] {
  let found = waits.get(block)
  if (!found) waits.set(block, (found = block.events.flatMap((node, index) => (suspends(node) ? [{ index, node }] : []))))
  return found
}

/** The first of ordered places behind an index: a block of straight code may hold thousands. */
function firstBehind<P extends { readonly index: number }>(places: readonly P[], index: number): P | undefined {
  let [low, high] = [0, places.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((places[middle] as P).index > index) high = middle
    else low = middle + 1
  }
  return places[low]
}

interface ConditionFact {
  readonly text: string
  readonly holds: boolean
}

const askedAgain = new WeakMap<Flow, ReadonlySet<string>>()

/** The conditions that a function asks more than once. Only these are worth remembering on a path, of which there may be thousands. */
function askedAgainIn(unit: SourceUnit, flow: Flow): ReadonlySet<string> {
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
function factOf(unit: SourceUnit, test: TSESTree.Node, holds: boolean): ConditionFact | undefined {
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

/** The conditions that hold where `node` stands: those around it, and those whose other way has left before it. */
function knownAt(unit: SourceUnit, node: TSESTree.Node, asked: ReadonlySet<string>): { known: Known; clauses: Clause[] } {
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

/** `a || b` that holds, or `a && b` that does not, as a clause; undefined where one of its parts may change. */
function clauseOf(unit: SourceUnit, test: TSESTree.Expression, holds: boolean): Clause | undefined {
  if (test.type !== 'LogicalExpression' || test.operator !== (holds ? '||' : '&&')) return undefined
  const parts = [test.left, test.right].map((part): Clause | undefined => {
    if (part.type === 'LogicalExpression') return clauseOf(unit, part, holds)
    const isNot = part.type === 'UnaryExpression' && part.operator === '!'
    const fact = factOf(unit, isNot ? part.argument : part, isNot ? !holds : holds)
    return fact && [fact]
  })
  return parts.every(part => part !== undefined) ? parts.flat() : undefined
}

function learnValue(value: TSESTree.Expression, learn: (test: TSESTree.Expression, holds: boolean) => void): void {
  const node = unwrap(value)
  if (node.type === 'LogicalExpression' && node.operator !== '??') learn(node.left, node.operator === '&&')
  if (node.type !== 'ConditionalExpression') return
  const [yes, no] = [makings(node.consequent).length > 0, makings(node.alternate).length > 0]
  if (yes !== no) learn(node.test, yes)
}

const guards = new WeakMap<TSESTree.Node, TSESTree.IfStatement[]>()

/** The statements `if (c) return` and the like of a block: behind them, c does not hold. */
function guardsIn(unit: SourceUnit, block: TSESTree.BlockStatement | TSESTree.Program, asked: ReadonlySet<string>): TSESTree.IfStatement[] {
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
