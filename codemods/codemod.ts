import type { SourceUnit } from '../analysis/unit.js'
import type { TSESTree } from '@typescript-eslint/types'
import { applyEdits, isRefusal, type Edit, type Rewrite } from '../rewrite/edit.js'
import { importEdits } from '../rewrite/imports.js'

export interface CodemodOptions {
  /** What the new code calls: the runtime package, or only what the language has. */
  readonly target: 'structured-async' | 'native'
}

/** A codemod as plain data. `adapter.ts` makes a jscodeshift transform of it, the command runs it as it is. */
export interface CodemodDefinition {
  readonly name: string
  readonly description: string
  /** What to change in the file, and where. */
  readonly rewrites: (unit: SourceUnit, options: CodemodOptions) => readonly PlannedRewrite[]
}

export interface PlannedRewrite {
  /** The places that the rewrite takes care of, or refuses to. */
  readonly nodes: readonly TSESTree.Node[]
  readonly rewrite: Rewrite
}

export interface CodemodResult {
  /** The new text; the old one, unchanged, where there was nothing to do. */
  readonly text: string
  /** The lines of the old text that a rewrite took care of. */
  readonly changed: readonly number[]
  readonly refused: readonly { readonly line: number; readonly column: number; readonly reason: string }[]
}

/** Runs a codemod over one file, its imports added once. */
export function runCodemod(codemod: CodemodDefinition, unit: SourceUnit, options: CodemodOptions): CodemodResult {
  const edits: Edit[] = []
  const needs = []
  const changed: number[] = []
  const refused = []
  for (const { nodes, rewrite } of codemod.rewrites(unit, options)) {
    if (isRefusal(rewrite)) {
      for (const { loc } of nodes) refused.push({ line: loc.start.line, column: loc.start.column + 1, reason: rewrite.refused })
      continue
    }
    edits.push(...rewrite.edits)
    needs.push(...rewrite.imports)
    changed.push(...nodes.map(node => node.loc.start.line))
  }
  return { text: applyEdits(unit.text, [...importEdits(unit, needs), ...edits]), changed, refused }
}
