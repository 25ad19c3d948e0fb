import type { TSESTree } from '@typescript-eslint/types'
import type { AnyCall } from '../../types/oracle.js'
import type { SourceUnit } from '../../unit.js'
import { returnedBy } from '../../walk.js'
import { allFound } from '../functions.js'
import { valueOf } from './arguments.js'
import type { Doing } from './row.js'

/**
 * Whether SQL text only reads: its constant parts begin with SELECT or WITH and hold no word that writes or locks, also where a
 * function of the project puts it together, whichever way it takes. Undefined where the text is not there.
 */
export function sqlReads(call: AnyCall, unit: SourceUnit): boolean | undefined {
  return (call.type === 'TaggedTemplateExpression' ? textsOf(call.quasi, unit) : firstTexts(call, unit))?.every(isReadingSql)
}

/** What a call does that runs SQL. */
export function bySql(call: AnyCall, unit: SourceUnit): Doing {
  const reads = sqlReads(call, unit)
  return reads === undefined ? 'may write' : reads ? 'reads' : 'writes'
}

export function isReadingSql(text: string): boolean {
  const plain = text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').replace(/'(?:[^']|'')*'/g, "''")
  return /^\s*\(?\s*(?:select|with)\b/i.test(plain) && !/\b(?:insert|update|delete|merge|truncate|create|alter|drop|grant|revoke|call|copy|lock|into|nextval|setval|pg_advisory\w*|for\s+(?:update|share|no\s+key|key))\b/i.test(plain)
}

function firstTexts(call: TSESTree.CallExpression | TSESTree.NewExpression, unit: SourceUnit): readonly string[] | undefined {
  const [first] = call.arguments
  return first && first.type !== 'SpreadElement' ? textsOf(first, unit) : undefined
}

/** A function may put a text together by calling itself. */
const mostSteps = 8

/** The constant parts of each text that an expression may give. */
function textsOf(outer: TSESTree.Expression, unit: SourceUnit, depth = 0): readonly string[] | undefined {
  const node = valueOf(outer, unit)
  if (depth > mostSteps || !node) return undefined
  const inner = (part: TSESTree.Expression, from = unit): readonly string[] | undefined => textsOf(part, from, depth + 1)
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [node.value] : undefined
    case 'TemplateLiteral':
      // A hole may hold a clause: `${isLocked ? sql`FOR UPDATE` : sql``}`.
      return [node.quasis.flatMap(({ value }, at) => [value.cooked, ...((node.expressions[at] && inner(node.expressions[at])) ?? [])]).join(' ')]
    case 'TaggedTemplateExpression':
      return inner(node.quasi)
    case 'ConditionalExpression':
      return joined([inner(node.consequent), inner(node.alternate)])
    case 'BinaryExpression':
      return node.operator === '+' ? inner(node.left as TSESTree.Expression)?.map(left => [left, ...(inner(node.right) ?? [])].join(' ')) : undefined
    case 'CallExpression': {
      const targets = allFound(unit, unit.types.callee(node))
      return targets && joined(targets.flatMap(target => returnedBy(target.fn).map(value => inner(value, target.unit))))
    }
    case 'ObjectExpression': {
      const property = node.properties.find(candidate => candidate.type === 'Property' && candidate.key.type === 'Identifier' && /^(?:sql|text|query|queryText)$/.test(candidate.key.name))
      return property?.type === 'Property' ? inner(property.value as TSESTree.Expression) : undefined
    }
    default:
      return undefined
  }
}

/** All of them; undefined where one is not known, or there is none. */
function joined(texts: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const known = texts.filter(text => text !== undefined)
  return known.length === texts.length && known.length > 0 ? known.flat() : undefined
}
