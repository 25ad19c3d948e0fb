import { loading } from '../effects/effect.js'
import type { Item, Step } from './items.js'

/** Steps of one block that could start together. */
export interface Group {
  /** In the order of the source; at least two. */
  readonly steps: readonly Step[]
  /** The statements of the steps, and all between. */
  readonly items: readonly Item[]
}

/** How many start together at most: more than that at once is for somebody to decide. */
const largest = 6

/** How many statements apart two awaits may be. */
const window = 16

/**
 * Steps that come to the same stage, with nothing between them that has to stay, could start together.
 *
 * @param fits which steps may be in a group
 */
export function groupsIn(items: readonly Item[], fits: (step: Step) => boolean = isGainful): Group[] {
  const groups: Group[] = []
  const staged = stagesOf(items)
  const isFree = ({ step }: Staged): boolean => fits(step) && !groups.some(({ steps }) => steps.includes(step))
  for (const [index, first] of staged.entries()) {
    if (!isFree(first)) continue
    let weight = 0
    const together = staged.slice(index).filter(other => other.stage === first.stage && isNear(first, other) && isFree(other) && isJoinable(first, other, items) && (weight += other.step.weight) <= largest)
    const gaining = together.filter(({ step }) => gains(step, together.map(other => other.step)))
    const [from, to] = [gaining[0], gaining.at(-1)]
    if (from && to && from !== to) groups.push({ steps: gaining.map(({ step }) => step), items: items.slice(from.at, to.at + 1) })
  }
  return groups
}

/** Puts each step as early as what it uses, and what must stay in front of it, allow. */
function stagesOf(items: readonly Item[]): readonly Staged[] {
  const staged: Staged[] = []
  // Before this stage nothing may start any more.
  let base = 0
  // By item: the stage before which what it defines is not there.
  const available: number[] = []
  const latest = (fits: (earlier: Item) => boolean, floor: number): number => available.reduce((most, stage, at) => (stage > most && fits(items[at] as Item) ? stage : most), floor)
  for (const [at, item] of items.entries()) {
    const behindAll = latest(() => true, base)
    let end = latest(earlier => dependsOn(item, earlier), base)
    // A step that stays keeps those behind it in its statement, too.
    let floor = base
    for (const step of item.steps) {
      const beside = staged.filter(other => other.at === at && comesBehind(step, other.step, item)).map(other => other.stage + 1)
      const stage = Math.max(latest(earlier => mustFollow(step, earlier), isMovable(step) ? floor : Math.max(behindAll, end)), ...beside)
      staged.push({ step, stage, at })
      end = Math.max(end, stage + 1)
      if (!isMovable(step)) floor = end
    }
    available.push(end)
    if (item.isBarrier) base = Math.max(behindAll, end)
    else if (item.steps.some(({ isGate }) => isGate)) base = Math.max(base, end)
  }
  return staged
}

/** Whether a step needs what an earlier statement gives, or uses something that one at a time can use. */
function mustFollow(step: Step, earlier: Item): boolean {
  return meets(step.uses, earlier.defines) || meets(step.exclusive, earlier.exclusive) || readsField(step, earlier)
}

/** The same within one statement: `const a = await f(), b = await g(a)`, `h(await f())`. */
function comesBehind(step: Step, earlier: Step, item: Item): boolean {
  return contains(step, earlier) || meets(step.uses, item.defines) || meets(step.exclusive, earlier.exclusive)
}

function isNear(first: Staged, other: Staged): boolean {
  return other.at - first.at < window
}

/**
 * Where the steps of a group can start together without moving anything else: where the first stands, if no later one uses
 * what stands between; else where the last stands, if nothing between waits, or uses or changes what the others do.
 */
export function placeOf({ steps, items }: Group): 'first' | 'last' | undefined {
  const holds = (item: Item): boolean => item.steps.some(step => steps.includes(step))
  const between = items.filter(item => !holds(item))
  if (!between.some(item => steps.some(step => meets(step.uses, item.defines)))) return 'first'
  if (between.some(({ steps: waiting }) => waiting.length > 0)) return undefined
  const moved = items.slice(0, -1).filter(holds)
  return moved.some(item => items.slice(items.indexOf(item) + 1, -1).some(other => !holds(other) && dependsOn(other, item))) ? undefined : 'last'
}

interface Staged {
  readonly step: Step
  readonly stage: number
  /** The item that it belongs to. */
  readonly at: number
}

/** Whether a later step may pass everything between it and the first: a barrier in front of it ends what can be joined. */
function isJoinable(first: Staged, other: Staged, items: readonly Item[]): boolean {
  return other === first || other.at === first.at || !items.slice(first.at, other.at).some(({ isBarrier }) => isBarrier)
}

/** Whether it only reads, so that it may run beside other reads. */
function isMovable({ effects, isDiscarded }: Step): boolean {
  const isReading = effects.writes.length === 0 && !effects.barrier && !effects.unknown && effects.connections.length === 0
  return isReading && (!isDiscarded || effects.certainty === 'proven')
}

/** Whether there is input or output to wait for, and its failure need not stop the others. */
export function isGainful(step: Step): boolean {
  return isMovable(step) && step.effects.reads.length > 0 && !step.isGate
}

/**
 * Whether a step waits for something that no other of the group waits for too: what both have memoised, the second one need not
 * wait for, and a module is loaded by the time of the second call.
 */
function gains(step: Step, group: readonly Step[]): boolean {
  const others = group.filter(other => other !== step)
  const keys = new Set(others.flatMap(({ effects }) => effects.reads.flatMap(({ once }) => once ?? [])))
  const isLoadedAlone = others.every(({ effects }) => effects.reads.every(({ once }) => once?.includes(loading)))
  return step.effects.reads.some(({ once = [] }) => !once.some(key => (key === loading ? !isLoadedAlone : keys.has(key))))
}

function readsField({ effects }: Step, { fields }: Item): boolean {
  return fields.size > 0 && effects.fields.some(name => name === '*' || fields.has(name))
}

function dependsOn(item: Item, earlier: Item): boolean {
  return meets(item.uses, earlier.defines) || meets(earlier.uses, item.defines)
}

function contains(outer: Step, inner: Step): boolean {
  return outer.node.range[0] <= inner.node.range[0] && inner.node.range[1] <= outer.node.range[1]
}

function meets<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  for (const item of a) if (b.has(item)) return true
  return false
}
