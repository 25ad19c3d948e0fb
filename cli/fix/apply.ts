import { canImport } from '../../analysis/packages.js'
import type { SourceUnit } from '../../analysis/unit.js'
import { codemods } from '../../codemods/all.js'
import { stepsOf, type CodemodDefinition, type CodemodOptions, type Offer } from '../../codemods/codemod.js'
import { loadUnit } from '../../host/units.js'
import { applyEdits } from '../../rewrite/edit.js'
import { placeAt, startingWith, type Place } from '../../rewrite/origin.js'
import { todoEdits, type LeftToDo } from '../../rewrite/todo.js'
import { rules } from '../../rules/all.js'
import { factsOf, messageText } from '../../rules/rule.js'
import type { OpenFile } from '../lanes/lane.js'

/** What to do with a file. */
export interface FixJob extends CodemodOptions {
  readonly types: boolean
  /** Names of codemods, which run in the order in which the project lists them. */
  readonly chosen: readonly string[]
  /** Whether a comment is left where a codemod refuses. */
  readonly todo?: boolean | undefined
}

/** What became of a file. Nothing is written yet. */
export interface FixedFile {
  readonly path: string
  readonly changed: readonly Change[]
  readonly refused: readonly LeftToDo[]
  readonly hidden: number
  /** How many comments there would be for what is refused. */
  readonly comments: number
  /** Both texts without the byte order mark; undefined where they are the same. */
  readonly texts?: { readonly before: string; readonly after: string; readonly bom: string } | undefined
  readonly needsRuntime: boolean
}

interface Fixed extends Pick<FixedFile, 'changed' | 'refused' | 'hidden'> {
  readonly text: string
}

/** One place that a codemod took care of, where it stands in the file before any has changed it. */
export interface Change extends Place {
  readonly by: string
  /** What the rule says about it. */
  readonly reason: string
}

const importsRuntime = /["']structured-async["']/

/**
 * What codemods, one after the other, make of a file.
 *
 * @param asker who is asked about each change; all of them are made, if nobody is
 */
export async function fixedBy(file: OpenFile, options: FixJob, asker: Asker = { accept: () => Promise.resolve(true), hasQuit: () => false }): Promise<FixedFile> {
  const chosen = codemods.filter(({ name }) => options.chosen.includes(name))
  const { text: made, ...fixed } = await change(chosen, file, options, asker)
  // Who ends the run has not been asked about comments.
  const { text: after, comments } = options.todo && !asker.hasQuit() ? withTodos(chosen, made, file, options) : { text: made, comments: 0 }
  const { path, bom, unit } = file
  const before = unit.text
  const texts = after === before ? undefined : { before, after, bom }
  return { path, ...fixed, comments, texts, needsRuntime: texts !== undefined && !canImport('structured-async', path) && importsRuntime.test(after) && !importsRuntime.test(before) }
}

export interface Asker {
  accept(offer: Offer, by: string, reason: string): Promise<boolean>
  hasQuit(): boolean
}

async function change(chosen: readonly CodemodDefinition[], file: OpenFile, options: FixJob, { accept }: Asker): Promise<Fixed> {
  let { unit } = file
  // Each text is read once, whichever codemod asks.
  const read = (text: string): SourceUnit => (text === unit.text ? unit : (unit = loadUnit(file.path, text, options).unit))
  let { text } = unit
  let origin = startingWith(text)
  const changed: Change[] = []
  const refused: LeftToDo[] = []
  let hidden = 0
  for (const codemod of chosen) {
    const steps = stepsOf(codemod, text, read, options, origin)
    let step = steps.next()
    while (!step.done) {
      const { nodes, origin: from, unit: offered } = step.value
      // What the rule says of the file as it is speaks of its lines.
      const reasons = nodes.map(({ range: [at] }) => reasonAt(file.unit, codemod, from.offsetOf(at)) ?? reasonAt(offered, codemod, at))
      const isAccepted = await accept(step.value, codemod.name, reasons[0] ?? codemod.description)
      if (isAccepted) changed.push(...nodes.map((node, at): Change => ({ ...placeAt(from, node.range[0]), by: codemod.name, reason: reasons[at] ?? codemod.description })))
      step = steps.next(isAccepted)
    }
    refused.push(...step.value.refused.map(place => ({ ...place, by: codemod.name })))
    hidden += step.value.hidden
    ;({ text, origin } = step.value)
  }
  return { text, changed: [...changed].sort((a, b) => a.line - b.line || a.column - b.column), refused, hidden }
}

/** The text with a comment at each place that a codemod refuses to change, and how many of them are new. */
function withTodos(chosen: readonly CodemodDefinition[], text: string, file: OpenFile, options: FixJob): { readonly text: string; readonly comments: number } {
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

/** What the codemod's rule says about the place that begins at an offset, if anything. */
function reasonAt(unit: SourceUnit, { rule }: CodemodDefinition, offset: number): string | undefined {
  const ofUnit = said.get(unit) ?? new Map<string, ReadonlyMap<number, string>>()
  said.set(unit, ofUnit)
  let messages = ofUnit.get(rule)
  if (!messages) ofUnit.set(rule, (messages = messagesOf(unit, rule)))
  return messages.get(offset)
}

function messagesOf(unit: SourceUnit, name: string): ReadonlyMap<number, string> {
  const rule = rules.find(one => one.name === name)
  if (!rule) return new Map()
  const options = { ...rule.defaultOptions, ...rule.strictOptions }
  return new Map(factsOf(rule, unit, options).map(fact => [fact.node.range[0], messageText(rule, rule.report(fact, unit, options))]))
}
