import type { TSESTree } from '@typescript-eslint/types'
import type { Decision } from './flow/flow.js'

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

/** A promise in a variable that some written path leaves to nobody. */
export interface ForgottenPromise {
  readonly kind: 'forgotten-promise'
  /** What makes the promise. */
  readonly node: TSESTree.Expression
  /** The variable where it is put there. */
  readonly identifier: TSESTree.Identifier
  readonly name: string
  /** The places where somebody may take charge of it, and others where it is looked at. */
  readonly mentions: readonly TSESTree.Node[]
  readonly way: Way
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

/** How a promise in a variable comes to be nobody's. */
export type Way =
  /** Nothing takes charge of it anywhere. */
  | { readonly kind: 'never' }
  /** The variable gets another value first, perhaps in the next round of a loop. */
  | { readonly kind: 'overwritten'; readonly by: TSESTree.Node; readonly decision?: Decision }
  /** A path leaves the function. */
  | { readonly kind: 'path'; readonly exit: TSESTree.Node; readonly leaves: 'end' | 'return' | 'throw'; readonly decision?: Decision }

/** A promise in a variable that has no handler yet while its function waits for something else. */
export interface LateAwait {
  readonly kind: 'late-await'
  /** What makes the promise. */
  readonly node: TSESTree.Expression
  readonly identifier: TSESTree.Identifier
  readonly name: string
  readonly mentions: readonly TSESTree.Node[]
  /** The await that suspends first; of the loop's body, where the promises are a list that a loop goes over. */
  readonly wait: TSESTree.Node
  /** Where somebody takes charge, later; undefined where that is the wait itself, in another round. */
  readonly handler: TSESTree.Node | undefined
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

export type Fact = FloatingPromise | ForgottenPromise | LateAwait
