import type { TSESTree } from '@typescript-eslint/types'
import { memberName, unwrap } from '../walk.js'

/** A call of `then`, `catch` or `finally`. */
export interface PromiseChain {
  readonly method: 'then' | 'catch' | 'finally'
  /** What the method is called on. */
  readonly object: TSESTree.Expression
  /** The argument in the place of the rejection handler. */
  readonly onRejected: TSESTree.CallExpressionArgument | undefined
}

/** Reads `p.then(…)`, `p.catch(…)`, `p.finally(…)`; undefined for any other call. */
export function chainOf(node: TSESTree.CallExpression): PromiseChain | undefined {
  const callee = unwrap(node.callee)
  if (callee.type !== 'MemberExpression') return undefined
  const method = memberName(callee)
  if (method !== 'then' && method !== 'catch' && method !== 'finally') return undefined
  const place = method === 'then' ? 1 : 0
  // `p.then(...handlers)` may bring both.
  const spread = node.arguments.slice(0, place + 1).find(argument => argument.type === 'SpreadElement')
  return { method, object: callee.object, onRejected: method === 'finally' ? undefined : (spread ?? node.arguments[place]) }
}
