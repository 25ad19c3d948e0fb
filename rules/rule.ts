import type { TSESTree } from '@typescript-eslint/types'
import type { Fact } from '../analysis/facts.js'
import { findAll, type Finder } from '../analysis/find.js'
import type { SourceUnit } from '../analysis/unit.js'
import { isRefusal, type Edit, type Rewrite } from '../rewrite/edit.js'
import { importEdits } from '../rewrite/imports.js'

export type Preset = 'recommended' | 'recommendedTypeChecked' | 'strictTypeChecked'

/** A rule as plain data: it finds facts, puts them into words and offers rewrites. `adapter.ts` makes an ESLint rule of it. */
export interface RuleDefinition<F extends Fact = Fact, Options extends object = object> {
  readonly name: string
  /** What the rule asks for, as a phrase: "Require …". */
  readonly description: string
  /** The smallest presets that have it; larger ones include it. */
  readonly presets: readonly Preset[]
  /** The options that `strictTypeChecked` sets beyond the defaults. */
  readonly strictOptions?: Partial<Options>
  readonly defaultOptions: Options
  /** JSON schema of the one options object. */
  readonly schema: object
  readonly messages: Readonly<Record<string, string>>
  readonly finders: readonly Finder<F, Options>[]
  readonly report: (fact: F, unit: SourceUnit, options: Options) => Report
}

export interface Report {
  readonly node: TSESTree.Node
  readonly message: string
  readonly data?: Readonly<Record<string, string>>
  /** In the order in which an editor lists them, the safest first; refusals are left out. */
  readonly suggestions: readonly Suggestion[]
}

export interface Suggestion {
  readonly message: string
  readonly rewrite: () => Rewrite
}

/** What a suggestion changes, imports included; undefined where it refuses to. */
export function editsOf(unit: SourceUnit, { rewrite }: Suggestion): readonly Edit[] | undefined {
  const result = rewrite()
  return isRefusal(result) ? undefined : [...importEdits(unit, result.imports), ...result.edits]
}

/** Every fact of the rule in one file, in the order of the source. */
export function factsOf<F extends Fact, Options extends object>({ finders }: RuleDefinition<F, Options>, unit: SourceUnit, options: Options): F[] {
  return finders.flatMap(finder => findAll(finder, unit, options)).sort((a, b) => a.node.range[0] - b.node.range[0])
}

/** The message with its `{{ placeholders }}` filled, for readers outside ESLint. */
export function messageText(rule: Pick<RuleDefinition, 'messages'>, { message, data = {} }: Pick<Report, 'message' | 'data'>): string {
  return (rule.messages[message] ?? message).replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => data[name] ?? whole)
}
