import type { TSESTree } from '@typescript-eslint/types'
import { eachChild, isFunction, walkOwn, type FunctionNode } from '../walk.js'

/**
 * What decides whether a function comes to a node once it runs: the conditions around it, and those under which it leaves
 * before. None where it always gets there, as far as nothing throws that is not written.
 */
export function conditionsOf(fn: FunctionNode, node: TSESTree.Node): readonly TSESTree.Node[] {
  const around = conditionsAround(fn, node)
  const leaving: TSESTree.Node[] = []
  walkOwn(fn.body, other => {
    if (other.range[1] > node.range[0]) return
    if (other.type !== 'ReturnStatement' && other.type !== 'ThrowStatement' && other.type !== 'BreakStatement' && other.type !== 'ContinueStatement') return
    const loop = other.type === 'BreakStatement' || other.type === 'ContinueStatement' ? loopAround(other) : undefined
    if (loop && !isWithin(node, loop)) return
    leaving.push(conditionsAround(fn, other)[0] ?? other)
  })
  return [...around, ...leaving]
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
export function conditionsAround(fn: FunctionNode, node: TSESTree.Node): readonly TSESTree.Node[] {
  const found: TSESTree.Node[] = []
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

function conditionIn(at: TSESTree.Node, below: TSESTree.Node): TSESTree.Node | undefined {
  switch (at.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return below === at.test ? undefined : at.test
    case 'LogicalExpression':
      return below === at.right ? at.left : undefined
    case 'AssignmentExpression':
      return below === at.right && ['??=', '||=', '&&='].includes(at.operator) ? at.left : undefined
    case 'SwitchCase':
      return at
    case 'WhileStatement':
      return below === at.body && !isAlwaysTrue(at.test) ? at.test : undefined
    case 'ForStatement':
      return below === at.body || below === at.update ? (at.test ?? undefined) : undefined
    case 'ForInStatement':
    case 'ForOfStatement':
      return below === at.body ? at : undefined
    case 'CatchClause':
      return at
    default:
      return undefined
  }
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

export function isWithin(node: TSESTree.Node, outer: TSESTree.Node): boolean {
  return outer.range[0] <= node.range[0] && node.range[1] <= outer.range[1]
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
