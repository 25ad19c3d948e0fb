import type { TSESTree } from '@typescript-eslint/types'
import type { FloatingPromise } from '../analysis/facts.js'
import { isTaken } from '../analysis/scopes.js'
import { isTypeScript, type SourceUnit } from '../analysis/unit.js'
import { enclosingFunction, walkOwn } from '../analysis/walk.js'
import { whyNoPromiseAll, whyNotDelayed, whyNotReplaced } from './awaiting.js'
import { insert, type Edit, type Refusal, type Rewrite } from './edit.js'
import { afterLineComment, endOf, indentAt, layoutOf, separatorAt } from './layout.js'

type Loop = TSESTree.DoWhileStatement | TSESTree.ForInStatement | TSESTree.ForOfStatement | TSESTree.ForStatement | TSESTree.WhileStatement

/** The outermost loop of its function that `node` runs in. */
export function loopAround(node: TSESTree.Node): Loop | undefined {
  const fn = enclosingFunction(node)
  let loop: Loop | undefined
  for (let at = node.parent; at && at !== fn; at = at.parent) if (isLoop(at)) loop = at
  return loop
}

/**
 * Collects the promises that a loop makes and waits for all of them behind it, so that its iterations stay concurrent:
 * `for (…) f(x)` → `const pending = []; for (…) pending.push(f(x)); await Promise.all(pending)`.
 *
 * @param facts floating promises whose outermost loop is `loop`
 * @param given the names that lists of other loops have got in this run; gets this loop's name
 */
export function collectInLoop(unit: SourceUnit, loop: Loop, facts: readonly [FloatingPromise, ...FloatingPromise[]], given: Set<string>): Rewrite {
  const refusal = facts.map(whyNotReplaced).find(Boolean) ?? whyNotCollected(loop, facts) ?? whyNotDelayed(unit, loop) ?? whyNoPromiseAll(unit, loop)
  if (refusal) return refusal
  const name = freeName(unit, loop, given)
  given.add(name)

  const { text } = unit
  const { newline, semicolon } = layoutOf(unit)
  const whole = labelled(loop)
  const [start] = whole.range
  const end = afterLineComment(text, endOf(unit, whole))
  const indent = indentAt(text, start)
  const edits: Edit[] = [insert(start, `const ${name}${isTypeScript(unit) ? ': unknown[]' : ''} = []${semicolon}${newline}${indent}`)]
  for (const { node, shape } of facts) {
    const mayBeNone = shape === 'list' && unit.types.isNullable(node) !== 'no'
    edits.push(insert(node.range[0], `${name}.push(${shape === 'list' ? '...' : ''}${mayBeNone ? '(' : ''}`), insert(node.range[1], mayBeNone ? ' ?? []))' : ')'))
  }
  edits.push(insert(end, `${newline}${indent}await Promise.all(${name})${separatorAt(unit, end)}`))
  return { edits, imports: [] }
}

function whyNotCollected(loop: Loop, facts: readonly [FloatingPromise, ...FloatingPromise[]]): Refusal | undefined {
  const { node: at } = facts[0]
  const otherwise = 'Start the calls in a task group, or collect the promises and await Promise.all() where all of them are made.'
  const { parent } = labelled(loop)
  if (parent?.type !== 'BlockStatement' && parent?.type !== 'Program') return { refused: `The loop is no statement of a block, so nothing can stand before and behind it. Put braces around it first.`, at }
  if (facts.some(({ node }) => node.parent?.type === 'UnaryExpression')) return { refused: 'It is marked void already.', at }
  const why = whatLeaves(loop)
  return why === undefined ? undefined : { refused: `${why} ${otherwise}`, at }
}

/** What keeps the line behind the loop from seeing all promises before one of them can reject unhandled. */
function whatLeaves(loop: Loop): string | undefined {
  let why: string | undefined
  walkOwn(loop, node => {
    if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await) || (node.type === 'VariableDeclaration' && node.kind === 'await using')) why ??= 'The loop awaits too, and a promise that rejects meanwhile would have no handler yet.'
    if (node.type === 'YieldExpression') why ??= 'The loop stops at its yield, and a promise that rejects meanwhile would have no handler yet.'
    if (node.type === 'ReturnStatement' || node.type === 'ThrowStatement') why ??= `The \`${node.type === 'ReturnStatement' ? 'return' : 'throw'}\` on line ${node.loc.start.line} leaves the loop past the place that would wait.`
    if ((node.type === 'BreakStatement' || node.type === 'ContinueStatement') && node.label && !isLabelInside(loop, node.label.name)) why ??= `The jump on line ${node.loc.start.line} leaves the loop past the place that would wait.`
  })
  return why
}

function isLabelInside(loop: Loop, label: string): boolean {
  let found = loop.parent.type === 'LabeledStatement' && loop.parent.label.name === label
  walkOwn(loop, node => {
    found ||= node.type === 'LabeledStatement' && node.label.name === label
  })
  return found
}

function freeName(unit: SourceUnit, loop: Loop, given: ReadonlySet<string>): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? 'pending' : `pending${count}`
    if (!given.has(name) && !isTaken(unit.scopes, loop.parent, name)) return name
  }
}

function labelled(loop: Loop): TSESTree.Statement {
  return loop.parent.type === 'LabeledStatement' ? loop.parent : loop
}

function isLoop(node: TSESTree.Node): node is Loop {
  return /^(?:For|While|DoWhile)\w*Statement$/.test(node.type)
}
