import type { TSESTree } from '@typescript-eslint/types'

/** Evidence for a fact, in words that fit behind "because". */
export interface Reason {
  readonly text: string
  readonly node?: TSESTree.Node
}

/** How sure a fact is: see docs/analysis.md. */
export type Certainty = 'proven' | 'likely'

/** A promise, or a list of them, that the statement which makes it drops. */
export interface FloatingPromise {
  readonly kind: 'floating-promise'
  /** The expression whose value is dropped: one operand of `a && f()`, not the whole statement. */
  readonly node: TSESTree.Expression
  /** What the value is dropped by: the statement, or the arrow function's body. */
  readonly statement: TSESTree.ExpressionStatement | TSESTree.ArrowFunctionExpression
  /** Whether one promise is dropped or a list of them. */
  readonly shape: 'promise' | 'list'
  /** There is a rejection handler, but it is no function, so it handles nothing. */
  readonly uselessHandler: boolean
  /** False where the function that makes the promise catches all its errors: then only the order is at stake. */
  readonly mayReject: boolean
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

export type Fact = FloatingPromise
