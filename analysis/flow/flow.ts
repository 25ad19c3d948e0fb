import type { TSESTree } from '@typescript-eslint/types'
import type { FunctionNode } from '../walk.js'
import { FunctionFlow } from './statements.js'

/** A stretch of code that runs from its start to its end; the paths part and meet between blocks. */
export interface Block {
  /** What is evaluated, in this order: names that are read or written, calls, waits, and functions that are made. */
  readonly events: TSESTree.Node[]
  readonly next: Edge[]
  /** Why a path ends here. */
  exit?: Exit
}

export interface Exit {
  readonly kind: 'end' | 'return' | 'throw' | 'process'
  readonly node: TSESTree.Node
}

/** The way from one block to the next, with what decides for it. */
export interface Edge {
  readonly to: Block
  readonly why?: Decision | undefined
}

export interface Decision {
  /** The condition, without `!`, `&&` and `||`; the loop, where it is about another round; the switch, where no case is taken. */
  readonly node: TSESTree.Node
  /** What it is on this way. `nullish` where `?.` or `??` looks. */
  readonly is: 'true' | 'false' | 'nullish' | 'not nullish' | 'another round' | 'no more rounds' | 'case' | 'no case'
}

/** Where something is evaluated. A `finally` block is there once for each way of leaving its `try`. */
export interface Place {
  readonly block: Block
  readonly index: number
}

/**
 * The written paths through one function: return, throw, break, continue and fall-through. That any call might throw is no
 * path, so a catch block is reached by the throws that are written in its try.
 */
export interface Flow {
  readonly entry: Block
  readonly places: ReadonlyMap<TSESTree.Node, readonly Place[]>
  /** Everything that is asked, without `!`, `&&` and `||`; a condition in a `finally` block once for each of its copies. */
  readonly conditions: readonly TSESTree.Expression[]
  /** Nested finally blocks made it too large, so it is not complete. */
  readonly isTooLarge: boolean
}

const flows = new WeakMap<TSESTree.Node, Flow>()

/** @param fn a function, or the program for its top level */
export function flowOf(fn: FunctionNode | TSESTree.Program): Flow {
  let flow = flows.get(fn)
  if (!flow) flows.set(fn, (flow = new FunctionFlow().build(fn)))
  return flow
}
