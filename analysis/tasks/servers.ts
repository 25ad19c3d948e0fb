import type { TSESTree } from '@typescript-eslint/types'
import { constantValue, variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, memberName, unwrap, walk } from '../walk.js'
import { placeOf, steadyPlaceOf, type Place } from './places.js'

/** A function that answers the requests of a server. */
export interface Handler {
  /** Where the server is kept whose `close` waits for the answer. */
  readonly place: Place
  readonly handler: TSESTree.Expression
}

/**
 * The handlers that a call gives to a server of node:http and its kind, or to an Express application that listens. One that has
 * answered before it waits is left out: `close` waits for answers, not for functions.
 */
export function handlersAt(unit: SourceUnit, node: TSESTree.CallExpression | TSESTree.NewExpression): readonly Handler[] {
  if (node.type === 'NewExpression') return []
  const callee = unwrap(node.callee)
  const member = callee.type === 'Identifier' ? callee.name : callee.type === 'MemberExpression' ? (memberName(callee) ?? '') : ''
  const handler = node.arguments.at(-1)
  if (!names.has(member) || !handler || handler.type === 'SpreadElement' || !isFunction(handler) || hasAnswered(unit, handler)) return []
  if (member === 'createServer') {
    const target = unit.types.callee(node)
    if (target.kind !== 'declared' || !/^(?:node:)?https?2?$/.test(target.package ?? '')) return []
    const holder = node.parent.type === 'VariableDeclarator' ? node.parent.id : node.parent.type === 'AssignmentExpression' ? node.parent.left : undefined
    const place = holder?.type === 'Identifier' || holder?.type === 'MemberExpression' ? placeOf(unit, holder) : undefined
    return place ? [{ place, handler }] : []
  }
  if (callee.type !== 'MemberExpression') return []
  if (member === 'on') {
    const [event] = node.arguments
    const isServer = event?.type === 'Literal' && event.value === 'request' && isMadeBy(unit, callee.object as TSESTree.Expression, /^(?:node:)?https?2?$/)
    const place = isServer ? steadyPlaceOf(unit, callee.object as TSESTree.Expression) : undefined
    return place ? [{ place, handler }] : []
  }
  return isMadeBy(unit, callee.object as TSESTree.Expression, /^express$/) ? listeners(unit, callee.object as TSESTree.Expression).map(place => ({ place, handler })) : []
}

const names = new Set(['createServer', 'on', 'get', 'post', 'put', 'patch', 'delete', 'all', 'use'])

/** Whether a handler uses its response before it first waits. */
export function hasAnswered(unit: SourceUnit, handler: TSESTree.Expression): boolean {
  if (!isFunction(handler)) return false
  const response = handler.params[1]
  const text = unit.text.slice(...handler.range)
  // The answer may be given, or the connection ended, by other ways than the response's own name.
  if (handler.params.length > 2 || /\barguments\b|socket|\.res\b|\bnext\b/.test(text) || /\.(?:closeAllConnections|closeIdleConnections|destroy)\b/.test(unit.text)) return true
  if (!response) return handler.params.some(({ type }) => type === 'RestElement')
  if (response.type !== 'Identifier') return true
  const variable = unit.scopes.getDeclaredVariables(handler).find(({ defs }) => defs[0]?.name === response)
  const awaits: number[] = []
  walk(handler.body, node => {
    if (node.type === 'AwaitExpression') awaits.push(node.range[1])
  })
  const last = Math.max(...awaits, 0)
  return variable?.references.some(({ identifier }) => identifier.range[0] < last) ?? true
}

/** Whether a constant holds what a function of a package gives. */
function isMadeBy(unit: SourceUnit, outer: TSESTree.Expression, packages: RegExp): boolean {
  const node = unwrap(outer)
  const variable = node.type === 'Identifier' ? variableOf(unit.scopes, node) : undefined
  const value = variable && constantValue(variable)
  if (value?.type !== 'CallExpression') return false
  const target = unit.types.callee(value)
  return target.kind === 'declared' && packages.test(target.package ?? '')
}

/** The servers that listen for an application: `const server = app.listen(3000)`. */
function listeners(unit: SourceUnit, outer: TSESTree.Expression): readonly Place[] {
  const node = unwrap(outer)
  const variable = node.type === 'Identifier' ? variableOf(unit.scopes, node) : undefined
  return (variable?.references ?? []).flatMap(({ identifier: { parent } }) => {
    const call = parent?.type === 'MemberExpression' && memberName(parent) === 'listen' && parent.parent.type === 'CallExpression' ? parent.parent : undefined
    const holder = call?.parent.type === 'VariableDeclarator' ? call.parent.id : undefined
    const place = holder?.type === 'Identifier' ? placeOf(unit, holder) : undefined
    return place ? [place] : []
  })
}
