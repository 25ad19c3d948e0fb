import type { TSESTree } from '@typescript-eslint/types'
import type { SourceUnit } from '../unit.js'
import { eachChild, isFunction, isWithin, unwrap, walkOwn, type FunctionNode } from '../walk.js'
import { isSamePlace, placeOf, type Place } from './places.js'

/** What decides whether code comes to a node. */
export interface Condition {
  /** The value that is asked about; a statement that decides otherwise. */
  readonly asked: TSESTree.Node
  /** Whether code comes there where that is truthy, or something at all, and not where it is not. */
  readonly isWanted: boolean
}

/**
 * What decides whether a function comes to a node once it runs: the conditions around it, and those under which it leaves
 * before. None where it always gets there, as far as nothing throws that is not written.
 */
export function conditionsOf(fn: FunctionNode, node: TSESTree.Node): readonly Condition[] {
  const around = conditionsAround(fn, node)
  const staying: Condition[] = []
  walkOwn(fn.body, other => {
    if (other.range[1] > node.range[0]) return
    if (other.type !== 'ReturnStatement' && other.type !== 'ThrowStatement' && other.type !== 'BreakStatement' && other.type !== 'ContinueStatement') return
    const loop = other.type === 'BreakStatement' || other.type === 'ContinueStatement' ? loopAround(other) : undefined
    if (loop && !isWithin(node, loop)) return
    const [leaving] = conditionsAround(fn, other)
    staying.push(leaving ? { ...leaving, isWanted: !leaving.isWanted } : { asked: other, isWanted: false })
  })
  return [...around, ...staying]
}

/** Whether something suspends on every way to a node, so that the caller has gone on by then. */
export function isBehindAwait(fn: FunctionNode, node: TSESTree.Node): boolean {
  if (!fn.async) return false
  const around = new Set(branchesAround(fn, node))
  let found = false
  walkOwn(fn.body, other => {
    const suspends = other.type === 'AwaitExpression' ? other.range[1] <= node.range[0] : other.type === 'ForOfStatement' && other.await && (other.range[1] <= node.range[0] || isWithin(node, other.body))
    found ||= suspends && branchesAround(fn, other).every(branch => around.has(branch))
  })
  return found
}

/** What must be so for the code around to come to a node; the innermost first. */
export function conditionsAround(fn: FunctionNode, node: TSESTree.Node): readonly Condition[] {
  const found: Condition[] = []
  for (let below = node, at = node.parent; at && below !== fn; below = at, at = at.parent) {
    const condition = conditionIn(at, below)
    if (condition) found.push(condition)
    if (at === fn) break
  }
  return found
}

/** The branches that a node stands in, which are run or not: those of one `if` differ. */
export function branchesAround(fn: FunctionNode, node: TSESTree.Node): readonly TSESTree.Node[] {
  const found: TSESTree.Node[] = []
  for (let below = node, at = node.parent; at && below !== fn; below = at, at = at.parent) {
    if (conditionIn(at, below)) found.push(below)
    if (at === fn) break
  }
  return found
}

function conditionIn(at: TSESTree.Node, below: TSESTree.Node): Condition | undefined {
  switch (at.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return below === at.test ? undefined : asking(at.test, below === at.consequent)
    case 'LogicalExpression':
      return below === at.right ? asking(at.left, at.operator === '&&') : undefined
    case 'AssignmentExpression':
      return below === at.right && ['??=', '||=', '&&='].includes(at.operator) ? asking(at.left, at.operator === '&&=') : undefined
    case 'WhileStatement':
      return below === at.body && !isAlwaysTrue(at.test) ? asking(at.test, true) : undefined
    case 'ForStatement':
      return (below === at.body || below === at.update) && at.test ? asking(at.test, true) : undefined
    case 'ForInStatement':
    case 'ForOfStatement':
      return below === at.body ? { asked: at, isWanted: false } : undefined
    case 'SwitchCase':
    case 'CatchClause':
      return { asked: at, isWanted: false }
    default:
      return undefined
  }
}

/** What a test is about, past `!` and past comparisons with nothing. */
function asking(test: TSESTree.Node, isWanted: boolean): Condition {
  const asked = unwrap(test as TSESTree.Expression)
  if (asked.type === 'UnaryExpression' && asked.operator === '!') return asking(asked.argument, !isWanted)
  const isComparison = asked.type === 'BinaryExpression' && /^[!=]==?$/.test(asked.operator) && isNothing(asked.right)
  return isComparison ? asking(asked.left, asked.operator.startsWith('!') === isWanted) : { asked, isWanted }
}

/** `if (this.ready) await this.ready`: whether it is only asked if there is something to wait for. */
export function asksFor(unit: SourceUnit, { asked, isWanted }: Condition, place: Place): boolean {
  const named = isWanted && (asked.type === 'MemberExpression' || asked.type === 'Identifier') ? placeOf(unit, asked) : undefined
  return named !== undefined && isSamePlace(named, place)
}

/** `null`, `undefined`. */
export function isNothing(outer: TSESTree.Expression): boolean {
  const node = unwrap(outer)
  return (node.type === 'Literal' && node.value === null && node.raw === 'null') || (node.type === 'Identifier' && node.name === 'undefined')
}

function isAlwaysTrue(node: TSESTree.Node): boolean {
  return node.type === 'Literal' && node.value === true
}

function loopAround(node: TSESTree.Node): TSESTree.Node | undefined {
  for (let at = node.parent; at && !isFunction(at); at = at.parent) {
    if (/^(?:While|DoWhile|For|ForIn|ForOf)Statement$/.test(at.type) || (node.type === 'BreakStatement' && at.type === 'SwitchStatement')) return at
  }
  return undefined
}

/** Whether a node below `root`, functions included, is one that is looked for. */
export function has(root: TSESTree.Node, is: (node: TSESTree.Node) => boolean): boolean {
  if (is(root)) return true
  let found = false
  eachChild(root, child => {
    found ||= has(child, is)
  })
  return found
}
