import type { TSESTree } from '@typescript-eslint/types'
import type { FloatingPromise } from '../analysis/facts.js'
import type { SourceUnit } from '../analysis/unit.js'
import { enclosingFunction, waits } from '../analysis/walk.js'
import { awaitIt, joinIt, operandOf, whyNoAwait, whyNoPromiseAll, whyNotDelayed } from './awaiting.js'
import { collectInLoop, loopAround } from './collect-in-loop.js'
import { insert, type Edit, type Rewrite } from './edit.js'
import { endOf, indentAt, indentLines, indentStep, layoutOf, separatorAt } from './layout.js'

/**
 * Without the runtime: awaits each promise where it is made. Neighbours that were started together stay together, in one
 * `await Promise.all([…])`, and the promises of a loop are collected and awaited behind it.
 */
export function awaitTogether(unit: SourceUnit, facts: readonly FloatingPromise[]): { nodes: TSESTree.Node[]; rewrite: Rewrite }[] {
  const names = new Map<TSESTree.Node | null, Set<string>>()
  return runsOf(facts).map(run => {
    const fn = enclosingFunction(run[0].node)
    const given = names.get(fn) ?? new Set()
    names.set(fn, given)
    return { nodes: run.map(fact => fact.node), rewrite: awaitRun(unit, run, given) }
  })
}

type Run = [FloatingPromise, ...FloatingPromise[]]

function awaitRun(unit: SourceUnit, run: Run, namesGiven: Set<string>): Rewrite {
  const [first] = run
  const refusal = whyNoAwait(unit, first.node)
  if (refusal) return refusal
  const loop = loopAround(first.node)
  if (loop) return collectInLoop(unit, loop, run, namesGiven)
  if (run.length > 1) return whyNotDelayed(unit, first.node) ?? whyNoPromiseAll(unit, first.node) ?? joinNeighbours(unit, run)
  return first.shape === 'list' ? joinIt(unit, first, 'native') : awaitIt(unit, first)
}

/** Splits the facts into runs: those of one loop, and whole statements that follow each other in one block. */
function runsOf(facts: readonly FloatingPromise[]): Run[] {
  const runs: Run[] = []
  for (const fact of facts) {
    const run = runs.find(([first]) => isSameLoop(first, fact)) ?? runs.at(-1)
    const previous = run?.at(-1)
    if (run && previous && (isSameLoop(previous, fact) || (isWhole(previous) && isWhole(fact) && follows(previous.statement, fact.statement)))) run.push(fact)
    else runs.push([fact])
  }
  return runs
}

function isSameLoop(a: FloatingPromise, b: FloatingPromise): boolean {
  const loop = loopAround(a.node)
  return loop !== undefined && loopAround(b.node) === loop && enclosingFunction(a.node) === enclosingFunction(b.node)
}

/** Whether the promise is all of its statement, and nothing in it waits: promises that were made before would be without a handler meanwhile. */
function isWhole(fact: FloatingPromise): boolean {
  return fact.shape === 'promise' && !waits(fact.node) && fact.statement.type === 'ExpressionStatement' && operandOf(fact.statement) === fact.node
}

function follows(previous: TSESTree.Node, next: TSESTree.Node): boolean {
  const block = next.parent
  if (block?.type !== 'BlockStatement' && block?.type !== 'Program') return false
  const at = block.body.findIndex(statement => statement === next)
  return at > 0 && block.body[at - 1] === previous
}

function joinNeighbours(unit: SourceUnit, run: Run): Rewrite {
  const { text } = unit
  const { newline } = layoutOf(unit)
  const [start] = run[0].statement.range
  const last = (run.at(-1) as FloatingPromise).statement
  const end = endOf(unit, last)
  const indent = indentAt(text, start)
  const unitOfIndent = indentStep(text, run[0].statement)
  const edits: Edit[] = [insert(start, `await Promise.all([${newline}${indent}${unitOfIndent}`)]
  for (const { statement } of run) {
    const [, whole] = statement.range
    const shown = endOf(unit, statement)
    if (shown < whole && statement !== last) edits.push({ range: [whole - 1, whole], text: '' })
    edits.push({ range: [shown === whole && text[whole - 1] === ';' ? whole - 1 : shown, shown], text: ',' })
  }
  edits.push(...indentLines(unit, [start, end], unitOfIndent))
  edits.push(insert(end, `${newline}${indent}])${end < last.range[1] ? '' : separatorAt(unit, end)}`))
  return { edits, imports: [] }
}
