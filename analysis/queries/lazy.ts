import type { TSESTree } from '@typescript-eslint/types'
import type { Specifier } from '../types/oracle.js'
import type { SourceUnit } from '../unit.js'
import { memberName, unwrap } from '../walk.js'
import { lazyLibraries, type LazyLibrary } from './catalogue.js'

const allTypes = lazyLibraries.flatMap(({ types }) => types)

/** The library whose query a value is; undefined where it is none, has started, or nobody can tell. `more` names types that the user adds. */
export function lazyLibraryOf({ types }: SourceUnit, node: TSESTree.Expression, more: readonly Specifier[] = []): LazyLibrary | undefined {
  // Most values are of no such type, and one question says so.
  if (types.isOneOf(node, more.length > 0 ? [...allTypes, ...more] : allTypes) !== 'yes') return undefined
  const known = lazyLibraries.find(library => types.isOneOf(node, library.types) === 'yes')
  if (known?.started && methodsOf(node).some(method => known.started?.includes(method))) return undefined
  return known ?? (more.length > 0 ? { library: 'lazy', types: more, runsBy: 'await', again: 'runs' } : undefined)
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
