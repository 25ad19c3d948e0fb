import type { TSESTree } from '@typescript-eslint/types'
import type { SourceUnit } from '../unit.js'
import { isFunction, memberName, unwrap } from '../walk.js'

/**
 * Whether a write fills a cache or a memo, or sets up what is made once: `x ??= …`, `if (!x) x = …`,
 * `if (x) return x; x = …`, `cache.set(key, …)` where `cache.get` or `cache.has` was asked before. Twice is once.
 */
export function isFill(unit: SourceUnit, node: TSESTree.Node): boolean {
  if (node.type === 'AssignmentExpression') {
    if (node.operator === '??=' || node.operator === '||=') return true
    return node.operator === '=' && isAskedBefore(unit, node, textOf(unit, node.left), /^$/)
  }
  if (node.type !== 'CallExpression') return false
  const callee = unwrap(node.callee)
  if (callee.type !== 'MemberExpression' || !/^(?:set|add|put)$/.test(memberName(callee) ?? '')) return false
  const [key] = node.arguments
  const cache = textOf(unit, callee.object)
  return key !== undefined && isAskedBefore(unit, node, `${cache}.`, new RegExp(`^${escaped(cache)}\\??\\.(?:get|has)\\(${escaped(textOf(unit, key))}`))
}

/** Whether a condition before, in the function or around it, looks whether there is something at `path` already. */
function isAskedBefore(unit: SourceUnit, node: TSESTree.Node, path: string, call: RegExp): boolean {
  const code = unit.text.slice(functionAround(node).range[0], node.range[0])
  if (call.source !== '^$') return new RegExp(call.source.slice(1)).test(code.replace(/\s+/g, ''))
  const name = escaped(path)
  return new RegExp(`!${name}(?![\\w.[(])|${name}\\s*===?\\s*(?:null|undefined)|typeof\\s+${name}\\s*===?\\s*['"]undefined|if\\s*\\(${name}\\)\\s*\\{?\\s*return\\b`).test(code)
}

function functionAround(node: TSESTree.Node): TSESTree.Node {
  let at: TSESTree.Node = node
  while (at.parent && !isFunction(at)) at = at.parent
  return at
}

function textOf({ text }: SourceUnit, { range }: TSESTree.Node): string {
  return text.slice(...range).replace(/\s+/g, '')
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
