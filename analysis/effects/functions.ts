import type { TSESTree } from '@typescript-eslint/types'
import type { AnyCall, Callee, CalleeDoubt, CodePlace } from '../types/oracle.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, nodesOf, type FunctionNode } from '../walk.js'

/** A function of the project, in the file where it stands. */
export interface FoundFunction {
  readonly unit: SourceUnit
  readonly fn: FunctionNode
}

/** The function that a call runs, where its code is in the project. */
export function functionBehind(unit: SourceUnit, call: AnyCall): FoundFunction | undefined {
  return found(unit, unit.types.callee(call))
}

/** The code that an answer about a callee leads to; undefined where there may be another one, or a decorator has it. */
export function found(unit: SourceUnit, callee: Callee): FoundFunction | undefined {
  return onlyCode(unit, callee, ['wrapped'])
}

/** The same for who asks what becomes of its errors: a function around it may reject, or handle them, by itself. A field is taken to hold what it began with. */
export function foundAlone(unit: SourceUnit, callee: Callee): FoundFunction | undefined {
  return onlyCode(unit, callee, ['taken', 'field'])
}

function onlyCode(unit: SourceUnit, callee: Callee, doubts: readonly CalleeDoubt[]): FoundFunction | undefined {
  if (callee.kind === 'function' && callee.doubt !== undefined && !doubts.includes(callee.doubt)) return undefined
  const [only, ...others] = allFound(unit, callee) ?? []
  return others.length === 0 ? only : undefined
}

/** Every code that a call may run, where all of it is in the project; what its `doubt` says is left to who asks. */
export function allFound(unit: SourceUnit, callee: Callee): readonly FoundFunction[] | undefined {
  if (callee.kind !== 'function') return undefined
  const places = [callee, ...(callee.others ?? [])]
  const codes = places.flatMap(place => codeAt(unit, place) ?? [])
  return codes.length === places.length ? codes : undefined
}

function codeAt(unit: SourceUnit, { path, range }: CodePlace): FoundFunction | undefined {
  const other = isSamePath(path, unit.path) ? unit : unit.project?.unitOf(path)
  const fn = other && functionIn(other.ast, range)
  return fn && { unit: other, fn }
}

const functions = new WeakMap<TSESTree.Program, Map<number, FunctionNode[]>>()

/**
 * The function that ends where the declaration ends and is the outermost that begins with it or behind: a declaration may
 * begin with `export` or a method's name, and in `() => () => 1` two functions end together.
 */
function functionIn(ast: TSESTree.Program, [start, end]: readonly [number, number]): FunctionNode | undefined {
  let byEnd = functions.get(ast)
  if (!byEnd) {
    const index = new Map<number, FunctionNode[]>()
    for (const node of nodesOf(ast)) if (isFunction(node)) index.set(node.range[1], [...(index.get(node.range[1]) ?? []), node])
    functions.set(ast, (byEnd = index))
  }
  return byEnd.get(end)?.filter(fn => fn.range[0] >= start).sort((a, b) => a.range[0] - b.range[0])[0]
}

/** TypeScript writes paths with slashes, and on Windows the case of the drive may differ. */
function isSamePath(a: string, b: string): boolean {
  const plain = (path: string): string => (/^[a-z]:/i.test(path) ? path.toLowerCase() : path).replaceAll('\\', '/')
  return a === b || plain(a) === plain(b)
}
