import type { TSESTree } from '@typescript-eslint/types'
import type { FloatingPromise } from '../analysis/facts.js'
import type { SourceUnit } from '../analysis/unit.js'
import { enclosingFunction } from '../analysis/walk.js'
import { awaitIt, joinIt, operandOf, whyNoAwait } from './awaiting.js'
import { insert, type Edit, type Refusal, type Rewrite } from './edit.js'
import { indentAt, indentLines, indentUnit, layoutOf } from './layout.js'

/**
 * Without the runtime: awaits each promise where it is made. Neighbours that were started together stay together, in one
 * `await Promise.all([…])`; in a loop there is nothing as short that keeps the calls concurrent, so it refuses.
 */
export function awaitTogether(unit: SourceUnit, facts: readonly FloatingPromise[]): { nodes: TSESTree.Node[]; rewrite: Rewrite }[] {
  return runsOf(facts).map(run => ({ nodes: run.map(fact => fact.node), rewrite: awaitRun(unit, run) }))
}

type Run = [FloatingPromise, ...FloatingPromise[]]

function awaitRun(unit: SourceUnit, run: Run): Rewrite {
  const [first] = run
  const refusal = whyNoAwait(unit, first.node) ?? whyNotInLoop(first)
  if (refusal) return refusal
  if (run.length > 1) return joinNeighbours(unit, run)
  return first.shape === 'list' ? joinIt(unit, first, 'native') : awaitIt(unit, first)
}

/** Splits the facts into runs of whole statements that follow each other in one block. */
function runsOf(facts: readonly FloatingPromise[]): Run[] {
  const runs: Run[] = []
  for (const fact of facts) {
    const run = runs.at(-1)
    const previous = run?.at(-1)
    if (run && previous && isWhole(previous) && isWhole(fact) && follows(previous.statement, fact.statement)) run.push(fact)
    else runs.push([fact])
  }
  return runs
}

function isWhole(fact: FloatingPromise): boolean {
  return fact.shape === 'promise' && fact.statement.type === 'ExpressionStatement' && operandOf(fact.statement) === fact.node
}

function follows(previous: TSESTree.Node, next: TSESTree.Node): boolean {
  const block = next.parent
  if (block?.type !== 'BlockStatement' && block?.type !== 'Program') return false
  const at = block.body.findIndex(statement => statement === next)
  return at > 0 && block.body[at - 1] === previous
}

function whyNotInLoop({ node }: FloatingPromise): Refusal | undefined {
  const fn = enclosingFunction(node)
  for (let at: TSESTree.Node | undefined = node.parent; at && at !== fn; at = at.parent) {
    if (/^(?:For|While|DoWhile)\w*Statement$/.test(at.type)) {
      return { refused: 'An await in this loop would run its iterations one after another. Collect the promises and await Promise.all() behind the loop, or use a task group.', at: node }
    }
  }
  return undefined
}

function joinNeighbours(unit: SourceUnit, run: Run): Rewrite {
  const { text } = unit
  const { newline, semicolon } = layoutOf(unit)
  const [start] = run[0].statement.range
  const last = (run.at(-1) as FloatingPromise).statement
  const block = run[0].statement.parent
  const indent = indentAt(text, start)
  const unitOfIndent = block?.type === 'BlockStatement' ? indentUnit(text, block) : '  '
  const edits: Edit[] = [insert(start, `await Promise.all([${newline}${indent}${unitOfIndent}`)]
  for (const { statement } of run) {
    const [, end] = statement.range
    edits.push({ range: [text[end - 1] === ';' ? end - 1 : end, end], text: ',' })
  }
  edits.push(...indentLines(unit, [start, last.range[1]], unitOfIndent))
  edits.push(insert(last.range[1], `${newline}${indent}])${semicolon}`))
  return { edits, imports: [] }
}
