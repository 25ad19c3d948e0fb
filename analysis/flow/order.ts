import type { TSESTree } from '@typescript-eslint/types'
import type { Block, Flow, Place } from './flow.js'

/** Whether every written path to `second` has been at `first`; no where nothing leads to `second`. Both are events of the flow. */
export function isAlwaysBefore(flow: Flow, first: TSESTree.Node, second: TSESTree.Node): boolean {
  const from = { block: flow.entry, index: -1 }
  return !flow.isTooLarge && reaches(flow, from, second) && !reaches(flow, from, second, first)
}

/** Whether every written path from `first` comes to `second` before it leaves the function. */
export function isAlwaysBehind(flow: Flow, first: TSESTree.Node, second: TSESTree.Node): boolean {
  return !flow.isTooLarge && placesOf(flow, first).every(place => !leaves(flow, place, second))
}

/** Whether a path leads from a place to an event without passing `around`. */
function reaches(flow: Flow, from: Place, event: TSESTree.Node, around?: TSESTree.Node): boolean {
  return follow(from, ({ block, index }) => {
    const [goal, stop] = [nextIn(flow, event, block, index), nextIn(flow, around, block, index)]
    if (goal !== undefined && (stop === undefined || goal < stop)) return 'found'
    return stop === undefined ? 'on' : 'end'
  })
}

function leaves(flow: Flow, from: Place, around: TSESTree.Node): boolean {
  return follow(from, ({ block, index }) => {
    if (nextIn(flow, around, block, index) !== undefined) return 'end'
    return block.exit ? 'found' : 'on'
  })
}

/** Visits the blocks behind a place, each once, until one is what is looked for. */
function follow(from: Place, look: (place: Place) => 'found' | 'end' | 'on'): boolean {
  const seen = new Set<Block>()
  const open = [from]
  for (let place = open.pop(); place; place = open.pop()) {
    const answer = look(place)
    if (answer === 'found') return true
    if (answer === 'end') continue
    for (const { to } of place.block.next) {
      if (seen.has(to)) continue
      seen.add(to)
      open.push({ block: to, index: -1 })
    }
  }
  return false
}

/** Where an event comes next in a block, behind an index. */
function nextIn(flow: Flow, event: TSESTree.Node | undefined, block: Block, index: number): number | undefined {
  const places = event ? placesOf(flow, event) : []
  return places.filter(place => place.block === block && place.index > index).map(place => place.index).sort((a, b) => a - b)[0]
}

function placesOf(flow: Flow, event: TSESTree.Node): readonly Place[] {
  return flow.places.get(event) ?? []
}
