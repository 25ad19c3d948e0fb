import type { TSESTree } from '@typescript-eslint/types'
import { functionBehind } from '../effects/functions.js'
import { packageOf } from '../packages.js'
import { constantValue, isGlobal, variableOf } from '../scopes.js'
import type { AnyCall } from '../types/oracle.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, keyName, memberName, unwrap } from '../walk.js'
import { catalogueFor, ownLock, ownSemaphore, type BusyRow } from './catalogue.js'
import { inPlace, isReplaced, steadyPlaceOf, type Place } from './places.js'

/** A queue, a lock or a server, with what the catalogue says about it. */
export interface Busy {
  readonly row: BusyRow
  readonly place: Place
  /** The method of it that is called; the call itself is `''`. */
  readonly member: string
}

/** What of the catalogue a call is of: usually one, of a queue that runs one at a time two. */
export function busyAt(unit: SourceUnit, call: TSESTree.CallExpression): readonly Busy[] {
  const callee = unwrap(call.callee)
  if (callee.type === 'MemberExpression') {
    const member = memberName(callee)
    if (member === undefined || !isOfInterest(unit, member, call)) return []
    if (member === 'request' && isWebLocks(unit, callee.object as TSESTree.Expression)) return webLock(unit, call)
    const receiver = callee.object as TSESTree.Expression
    const place = steadyPlaceOf(unit, receiver)
    return place ? rowsOf(unit, receiver, call).flatMap(row => (isChangedLater(unit, row) ? [] : keyed(unit, row, { row, place, member }, call))) : []
  }
  const place = callee.type === 'Identifier' ? steadyPlaceOf(unit, callee) : undefined
  const made = callee.type === 'Identifier' ? makingOf(unit, callee) : undefined
  if (!place || !made) return []
  return rowsMadeBy(unit, made).flatMap(row => ('' in row.takes && isAlone(row, made) && !isChangedLater(unit, row) ? [{ row, place, member: '' }] : []))
}

/** A limit that is set later, `queue.concurrency = 2`, is not the one that it was made with. */
function isChangedLater({ text }: SourceUnit, { alone }: BusyRow): boolean {
  return alone !== undefined && alone !== 'always' && /\.concurrency\s*=[^=]/.test(text)
}

/** What a call or `new` makes that is given the functions at once, as `new Worker(name, process)`. */
export function busyMadeBy(unit: SourceUnit, made: AnyCall): readonly BusyRow[] {
  if (made.type === 'TaggedTemplateExpression' || !made.arguments.some(argument => mayBeCalled(unit, argument))) return []
  const callee = unwrap(made.callee)
  if (made.type !== 'NewExpression' && !(callee.type === 'MemberExpression' && catalogueFor(unit).makers.has(memberName(callee) ?? ''))) return []
  return rowsMadeBy(unit, made).filter(({ takes }) => 'new' in takes)
}

/** The functions among a call's arguments that it is busy with. */
export function taken(row: BusyRow, member: string, args: readonly TSESTree.CallExpressionArgument[]): readonly TSESTree.Expression[] {
  const which = row.takes[member]
  if (which === undefined || (row.endsByOptions && typeof which === 'number' && args.length > which + 1)) return []
  const found = (which === 'any' ? args : args.slice(which, which + 1)).flatMap(argument => (argument.type === 'SpreadElement' ? [] : [argument]))
  return found.flatMap(argument => (argument.type === 'ArrayExpression' ? argument.elements.flatMap(element => (element && element.type !== 'SpreadElement' ? [element] : [])) : [argument]))
}

/** Whether the call waits until it is no longer busy. */
export function waitsFor({ row, member }: Busy, call: TSESTree.CallExpression): boolean {
  if (row.waits.includes(member)) return !(row.endsByOptions && call.arguments.length > 0)
  if (row.acquires?.includes(member)) return true
  return row.goal === 'free' && member in row.takes && !(row.endsByOptions && call.arguments.length > (row.takes[member] as number) + 1)
}

/** `map.get(key)` is told apart by its name and by what it is given, which is cheaper than to ask what it runs. */
function isOfInterest(unit: SourceUnit, member: string, { arguments: args }: TSESTree.CallExpression): boolean {
  const { takers, waiters } = catalogueFor(unit)
  return waiters.has(member) || ((takers.has(member) || member === 'request') && args.some(argument => mayBeCalled(unit, argument)))
}

function mayBeCalled(unit: SourceUnit, argument: TSESTree.Node): boolean {
  if (argument.type === 'ArrayExpression') return argument.elements.some(element => element && mayBeCalled(unit, element))
  if (argument.type !== 'Identifier') return isFunction(argument)
  const definition = variableOf(unit.scopes, argument)?.defs[0]
  return definition?.type === 'FunctionName' || (definition?.type === 'Variable' && definition.node.init !== null && isFunction(definition.node.init))
}

function keyed(unit: SourceUnit, row: BusyRow, busy: Busy, call: TSESTree.CallExpression): readonly Busy[] {
  if (!row.isKeyed) return [busy]
  const key = keyOf(unit, call.arguments[0])
  return key === undefined ? [] : [{ ...busy, place: inPlace(busy.place, key) }]
}

/** A name that is the same wherever it is written: a literal, or a constant that holds one. */
function keyOf(unit: SourceUnit, argument: TSESTree.CallExpressionArgument | undefined): string | undefined {
  if (argument?.type === 'Literal' && typeof argument.value === 'string') return argument.value
  const variable = argument?.type === 'Identifier' ? variableOf(unit.scopes, argument) : undefined
  const value = variable && constantValue(variable)
  return value?.type === 'Literal' && typeof value.value === 'string' ? value.value : undefined
}

const webLocks: BusyRow = { package: 'lib', goal: 'free', takes: { request: 'any' }, waits: [], alone: 'always', source: 'https://w3c.github.io/web-locks/#api-lock-manager-request: not reentrant' }

/** `navigator.locks.request(name, f)`. With options it may be shared, or end by itself. */
function webLock(unit: SourceUnit, call: TSESTree.CallExpression): readonly Busy[] {
  const name = keyOf(unit, call.arguments[0])
  return name === undefined || call.arguments.length !== 2 ? [] : [{ row: webLocks, place: { root: 'navigator.locks', path: [name], name: `the lock '${name}'` }, member: 'request' }]
}

function isWebLocks(unit: SourceUnit, outer: TSESTree.Expression): boolean {
  const node = unwrap(outer)
  return node.type === 'MemberExpression' && memberName(node) === 'locks' && isGlobal(unit.scopes, unwrap(node.object as TSESTree.Expression), 'navigator')
}

/** By what made the receiver, where that is in this file; else by its type. One that gives way to another is none. */
function rowsOf(unit: SourceUnit, receiver: TSESTree.Expression, call: TSESTree.CallExpression): readonly BusyRow[] {
  if (isReplaced(unit, receiver)) return []
  const made = makingOf(unit, unwrap(receiver))
  if (made) return rowsMadeBy(unit, made).filter(row => isAlone(row, made))
  const target = unit.types.callee(call)
  if (target.kind === 'declared' && target.package !== undefined) return rowsNamed(unit, target.package, target.type).filter(row => isAlone(row, undefined))
  const found = target.kind === 'function' && mayHaveRows(unit, target.type) ? functionBehind(unit, call) : undefined
  return found ? rowsOfClass(unit, classAround(found.fn), found.unit.path).filter(row => isAlone(row, undefined)) : []
}

function rowsMadeBy(unit: SourceUnit, made: AnyCall): readonly BusyRow[] {
  const target = unit.types.callee(made)
  const name = made.type === 'NewExpression' ? unwrap(made.callee) : undefined
  const variable = name?.type === 'Identifier' ? variableOf(unit.scopes, name) : undefined
  const definition = variable?.defs[0]
  if (definition?.type === 'ClassName') return rowsOfClass(unit, definition.node, unit.path)
  if (target.kind === 'function') {
    const found = made.type === 'NewExpression' && mayHaveRows(unit, target.type) ? functionBehind(unit, made) : undefined
    return found ? rowsOfClass(unit, classAround(found.fn), found.unit.path) : []
  }
  if (target.kind !== 'declared' || target.package === undefined) return []
  return rowsNamed(unit, target.package, made.type === 'NewExpression' ? target.type : target.member)
}

function rowsNamed(unit: SourceUnit, packageName: string, type: string | undefined): readonly BusyRow[] {
  return catalogueFor(unit).rows.filter(row => row.package === packageName && (row.type === undefined || row.type === type))
}

/** Whether it pays to open the file of a class, which costs most of all. */
function mayHaveRows({ settings }: SourceUnit, name: string | undefined): boolean {
  return (settings?.waits ?? []).length > 0 || (name !== undefined && namedLikeLock.test(name))
}

const namedLikeLock = /(?:Mutex|Semaphore|Lock)$/

/** What the settings say about a class of the project, else what its name does. */
function rowsOfClass(unit: SourceUnit, own: Class | undefined, path: string): readonly BusyRow[] {
  if (!own) return []
  const waits = unit.settings?.waits ?? []
  const packageName = waits.length > 0 ? packageOf(path) : undefined
  const named = packageName === undefined ? [] : rowsNamed(unit, packageName, own.id?.name)
  return named.length > 0 ? named : ownRows(own)
}

type Class = TSESTree.ClassDeclaration | TSESTree.ClassExpression

/** A class that is named like a lock and has a lock's methods. A reentrant one says so, and one with keys takes them. */
function ownRows(own: Class): readonly BusyRow[] {
  const name = own.id?.name ?? ''
  const has = (member: string, parameters: number): boolean =>
    own.body.body.some(candidate => candidate.type === 'MethodDefinition' && candidate.key.type === 'Identifier' && candidate.key.name === member && candidate.value.params.length === parameters)
  if (!namedLikeLock.test(name) || /reentrant|recursive|shared|keyed|multi|rw|readwrite/i.test(name) || !(has('runExclusive', 1) || (has('acquire', 0) && has('release', 0)))) return []
  return [/Semaphore$/.test(name) ? ownSemaphore : ownLock]
}

/** Whether the row holds for what was made like this: as many at a time, and with no option that lets the wait end. */
function isAlone({ alone, endsByOptions, unless }: BusyRow, made: AnyCall | undefined): boolean {
  // Made in another file, it may have any options.
  if (!made && (unless !== undefined || (alone !== undefined && endsByOptions))) return false
  const args = made && made.type !== 'TaggedTemplateExpression' ? made.arguments : undefined
  const [first] = args ?? []
  if (unless !== undefined && optionOf(first, unless)) return false
  if (alone === undefined) return true
  if (alone === 'always') return !(endsByOptions && args && args.length > 0)
  const limit = alone === 'first argument is 1' ? first : optionOf(first, 'concurrency')
  return limit?.type === 'Literal' && limit.value === 1 && !optionOf(first, 'timeout')
}

function optionOf(options: TSESTree.Node | undefined, name: string): TSESTree.Node | undefined {
  if (options?.type !== 'ObjectExpression') return undefined
  const property = options.properties.find(candidate => candidate.type === 'Property' && candidate.key.type === 'Identifier' && candidate.key.name === name)
  return property?.type === 'Property' ? property.value : undefined
}

/** What made the value of a constant, or of a field that its class gives a value once. */
function makingOf(unit: SourceUnit, node: TSESTree.Expression): TSESTree.NewExpression | TSESTree.CallExpression | undefined {
  const variable = node.type === 'Identifier' ? variableOf(unit.scopes, node) : undefined
  const value = variable ? constantValue(variable) : node.type === 'MemberExpression' && node.object.type === 'ThisExpression' ? fieldValue(unit, node) : undefined
  const made = value && unwrap(value)
  if (made?.type === 'Identifier' || made?.type === 'MemberExpression') return makingOf(unit, made)
  return made?.type === 'NewExpression' || made?.type === 'CallExpression' ? made : undefined
}

function fieldValue(unit: SourceUnit, node: TSESTree.MemberExpression): TSESTree.Expression | undefined {
  const name = memberName(node)
  if (isReplaced(unit, node)) return undefined
  let at: TSESTree.Node | undefined = node
  while (at && at.type !== 'ClassBody') at = at.parent
  if (!at || name === undefined) return undefined
  const values: TSESTree.Expression[] = []
  for (const member of at.body) {
    if (member.type === 'PropertyDefinition' && member.value && keyName(member.key) === name) values.push(member.value)
    if (member.type !== 'MethodDefinition' || member.kind !== 'constructor' || member.value.body?.type !== 'BlockStatement') continue
    for (const statement of member.value.body.body) {
      if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression') continue
      const { left, right } = statement.expression
      if (left.type === 'MemberExpression' && left.object.type === 'ThisExpression' && memberName(left) === name) values.push(right)
    }
  }
  return values.length === 1 ? values[0] : undefined
}

function classAround(node: TSESTree.Node): Class | undefined {
  for (let at = node.parent; at; at = at.parent) {
    if (at.type === 'ClassDeclaration' || at.type === 'ClassExpression') return at
    if (isFunction(at)) return undefined
  }
  return undefined
}
