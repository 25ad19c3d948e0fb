import type { Fact, Reason } from '../analysis/facts.js'
import { findAll, type Finder } from '../analysis/find.js'
import type { SourceUnit } from '../analysis/unit.js'
import type { TSESTree } from '@typescript-eslint/types'
import { applyEdits, isRefusal, type Edit, type Refusal, type Rewrite } from '../rewrite/edit.js'
import { hiding } from '../host/directives.js'
import { importEdits } from '../rewrite/imports.js'
import { edited, placeAt, startingWith, type Origin, type Place } from '../rewrite/origin.js'

export type Target = 'structured-async' | 'native'

export interface CodemodOptions {
  /** What the new code calls: the runtime package, or only what the language has. Default: what the project's settings say, else the runtime. */
  readonly target?: Target | undefined
  /** Whether what is likely, and not proven, is rewritten too. Default: false. */
  readonly likely?: boolean | undefined
  /** How many rounds of a loop run at once; Infinity for all. Default: 8. */
  readonly limit?: number | undefined
}

/**
 * The limit that a command line names: a number of 1 or more, or `none`.
 *
 * @throws {RangeError} where it is neither
 */
export function limitFrom(text: string): number {
  const limit = text === 'none' ? Infinity : Number(text)
  if (text.trim() === '' || !(limit === Infinity || (Number.isInteger(limit) && limit >= 1))) throw new RangeError(`The limit is a whole number of 1 or more, or none; not '${text}'.`)
  return limit
}

export interface RewriteOptions extends CodemodOptions {
  readonly target: Target
  /** The facts of a file that no comment hides. */
  readonly find: <F extends Fact, O>(finder: Finder<F, O>, options: O) => readonly F[]
}

/** A codemod as plain data. `adapter.ts` makes a jscodeshift transform of it, the command runs it as it is. */
export interface CodemodDefinition {
  readonly name: string
  /** The rule whose findings it rewrites: a comment that turns that off hides them from it. */
  readonly rule: string
  readonly description: string
  /** Whether one rewrite may make way for the next, so that the result is read again until nothing changes. */
  readonly isRepeated?: boolean
  /** Whether it runs only where it is named: what it changes is a decision and no mistake. */
  readonly isNamed?: boolean
  /** What to change in the file, and where. */
  readonly rewrites: (unit: SourceUnit, options: RewriteOptions) => readonly PlannedRewrite[]
}

export interface PlannedRewrite {
  /** The places that the rewrite takes care of, or refuses to. */
  readonly nodes: readonly TSESTree.Node[]
  readonly rewrite: Rewrite
}

export interface CodemodResult {
  /** The new text; the old one, unchanged, where there was nothing to do. */
  readonly text: string
  /** What a rewrite took care of, where it stands in the text that the codemod, or the first of several, was given. */
  readonly changed: readonly Place[]
  readonly refused: readonly RefusedPlace[]
  /** How many places an `eslint-disable` comment keeps as they are. */
  readonly hidden: number
  /** Where the places of the new text came from. */
  readonly origin: Origin
}

export interface RefusedPlace extends Place {
  readonly reason: string
}

/** A rewrite that could be made of a text, for somebody who takes some and not others. */
export interface Offer {
  readonly unit: SourceUnit
  readonly nodes: readonly TSESTree.Node[]
  /** Where the unit's text came from. */
  readonly origin: Origin
  /** The text with this rewrite alone. */
  readonly after: () => string
}

/**
 * Runs a codemod over one file, its imports added once.
 *
 * @param read makes a source unit of the file with a text; asked again where a rewrite stands in the text of another, or makes way for one
 */
export function runCodemod(codemod: CodemodDefinition, original: string, read: (text: string) => SourceUnit, options: CodemodOptions): CodemodResult {
  const steps = stepsOf(codemod, original, read, options)
  let step = steps.next()
  while (!step.done) step = steps.next(true)
  return step.value
}

/**
 * The same, one rewrite at a time: it is offered each, and told whether to make it. What was declined is not offered again.
 *
 * @param origin where the text came from, if another codemod has made it
 */
export function* stepsOf(codemod: CodemodDefinition, original: string, read: (text: string) => SourceUnit, options: CodemodOptions, origin: Origin = startingWith(original), declined: ReadonlySet<string> = new Set()): Generator<Offer, CodemodResult, boolean> {
  const unit = read(original)
  const placeOf = ({ range }: TSESTree.Node): Place => placeAt(origin, range[0])
  const edits: Edit[] = []
  const needs = []
  const changed: Place[] = []
  const refused: RefusedPlace[] = []
  let isDone = !codemod.isRepeated
  const left = new Set(declined)
  const hides = hiding(unit)
  const hidden = new Set<TSESTree.Node>()
  const find: RewriteOptions['find'] = (finder, found) =>
    findAll(finder, unit, found).filter(({ node }) => {
      const isHidden = hides(codemod.rule, node)
      if (isHidden) hidden.add(node)
      return !isHidden
    })
  for (const { nodes, rewrite } of codemod.rewrites(unit, { ...options, target: targetFor(unit, options), find })) {
    if (isRefusal(rewrite)) {
      for (const node of nodes) refused.push({ ...placeOf(node), reason: rewrite.refused })
      continue
    }
    if (rewrite.edits.some(edit => edits.some(other => overlaps(edit, other)))) {
      isDone = false
      continue
    }
    const key = nodes.map(({ range }) => unit.text.slice(...range)).join('\n')
    if (declined.has(key)) continue
    if (!(yield { unit, nodes, origin, after: () => applyEdits(unit.text, [...importEdits(unit, rewrite.imports), ...rewrite.edits]) })) {
      left.add(key)
      continue
    }
    edits.push(...rewrite.edits)
    needs.push(...rewrite.imports)
    changed.push(...nodes.map(placeOf))
  }
  const all = [...importEdits(unit, needs), ...edits]
  const text = applyEdits(unit.text, all)
  const after = edited(origin, all)
  if (isDone || text === unit.text) return { text, changed, refused, hidden: hidden.size, origin: after }
  const rest = yield* stepsOf(codemod, text, read, options, after, left)
  return { ...rest, changed: [...changed, ...rest.changed] }
}

/** What new code in a file calls. */
function targetFor({ settings }: SourceUnit, { target }: CodemodOptions): Target {
  return target ?? settings?.target ?? 'structured-async'
}

/** The refusal of what is likely and not proven, where that was not asked for. */
export function doubtful({ node, because }: { readonly node: TSESTree.Node; readonly because: readonly Reason[] }): Refusal {
  return { refused: `That they only read is likely, not proven: ${because.at(-1)?.text ?? 'a name decides'}. Pass --likely to rewrite it too.`, at: node }
}

function overlaps({ range: [start, end] }: Edit, { range: [from, to] }: Edit): boolean {
  return start < to && from < end
}
