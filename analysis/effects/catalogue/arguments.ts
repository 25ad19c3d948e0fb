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

/** What an argument is: itself, or what a constant of that name was given. */
export function valueOf(outer: TSESTree.Expression, unit: SourceUnit): TSESTree.Expression | undefined {
  const node = unwrap(outer)
  if (node.type !== 'Identifier') return node
  const variable = variableOf(unit.scopes, node)
  const value = variable && constantValue(variable)
  return value ? unwrap(value) : undefined
}
