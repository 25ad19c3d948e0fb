import type { TSESTree } from '@typescript-eslint/types'
import { functionBehind } from '../effects/functions.js'
import { isGlobal } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { unwrap } from '../walk.js'

/** Where a call that takes an abort signal, and is given none, would get one. */
export type SignalPlace =
  /** As one more argument. */
  | { readonly call: TSESTree.CallExpression; readonly as: 'argument' }
  /** As `{ signal }`, one more argument. */
  | { readonly call: TSESTree.CallExpression; readonly as: 'options' }
  /** As one more property of the options that are there. */
  | { readonly call: TSESTree.CallExpression; readonly as: 'property'; readonly options: TSESTree.ObjectExpression }

/** `fetch`, and functions of the project whose next parameter is called a signal; undefined for all others. */
export function signalPlace(unit: SourceUnit, outer: TSESTree.Expression): SignalPlace | undefined {
  const call = unwrap(outer)
  if (call.type !== 'CallExpression' || call.arguments.some(argument => argument.type === 'SpreadElement')) return undefined
  if (isGlobal(unit.scopes, call.callee, 'fetch')) {
    const [, options, ...more] = call.arguments
    if (call.arguments.length === 1) return { call, as: 'options' }
    // An object that is spread may bring a signal of its own.
    const isOpen = options?.type === 'ObjectExpression' && more.length === 0 && options.properties.every(property => property.type === 'Property' && !property.computed && !(property.key.type === 'Identifier' && property.key.name === 'signal'))
    return isOpen ? { call, as: 'property', options } : undefined
  }
  const parameter = functionBehind(unit, call)?.fn.params[call.arguments.length]
  return parameter?.type === 'Identifier' && /signal$/i.test(parameter.name) ? { call, as: 'argument' } : undefined
}
