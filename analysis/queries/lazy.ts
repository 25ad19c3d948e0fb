import type { TSESTree } from '@typescript-eslint/types'
import type { Specifier, TypeOracle } from '../types/oracle.js'
import type { SourceUnit } from '../unit.js'
import { memberName, unwrap } from '../walk.js'
import { lazyLibraries, type LazyLibrary } from './catalogue.js'

const allTypes = lazyLibraries.flatMap(({ types }) => types)

/** The library whose query a value is; undefined where it is none, has started, or nobody can tell. `more` names types that the user adds. */
export function lazyLibraryOf({ types }: SourceUnit, node: TSESTree.Expression, more: readonly Specifier[] = []): LazyLibrary | undefined {
  // Most values are of no such type, and one question says so.
  if (types.isOneOf(node, more.length > 0 ? [...allTypes, ...more] : allTypes) !== 'yes') return isBuilder(types, node) ? builder : undefined
  const known = lazyLibraries.find(library => types.isOneOf(node, library.types) === 'yes')
  if (known?.started && methodsOf(node).some(method => known.started?.includes(method))) return undefined
  return known ?? (more.length > 0 ? { library: 'lazy', types: more, runsBy: 'await', again: 'runs' } : undefined)
}

/** Where only its shape says that a value is a query, nobody knows what a second await of it does. */
const builder: LazyLibrary = { library: 'lazy', types: [], runsBy: 'await', again: 'same' }

/** Steps of queries and requests; libraries whose thenables have started (Bluebird, jQuery, Cypress, Selenium) have no two of them. */
const steps = /^(?:andWhere|eq|from|groupBy|gte?|having|innerJoin|join|leftJoin|limit|lte?|offset|orderBy|orWhere|query|returning|select|send|set|skip|sort|take|values|where)$/

/**
 * Whether a value is no promise but a thenable with steps that give it back, as a query has that is still put together. A callback among
 * what the steps are given may be what runs it: `request(app).get('/').expect(200, done)`.
 */
function isBuilder(types: TypeOracle, node: TSESTree.Expression): boolean {
  if (types.hasMember(node, 'then') !== 'yes' || types.isPromise(node, { thenables: false, safeTypes: [] }) !== 'no' || types.isPromise(node, { thenables: true, safeTypes: [] }) !== 'yes') return false
  return types.givesItself(node, steps) === 'yes' && !argumentsOf(node).some(argument => types.isCallable(argument) !== 'no')
}

/** What the calls of a chain are given. */
function argumentsOf(outer: TSESTree.Expression): readonly TSESTree.Node[] {
  const node = unwrap(outer)
  if (node.type !== 'CallExpression') return []
  const callee = unwrap(node.callee)
  return [...node.arguments, ...(callee.type === 'MemberExpression' ? argumentsOf(callee.object) : [])]
}

/** Whether a value has not started, though it looks like a promise: nothing in it can reject, and nobody has to take charge of it yet. */
export function isLazy(unit: SourceUnit, node: TSESTree.Expression): boolean {
  return lazyLibraryOf(unit, node) !== undefined
}

/** The names of the methods that a chain calls, the last one first. */
export function methodsOf(outer: TSESTree.Expression): string[] {
  const node = unwrap(outer)
  const callee = node.type === 'CallExpression' ? unwrap(node.callee) : undefined
  return callee?.type === 'MemberExpression' ? [memberName(callee) ?? '', ...methodsOf(callee.object)] : []
}
