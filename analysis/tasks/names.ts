import path from 'node:path'
import type { SourceUnit } from '../unit.js'
import { keyName, type FunctionNode } from '../walk.js'
import type { Place } from './places.js'
import type { Goal, Step } from './waits.js'

/** What a reader would call a function: its name, or where it stands. */
export function functionName(fn: FunctionNode): string {
  const { parent } = fn
  if (fn.id) return `\`${fn.id.name}\``
  if (parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return `\`${parent.id.name}\``
  const key = parent.type === 'MethodDefinition' || parent.type === 'Property' || parent.type === 'PropertyDefinition' ? keyName(parent.key) : undefined
  if (key !== undefined) return `\`${key}\``
  return `the function on line ${fn.loc.start.line}`
}

export function named({ name }: Place): string {
  return name.includes(' ') ? name : `\`${name}\``
}

/** "`init` awaits `query` (line 20), which awaits `this.ready` (line 31)": who waits for whom, down to the place. */
export function chainOf(unit: SourceUnit, steps: readonly Step[], place: Place, goal: Goal): string {
  const words = steps.map((step, at) => {
    const next = steps[at + 1]
    const what = next ? (next.fn ? functionName(next.fn) : 'code') : `${phrases[goal]}${named(place)}`
    const waits = !next && goal !== 'value' && goal !== 'members'
    const verb = waits ? 'waits' : step.node.type === 'AwaitExpression' || step.node.type === 'ForOfStatement' ? 'awaits' : 'returns'
    return `${verb} ${what} (${where(unit, step)})`
  })
  const [first] = steps
  return `${first?.fn ? functionName(first.fn) : 'this code'} ${words.join(', which ')}`
}

const phrases: Record<Goal, string> = { value: '', members: 'every promise in ', idle: 'until nothing is left to do in ', free: 'until nobody holds ', closed: 'until every request is done of ' }

function where(unit: SourceUnit, step: Step): string {
  const { line } = step.node.loc.start
  return step.unit.path === unit.path ? `line ${line}` : `${path.basename(step.unit.path)}:${line}`
}
