import type { TSESTree } from '@typescript-eslint/types'
import { constantValue, isGlobal, variableOf } from '../scopes.js'
import type { Specifier } from '../types/oracle.js'
import type { SourceUnit } from '../unit.js'
import { memberName, unwrap } from '../walk.js'

/** Methods of an array that take what their callback gives for true or false (ECMAScript, ToBoolean of the call's result). */
export const arrayTests = new Set(['every', 'filter', 'find', 'findIndex', 'findLast', 'findLastIndex', 'some'])

/** Functions of the platform that call their first argument and drop what it gives (HTML, timers and `queueMicrotask`; Node). */
export const timers = ['queueMicrotask', 'requestAnimationFrame', 'requestIdleCallback', 'setImmediate', 'setInterval', 'setTimeout'] as const

/** How listeners are added, with the name of the event before them. Node's and the DOM's dispatch look at no listener's result. */
const listenerMethods = new Set(['addEventListener', 'addListener', 'on', 'once', 'prependListener', 'prependOnceListener'])

/** How they are taken off again: what does that never calls them. */
const listenerRemovers = new Set(['off', 'removeEventListener', 'removeListener'])

export function removesListener({ callee: outer }: TSESTree.CallExpression | TSESTree.NewExpression): boolean {
  const callee = unwrap(outer)
  return callee.type === 'MemberExpression' && listenerRemovers.has(memberName(callee) ?? '')
}

/** Whether a call keeps what it is given for later, by its name, so that nothing around the call is there any more. */
export function callsLater(node: TSESTree.Node): boolean {
  if (node.type !== 'CallExpression') return false
  const callee = unwrap(node.callee)
  const name = callee.type === 'MemberExpression' ? (memberName(callee) ?? '') : callee.type === 'Identifier' ? callee.name : ''
  return listenerMethods.has(name) || name === 'nextTick' || timers.some(timer => timer === name)
}

/** Types whose `on` and the like drop what a listener gives: "emit … any values returned by the called listeners are ignored and discarded" (nodejs.org/api/events.html). */
const emitterTypes: readonly Specifier[] = [
  { from: 'package', name: ['EventEmitter', 'EventEmitterAsyncResource'], package: 'events' },
  { from: 'package', name: ['EventEmitter', 'EventEmitterAsyncResource'], package: 'node:events' },
  { from: 'lib', name: 'EventTarget' },
]

/** Emitters that hand rejections of their listeners to their `error` event: discord.js makes its clients with `captureRejections` (BaseClient.js). */
const capturingTypes: readonly Specifier[] = [{ from: 'package', name: 'BaseClient', package: 'discord.js' }]

/**
 * Packages whose `on` and the like wait for what a handler gives and look after its error, so that without types a name
 * proves nothing in a file that imports one.
 *
 * - telegraf, grammy: handlers are middleware, "return the promise" (grammy.dev/guide/middleware).
 * - @slack/bolt: "listeners … are awaited by processEvent" (slack.dev/bolt-js).
 * - probot: `app.on` handlers are awaited by its webhook receiver (probot.github.io/docs).
 * - hono: `app.on(method, path, handler)` takes a promise of a Response (hono.dev/docs/api/routing).
 * - emittery: "emit: returns a promise that resolves when all the event listeners are done" (its readme).
 */
const takingPackages = ['@slack/bolt', 'emittery', 'grammy', 'hono', 'probot', 'telegraf']

/** What is known about someone who adds a listener and drops what it gives. */
export interface EmitterEvidence {
  readonly certainty: 'proven' | 'likely'
  readonly text: string
}

/** Whether a call adds its second argument as a listener, and why its result is dropped; undefined where nobody can tell. */
export function addsListener(unit: SourceUnit, call: TSESTree.CallExpression): EmitterEvidence | undefined {
  const callee = unwrap(call.callee)
  if (callee.type !== 'MemberExpression') return undefined
  const method = memberName(callee) ?? ''
  if (!listenerMethods.has(method)) return undefined
  const receiver = unwrap(callee.object)
  const isUntyped = unit.types.isOneOf(receiver, []) === 'unknown'
  if (method === 'addEventListener' && isUntyped) return { certainty: 'proven', text: 'no one looks at what a listener gives' }
  if (unit.types.isOneOf(receiver, emitterTypes) === 'yes' || isGlobal(unit.scopes, receiver, 'process') || isNewEmitter(unit, receiver)) {
    return { certainty: 'proven', text: 'an event emitter drops what its listeners give' }
  }
  const [event] = call.arguments
  const isNamed = event?.type === 'Literal' && typeof event.value === 'string'
  if (!isNamed || !isUntyped || importsOneOf(unit, takingPackages) || /(?:^|\.)(?:app|bot|composer|router)$/i.test(unit.text.slice(...receiver.range))) return undefined
  return { certainty: 'likely', text: `it is named as an event emitter's \`${method}\`, which drops what a listener gives` }
}

/** `const emitter = new EventEmitter()`, or `this` in a class that extends it, with the class of Node's events or of eventemitter3. */
function isNewEmitter(unit: SourceUnit, receiver: TSESTree.Expression): boolean {
  const type = receiver.type === 'ThisExpression' ? superClass(receiver) : creation(unit, receiver)?.callee
  if (type?.type !== 'Identifier') return false
  const definition = variableOf(unit.scopes, type)?.defs[0]
  const source = definition?.parent?.type === 'ImportDeclaration' ? definition.parent.source.value : definition?.type === 'Variable' ? requiredBy(definition.node.init) : undefined
  return source !== undefined && ['eventemitter3', 'events', 'node:events'].includes(source)
}

function superClass(node: TSESTree.Node): TSESTree.Expression | undefined {
  for (let at = node.parent; at; at = at.parent) if (at.type === 'ClassDeclaration' || at.type === 'ClassExpression') return at.superClass ?? undefined
  return undefined
}

/** Whether a call adds a listener to an emitter that hands rejections to its error event: its type does, or the file speaks of `captureRejections`. */
export function handsRejectionsOn({ text, types }: SourceUnit, { callee }: TSESTree.CallExpression): boolean {
  return callee.type === 'MemberExpression' && listenerMethods.has(memberName(callee) ?? '') && (text.includes('captureRejections') || types.isOneOf(callee.object, capturingTypes) === 'yes')
}

function creation({ scopes }: SourceUnit, receiver: TSESTree.Expression): TSESTree.NewExpression | undefined {
  const variable = receiver.type === 'Identifier' ? variableOf(scopes, receiver) : undefined
  const value = variable && constantValue(variable)
  return value?.type === 'NewExpression' ? value : undefined
}

function importsOneOf({ ast }: SourceUnit, packages: readonly string[]): boolean {
  return ast.body.some(statement => {
    if (statement.type === 'ImportDeclaration') return packages.includes(statement.source.value)
    return statement.type === 'VariableDeclaration' && statement.declarations.some(({ init }) => packages.includes(requiredBy(init) ?? ''))
  })
}

/** The module in `require('module')`, also of `require('module').member`. */
function requiredBy(value: TSESTree.Expression | null): string | undefined {
  if (value?.type === 'MemberExpression') return requiredBy(value.object)
  if (value?.type !== 'CallExpression' || value.callee.type !== 'Identifier' || value.callee.name !== 'require') return undefined
  const [source] = value.arguments
  return source?.type === 'Literal' && typeof source.value === 'string' ? source.value : undefined
}
