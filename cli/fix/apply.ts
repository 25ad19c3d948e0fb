import type { SourceUnit } from '../../analysis/unit.js'
import { stepsOf, type CodemodDefinition, type Offer } from '../../codemods/codemod.js'
import { loadUnit } from '../../host/units.js'
import { applyEdits } from '../../rewrite/edit.js'
import { todoEdits, type LeftToDo } from '../../rewrite/todo.js'
import { rules } from '../../rules/all.js'
import { factsOf, messageText } from '../../rules/rule.js'
import type { OpenFile } from '../run.js'
import type { FixOptions } from '../fix.js'

/** What the codemods make of one file. */
export interface Fixed {
  readonly text: string
  readonly changed: readonly Change[]
  readonly refused: readonly LeftToDo[]
  readonly hidden: number
}

/** One place that a codemod took care of, in the text that it was given. Lines and columns count from 1. */
export interface Change {
  readonly line: number
  readonly column: number
  readonly by: string
  /** What the rule says about it. */
  readonly reason: string
}

/**
 * Runs codemods over a file, one after the other.
 *
 * @param accept whether to make a change that is offered; all of them, if nothing is said
 */
export async function fixFile(chosen: readonly CodemodDefinition[], file: OpenFile, options: FixOptions, accept: (offer: Offer, by: string, reason: string) => Promise<boolean> = () => Promise.resolve(true)): Promise<Fixed> {
  let { unit } = file
  // Each text is read once, whichever codemod asks.
  const read = (text: string): SourceUnit => (text === unit.text ? unit : (unit = loadUnit(file.path, text, options).unit))
  let { text } = unit
  const changed: Change[] = []
  const refused: LeftToDo[] = []
  let hidden = 0
  for (const codemod of chosen) {
    const steps = stepsOf(codemod, text, read, options)
    let step = steps.next()
    while (!step.done) {
      const { nodes, unit: offered } = step.value
      const reasons = nodes.map(node => reasonAt(offered, codemod, node.range[0]))
      const isAccepted = await accept(step.value, codemod.name, reasons[0] ?? codemod.description)
      if (isAccepted) changed.push(...nodes.map(({ loc: { start } }, at): Change => ({ line: start.line, column: start.column + 1, by: codemod.name, reason: reasons[at] ?? codemod.description })))
      step = steps.next(isAccepted)
    }
    refused.push(...step.value.refused.map(place => ({ ...place, by: codemod.name })))
    hidden += step.value.hidden
    text = step.value.text
  }
  return { text, changed, refused, hidden }
}

/** The text with a comment at each place that a codemod refuses to change, and how many of them are new. */
export function withTodos(chosen: readonly CodemodDefinition[], text: string, file: OpenFile, options: FixOptions): { readonly text: string; readonly comments: number } {
  const unit = text === file.unit.text ? file.unit : loadUnit(file.path, text, options).unit
  const read = (other: string): SourceUnit => (other === text ? unit : loadUnit(file.path, other, options).unit)
  const left = chosen.flatMap(codemod => {
    const steps = stepsOf(codemod, text, read, options)
    let step = steps.next()
    while (!step.done) step = steps.next(false)
    return step.value.refused.map((place): LeftToDo => ({ ...place, by: codemod.name }))
  })
  const edits = todoEdits(unit, left)
  return { text: applyEdits(text, edits), comments: edits.length }
}

const said = new WeakMap<SourceUnit, Map<string, ReadonlyMap<number, string>>>()

/** What the codemod's rule says about the place that begins at an offset. */
function reasonAt(unit: SourceUnit, { rule, description }: CodemodDefinition, offset: number): string {
  const ofUnit = said.get(unit) ?? new Map<string, ReadonlyMap<number, string>>()
  said.set(unit, ofUnit)
  let messages = ofUnit.get(rule)
  if (!messages) ofUnit.set(rule, (messages = messagesOf(unit, rule)))
  return messages.get(offset) ?? description
}

function messagesOf(unit: SourceUnit, name: string): ReadonlyMap<number, string> {
  const rule = rules.find(one => one.name === name)
  if (!rule) return new Map()
  const options = { ...rule.defaultOptions, ...rule.strictOptions }
  return new Map(factsOf(rule, unit, options).map(fact => [fact.node.range[0], messageText(rule, rule.report(fact, unit, options))]))
}
