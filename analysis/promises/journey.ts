import type { TSESTree } from '@typescript-eslint/types'
import type { Variable } from '@typescript-eslint/scope-manager'
import type { Way } from '../facts.js'
import { flowOf, type Block, type Decision, type Edge, type Place } from '../flow/flow.js'
import { askedAgainIn, factOf, variablesIn, type Clause, type ConditionFact, type Known } from '../flow/conditions.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, isWithin } from '../walk.js'
import type { BoundPromise } from './bindings.js'
import { knownAt, rootsOf } from './making.js'
import { useOf, type Use } from './uses.js'

/** States that one search may visit; what is not found then is silence. */
const budget = 5000

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

  constructor(
    private readonly unit: SourceUnit,
    private readonly bound: BoundPromise,
    options: UseOptions,
    private readonly stopsAtWaits: boolean,
  ) {
    this.#flow = flowOf(bound.fn)
    this.#askedAgain = askedAgainIn(unit, this.#flow)
    const { use = (mention: TSESTree.Node) => useOf(unit, mention, options) } = bound
    this.#uses = new Map(bound.mentions.map(mention => [mention, use(mention)]))
    for (const node of bound.mentions) {
      for (const { block, index } of this.#placesOf(node)) {
        const inBlock = this.#mentions.get(block)
        if (inBlock) inBlock.push({ index, node })
        else this.#mentions.set(block, [{ index, node }])
      }
    }
    for (const inBlock of this.#mentions.values()) inBlock.sort((a, b) => a.index - b.index)
  }

  wayToNobody(): Way | undefined {
    if ([...this.#uses.values()].includes('drops')) return undefined
    if (this.bound.reads.every(read => this.#uses.get(read) === 'looks')) return { kind: 'never' }
    const way = this.#firstFound()
    return way?.kind === 'wait' ? undefined : way
  }

  wait(): Wait | undefined {
    const way = this.#firstFound()
    return way?.kind === 'wait' ? way : undefined
  }

  #firstFound(): Found['way'] | undefined {
    if (this.#flow.isTooLarge) return undefined
    const { holder, made } = this.bound
    const { known, clauses } = knownAt(this.unit, holder, this.#askedAgain)
    this.#clauses = clauses
    this.#roots = rootsOf(this.unit, holder)
    // `this` of `this.#p = f()` comes before the promise.
    for (const place of this.#placesOf(holder.type === 'Identifier' ? holder : made)) {
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
    if (this.#neverComesBack(block)) return 'handled'
    if (block.exit) return block.exit.kind === 'process' ? 'handled' : { way: { kind: 'path', exit: block.exit.node, leaves: block.exit.kind } }
    return this.#split(block, known)
  }

  /** `fail()` or `return fail()` as the last thing in a block, where `fail` gives `never`. */
  #neverComesBack({ events, exit }: Block): boolean {
    const last = events.at(-1)
    if (last?.type !== 'CallExpression') return false
    const isLast = last.parent.type === 'ExpressionStatement' || (exit?.kind === 'return' && last.parent === exit.node)
    return isLast && this.unit.types.neverReturns(last) === 'yes'
  }

  #placesOf(node: TSESTree.Node): readonly Place[] {
    return this.#flow.places.get(node.type === 'MemberExpression' ? node.object : node) ?? []
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
    if (why.is === 'no case') return this.#decideNoCase(why.node as TSESTree.SwitchStatement, known)
    if (why.is === 'another round' || why.is === 'no more rounds') return known
    const asked = why.is === 'case' ? (why.node.parent as TSESTree.SwitchStatement).discriminant : why.node
    const about = variablesIn(this.unit, asked)
    if (this.#isAsked(asked, about)) return 'unstable'
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

  /** Without a default, only types can say that a value may meet no case. */
  #decideNoCase(statement: TSESTree.SwitchStatement, known: Known): Known | 'impossible' {
    const hasDefault = statement.cases.some(({ test }) => !test)
    if (!hasDefault && this.unit.types.isExhaustive(statement) !== 'no') return 'impossible'
    return this.#isCorrelated(statement.discriminant) ? 'impossible' : known
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
    if (this.#isHeldBy(node)) return is === 'true' || is === 'not nullish'
    if (node.type !== 'BinaryExpression' || (is !== 'true' && is !== 'false')) return undefined
    const holds = this.#comparison(node)
    return holds === undefined ? undefined : holds === (is === 'true')
  }

  /** What a comparison with the promise gives: it is an object, no literal, and has what a promise has. */
  #comparison({ operator, left, right }: TSESTree.BinaryExpression): boolean | undefined {
    if (operator === 'instanceof' && this.#isHeldBy(left)) return right.type === 'Identifier' && right.name === 'Promise' ? true : undefined
    if (operator === 'in' && this.#isHeldBy(right)) return left.type === 'Literal' && ['catch', 'finally', 'then'].includes(String(left.value)) ? true : undefined
    const isEqual = operator === '===' || operator === '=='
    if (!isEqual && operator !== '!==' && operator !== '!=') return undefined
    const [one, other] = left.type === 'Literal' || (left.type === 'Identifier' && left.name === 'undefined') ? [right, left] : [left, right]
    if (one.type === 'UnaryExpression' && one.operator === 'typeof' && this.#isHeldBy(one.argument)) return other.type === 'Literal' ? (other.value === 'object') === isEqual : undefined
    if (!this.#isHeldBy(one)) return undefined
    return other.type === 'Literal' || (other.type === 'Identifier' && other.name === 'undefined') ? !isEqual : undefined
  }

  #isCorrelated(asked: TSESTree.Node): boolean {
    const about = variablesIn(this.unit, asked)
    return this.#isAsked(asked, about) || this.#sharesRoot(about)
  }

  /** Whether a condition looks at what holds the promise, by another name too. */
  #isAsked(condition: TSESTree.Node, about: ReadonlySet<Variable>): boolean {
    const { variable, mentions } = this.bound
    return variable ? about.has(variable) : mentions.some(mention => isWithin(mention, condition))
  }

  /** Whether a condition speaks about what the making depended on. */
  #sharesRoot(about: ReadonlySet<Variable>): boolean {
    return [...about].some(variable => this.#roots.has(variable))
  }

  #isHeldBy(node: TSESTree.Node): boolean {
    return this.#uses.has(node)
  }
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
