import type { TSESTree } from '@typescript-eslint/types'
import type { IgnoredOutcome } from '../analysis/facts.js'
import type { SourceUnit } from '../analysis/unit.js'
import { isFunction, unwrap } from '../analysis/walk.js'
import type { Rewrite } from './edit.js'

/** `await Promise.allSettled(list)` → `await Promise.all(list)`: the first error is thrown, and the wait ends with it. */
export function throwFirst({ what, call }: IgnoredOutcome): Rewrite {
  const callee = unwrap(call.callee)
  if (what !== 'settled' || callee.type !== 'MemberExpression' || call.parent.type !== 'AwaitExpression' || call.parent.parent.type !== 'ExpressionStatement') return { refused: 'Only a Promise.allSettled() whose outcomes go nowhere can be a Promise.all().', at: call }
  for (let below: TSESTree.Node = call, at: TSESTree.Node | undefined = call.parent; at && !isFunction(at); below = at, at = at.parent) {
    if (at.type === 'CatchClause' || (at.type === 'TryStatement' && at.finalizer === below)) return { refused: 'An error that is thrown here would take the place of the one that is under way.', at: call }
  }
  return { edits: [{ range: callee.property.range, text: 'all' }], imports: [] }
}

/** `.catch(() => {})` → `.catch(error => console.error(error))`. */
export function logSwallowed({ scopes }: SourceUnit, { what, call }: IgnoredOutcome): Rewrite {
  const handler = call.arguments.at(-1)
  if (what !== 'swallowed' || !handler || !isFunction(handler) || handler.params.length > 0) return { refused: 'There is no handler without parameters here that could log the error.', at: call }
  if (scopes.scopes.some(scope => scope.set.get('console')?.defs.length)) return { refused: 'The name `console` means something else in this file.', at: call }
  return { edits: [{ range: handler.range, text: 'error => console.error(error)' }], imports: [] }
}
