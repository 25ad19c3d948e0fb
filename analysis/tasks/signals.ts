import type { TSESTree } from '@typescript-eslint/types'
import { functionBehind } from '../effects/functions.js'
import { isGlobal } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { keyName, unwrap } from '../walk.js'

/** Where a call that takes an abort signal, and is given none, would get one. */
export type SignalPlace =
  /** As one more argument. */
  | { readonly call: TSESTree.CallExpression; readonly as: 'argument' }
  /** As `{ signal }`, one more argument. */
  | { readonly call: TSESTree.CallExpression; readonly as: 'options' }
  /** As one more property of the options that are there. */
  | { readonly call: TSESTree.CallExpression; readonly as: 'property'; readonly options: TSESTree.ObjectExpression }

/** `fetch`, and functions of the project whose next parameter is a signal, or has one among its properties; undefined for all others. */
export function signalPlace(unit: SourceUnit, outer: TSESTree.Expression): SignalPlace | undefined {
  const call = unwrap(outer)
  if (call.type !== 'CallExpression' || call.arguments.some(argument => argument.type === 'SpreadElement')) return undefined
  if (isGlobal(unit.scopes, call.callee, 'fetch')) {
    return call.arguments.length === 1 ? { call, as: 'options' } : call.arguments.length === 2 ? inOptions(call) : undefined
  }
  const parameters = functionBehind(unit, call)?.fn.params ?? []
  const next = parameters[call.arguments.length]
  if (next?.type === 'Identifier' && /signal$/i.test(next.name) && mayBeSignal(next)) return { call, as: 'argument' }
  // With `= {}` for its value, nothing else has to be in it.
  if (next?.type === 'AssignmentPattern' && next.right.type === 'ObjectExpression' && next.right.properties.length === 0 && namesSignal(next.left)) return { call, as: 'options' }
  const last = parameters[call.arguments.length - 1]
  return last && namesSignal(last.type === 'AssignmentPattern' ? last.left : last) ? inOptions(call) : undefined
}

/** The object that a call is given last, where it has no signal yet. What is spread into it may bring one. */
function inOptions(call: TSESTree.CallExpression): SignalPlace | undefined {
  const options = call.arguments.at(-1)
  const isOpen = options?.type === 'ObjectExpression' && options.properties.every(property => property.type === 'Property' && !property.computed && keyName(property.key) !== 'signal')
  return isOpen ? { call, as: 'property', options } : undefined
}

/** `{ signal }`, or `options: { signal?: AbortSignal }`. */
function namesSignal(parameter: TSESTree.Node): boolean {
  if (parameter.type === 'ObjectPattern') return parameter.properties.some(property => property.type === 'Property' && keyName(property.key) === 'signal') && mayBeSignal(memberOf(parameter.typeAnnotation?.typeAnnotation))
  const type = parameter.type === 'Identifier' ? parameter.typeAnnotation?.typeAnnotation : undefined
  const member = memberOf(type)
  return member !== undefined && mayBeSignal(member)
}

function memberOf(type: TSESTree.TypeNode | undefined): TSESTree.TSPropertySignature | undefined {
  return type?.type === 'TSTypeLiteral' ? type.members.find(member => member.type === 'TSPropertySignature' && keyName(member.key) === 'signal') as TSESTree.TSPropertySignature | undefined : undefined
}

/** Whether what is called a signal is declared for one: `signal?: AbortSignal`, `AbortSignal | null`. Where nothing is declared, the name says it. */
function mayBeSignal(named: TSESTree.Identifier | TSESTree.TSPropertySignature | undefined): boolean {
  const type = named?.typeAnnotation?.typeAnnotation
  const types = type?.type === 'TSUnionType' ? type.types : type ? [type] : []
  return types.length === 0 || types.some(one => one.type === 'TSTypeReference' && one.typeName.type === 'Identifier' && one.typeName.name === 'AbortSignal')
}
