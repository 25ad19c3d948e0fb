import type { TSESTree } from '@typescript-eslint/types'
import { constantValue, variableOf } from '../../scopes.js'
import type { AnyCall } from '../../types/oracle.js'
import type { SourceUnit } from '../../unit.js'
import { keyName, unwrap } from '../../walk.js'

/** What a request does: it reads without options, and by a literal GET, HEAD or OPTIONS; another literal writes. */
export function requestDoes(call: AnyCall, at: number, unit: SourceUnit): 'reads' | 'writes' | 'may write' {
  if (call.type === 'TaggedTemplateExpression') return 'may write'
  const init = call.arguments[at]
  if (!init) return 'reads'
  const options = init.type === 'SpreadElement' ? undefined : valueOf(init, unit)
  if (options?.type !== 'ObjectExpression') return 'may write'
  let method: TSESTree.Node | undefined
  let isOpen = false
  for (const property of options.properties) {
    // A computed key may be any.
    isOpen ||= property.type === 'SpreadElement' || property.computed
    if (property.type === 'Property' && !property.computed && keyName(property.key) === 'method') {
      method = property.value
      // What comes before it, it replaces.
      isOpen = false
    }
  }
  if (isOpen || (method && method.type !== 'Literal')) return 'may write'
  return !method || /^(?:get|head|options)$/i.test(String(method.value)) ? 'reads' : 'writes'
}

/**
 * Whether SQL text only reads: its constant parts begin with SELECT or WITH and hold no word that writes or locks.
 * Undefined where the text is not there.
 */
export function sqlReads(call: AnyCall, unit: SourceUnit): boolean | undefined {
  const text = call.type === 'TaggedTemplateExpression' ? textOf(call.quasi, unit) : firstText(call, unit)
  return text === undefined ? undefined : isReadingSql(text)
}

export function isReadingSql(text: string): boolean {
  const plain = text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').replace(/'(?:[^']|'')*'/g, "''")
  return /^\s*\(?\s*(?:select|with)\b/i.test(plain) && !/\b(?:insert|update|delete|merge|truncate|create|alter|drop|grant|revoke|call|copy|lock|into|nextval|setval|pg_advisory\w*|for\s+(?:update|share|no\s+key|key))\b/i.test(plain)
}

function firstText(call: TSESTree.CallExpression | TSESTree.NewExpression, unit: SourceUnit): string | undefined {
  const [first] = call.arguments
  return first && first.type !== 'SpreadElement' ? textOf(first, unit) : undefined
}

function textOf(outer: TSESTree.Expression, unit: SourceUnit, depth = 0): string | undefined {
  const node = valueOf(outer, unit)
  if (depth > 3 || !node) return undefined
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined
  if (node.type === 'TemplateLiteral') return node.quasis.map(({ value }) => value.cooked).join(' ')
  if (node.type === 'TaggedTemplateExpression') return textOf(node.quasi, unit, depth + 1)
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    const left = textOf(node.left as TSESTree.Expression, unit, depth + 1)
    return left === undefined ? undefined : `${left} ${textOf(node.right, unit, depth + 1) ?? ''}`
  }
  if (node.type !== 'ObjectExpression') return undefined
  const property = node.properties.find(candidate => candidate.type === 'Property' && candidate.key.type === 'Identifier' && /^(?:sql|text|query|queryText)$/.test(candidate.key.name))
  return property?.type === 'Property' ? textOf(property.value as TSESTree.Expression, unit, depth + 1) : undefined
}

function valueOf(outer: TSESTree.Expression, unit: SourceUnit): TSESTree.Expression | undefined {
  const node = unwrap(outer)
  if (node.type !== 'Identifier') return node
  const variable = variableOf(unit.scopes, node)
  const value = variable && constantValue(variable)
  return value ? unwrap(value) : undefined
}
