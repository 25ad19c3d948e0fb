import type { TSESTree } from '@typescript-eslint/types'
import { short } from '../analysis/effects/summary.js'
import type { Fact, HandMadeGroup, LateAwait, LeakyRace, SequentialAwaits } from '../analysis/facts.js'
import type { SourceUnit } from '../analysis/unit.js'
import { codeAround, walkOwn } from '../analysis/walk.js'

/** What a finding is about as a picture: what runs when, as it is now and as it would be after the rewrite. Each wait takes one unit of time. */
export interface Timeline {
  /** What the picture says, in a sentence. */
  readonly caption: string
  readonly steps: readonly TimelineStep[]
}

export interface TimelineStep {
  readonly name: string
  /** Where it stands in the file. */
  readonly line: number
  readonly now: readonly Stretch[]
  readonly after: readonly Stretch[]
}

/** A part of the time in which something runs, in units from the first. */
export interface Stretch {
  readonly start: number
  readonly length: number
  /** Nobody waits for it there, or nothing handles its rejection. */
  readonly isAlone: boolean
}

/** How many rounds of a loop are drawn, and run at once; so many siblings of a group are. */
const rounds = 4

/** The picture of a finding; undefined where time is not what it is about. */
export function timelineOf(unit: SourceUnit, fact: Fact): Timeline | undefined {
  switch (fact.kind) {
    case 'sequential-loop':
      return inARow(roundsOf(fact.node).map((round, at) => ({ ...round, now: [during(at)], after: [during(0)] })))
    case 'sequential-awaits':
      // A group of three is two findings, and one picture.
      return fact.node === fact.group[1] ? ofGroup(unit, fact) : undefined
    case 'floating-promise':
      return fact.loses === 'throws' ? undefined : leftBehind(unit, fact.node, [stepAt(unit, fact.node)])
    case 'forgotten-promise':
      return fact.way.kind === 'never' ? leftBehind(unit, fact.node, [stepAt(unit, fact.node)]) : undefined
    case 'dropped-callback':
      return fact.taker === 'forEach' && fact.how === 'drops' ? leftBehind(unit, fact.node, roundsOf(fact.node)) : undefined
    case 'late-await':
      return ofLateAwait(unit, fact)
    case 'leaky-race':
      return ofRace(unit, fact)
    case 'hand-made-group':
      return ofSiblings(unit, fact)
    default:
      return undefined
  }
}

function inARow(steps: readonly TimelineStep[]): Timeline {
  return { steps, caption: `${lengthOf(steps, 'now')} waits in a row become ${lengthOf(steps, 'after')}, where each takes as long as the others.` }
}

function ofGroup(unit: SourceUnit, { group }: SequentialAwaits): Timeline | undefined {
  const [first, last] = [group[0], group.at(-1)]
  const awaits = first ? awaitsAround(first) : []
  if (!first || !last || !awaits.includes(first)) return undefined
  // One on each side shows what stays where it is.
  const shown = awaits.slice(Math.max(0, awaits.indexOf(first) - 1), awaits.indexOf(last) + 2)
  let ends = 0
  let together: number | undefined
  return inARow(
    shown.map((node, at): TimelineStep => {
      const isMoved = group.includes(node)
      if (isMoved) together ??= ends
      const after = isMoved && together !== undefined ? together : ends
      ends = Math.max(ends, after + 1)
      return { ...stepAt(unit, node.argument), now: [during(at)], after: [during(after)] }
    }),
  )
}

/** What nobody waits for, and what follows: beside it now, behind it when somebody waits. */
function leftBehind(unit: SourceUnit, node: TSESTree.Node, left: readonly Step[]): Timeline {
  const next = awaitsAround(node).find(({ range }) => range[0] > node.range[1])
  const follows = next ? stepAt(unit, next.argument) : { name: 'what follows', line: node.loc.end.line }
  return { steps: [...left.map(step => ({ ...step, now: [alone(0)], after: [during(0)] })), { ...follows, now: [during(0)], after: [during(1)] }], caption: 'Nobody waits for what is hatched: what follows begins before it is done.' }
}

function ofLateAwait(unit: SourceUnit, { node, wait }: LateAwait): Timeline {
  const waited = wait.type === 'AwaitExpression' ? stepAt(unit, wait.argument) : { name: 'the wait before', line: wait.loc.start.line }
  return {
    steps: [
      { ...stepAt(unit, node), now: [alone(0), during(1)], after: [during(0, 2)] },
      { ...waited, now: [during(0)], after: [during(0)] },
    ],
    caption: 'Where it is hatched, nothing handles a rejection yet.',
  }
}

function ofRace(unit: SourceUnit, { what, member, work }: LeakyRace): Timeline | undefined {
  if (what !== 'timer') return undefined
  const winners = work.map(one => ({ ...stepAt(unit, one), now: [during(0)], after: [during(0)] }))
  return { steps: [...winners, { ...stepAt(unit, member), now: [during(0), alone(1, 3)], after: [during(0)] }], caption: 'The race is over, and what is hatched goes on: a timer keeps the process alive until it rings.' }
}

/** The first sibling fails half way. */
function ofSiblings(unit: SourceUnit, { members, callback, node }: HandMadeGroup): Timeline {
  const siblings = callback ? roundsOf(node) : members.slice(0, rounds).map(member => stepAt(unit, member))
  const steps = siblings.map((step, at) => ({ ...step, now: at === 0 ? [during(0)] : [during(0), alone(1)], after: [during(0)] }))
  return { steps, caption: 'Where the first one fails half way, what is hatched goes on, and nobody waits for it; a task group cancels it.' }
}

/** When the last of it is over. */
export function lengthOf(steps: readonly TimelineStep[], key: 'now' | 'after'): number {
  return Math.max(...steps.flatMap(step => step[key].map(({ start, length }) => start + length)))
}

type Step = Pick<TimelineStep, 'name' | 'line'>

function stepAt(unit: SourceUnit, node: TSESTree.Node): Step {
  return { name: short(unit, node), line: node.loc.start.line }
}

function roundsOf({ loc }: TSESTree.Node): Step[] {
  return Array.from({ length: rounds }, (_, at) => ({ name: `round ${at + 1}`, line: loc.start.line }))
}

function during(start: number, length = 1): Stretch {
  return { start, length, isAlone: false }
}

function alone(start: number, length = 1): Stretch {
  return { start, length, isAlone: true }
}

/** The awaits of the code that a node runs in, as they stand there. */
function awaitsAround(node: TSESTree.Node): readonly TSESTree.AwaitExpression[] {
  const code = codeAround(node)
  const awaits: TSESTree.AwaitExpression[] = []
  if (code) walkOwn('body' in code && !Array.isArray(code.body) ? code.body : code, inner => {
    if (inner.type === 'AwaitExpression') awaits.push(inner)
  })
  return awaits.sort((a, b) => a.range[0] - b.range[0])
}
