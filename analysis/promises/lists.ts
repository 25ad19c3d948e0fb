import type { TSESTree } from '@typescript-eslint/types'
import { memberName } from '../walk.js'

/** The callback whose values become a list: of `list.map(f)`, `list.flatMap(f)` and `Array.from(list, f)`. Another function may hand out a list that somebody else keeps. */
export function mapperOf(node: TSESTree.Expression): TSESTree.CallExpressionArgument | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined
  const name = memberName(node.callee)
  if (name === 'map' || name === 'flatMap') return node.arguments[0]
  return name === 'from' ? node.arguments[1] : undefined
}
