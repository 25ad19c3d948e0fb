import type { TSESTree } from '@typescript-eslint/types'
import type { SourceUnit } from '../../unit.js'

/** What a library's function does. */
export type Doing =
  /** Nothing that anybody could see. A function that it is given runs. */
  | 'pure'
  /** Reads from outside the program, or lets another thread work. */
  | 'reads'
  /** Changes something outside the program. */
  | 'writes'
  /** Has what it does in an argument that nobody can read here: it is taken to write. */
  | 'may write'
  /** Its order matters with everything. */
  | 'orders'
  /** Changes its receiver; where the row says `what`, it reads too. */
  | 'mutates'
  /** Changes its first argument. */
  | 'mutates argument'
  /** Reads from something that one at a time can use. */
  | 'reads alone'

/** What rows read or write that others ask for by name. */
export const database = 'the database'
export const fileSystem = 'the file system'

/** A function or a family of them that the catalogue knows, and where that is written. */
export interface Row {
  /** npm packages; `node:fs` and the like; `lib` for the language, the browser and Node's globals. */
  readonly packages: readonly string[]
  /** The interfaces or classes that have the members; without, functions of the module and members of any type. */
  readonly types?: RegExp
  readonly members: RegExp
  readonly does: Doing | ((call: TSESTree.CallExpression | TSESTree.NewExpression | TSESTree.TaggedTemplateExpression, unit: SourceUnit) => Doing)
  /** What is read or written, in words that fit behind "reads". */
  readonly what?: string
  /** What is written, in words that fit behind "changes", where `what` does not. */
  readonly changes?: string
  /** Whether the row is a wildcard, or holds under conditions that nobody can check here. */
  readonly isLikely?: boolean
  readonly source: string
}

/** `words('get list')` matches these names alone. */
export function words(names: string): RegExp {
  return new RegExp(`^(?:${names.trim().replaceAll('$', '\\$').split(/\s+/).join('|')})$`)
}
