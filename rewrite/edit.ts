import type { TSESTree } from '@typescript-eslint/types'

/** Replaces a range of the original text; an empty range inserts. */
export interface Edit {
  readonly range: readonly [start: number, end: number]
  readonly text: string
}

/** A name that the new text uses and that must be imported. */
export interface ImportNeed {
  readonly name: string
  readonly from: string
}

/** Why a change can't be made safely, as a sentence that says what to do about it. */
export interface Refusal {
  readonly refused: string
  readonly at: TSESTree.Node
}

/** A change as edits of the original text, or a refusal. Everything outside the edits keeps its bytes. */
export type Rewrite = { readonly edits: readonly Edit[]; readonly imports: readonly ImportNeed[] } | Refusal

export function isRefusal(rewrite: Rewrite): rewrite is Refusal {
  return 'refused' in rewrite
}

export function insert(at: number, text: string): Edit {
  return { range: [at, at], text }
}

/**
 * The text with all edits made. Insertions at one place keep the order they have in `edits`.
 * @throws {Error} where two edits overlap: that is a mistake in a rewrite, never in the file
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = ''
  let done = 0
  for (const edit of inOrder(edits)) {
    if (edit.range[0] < done) throw new Error(`Two edits overlap at offset ${edit.range[0]}.`)
    result += text.slice(done, edit.range[0]) + edit.text
    done = edit.range[1]
  }
  return result + text.slice(done)
}

/** Edits as they follow each other in the text; insertions at one place stay as they are, before what replaces something there. */
export function inOrder(edits: readonly Edit[]): readonly Edit[] {
  return [...edits].sort((a, b) => a.range[0] - b.range[0] || a.range[1] - b.range[1])
}
