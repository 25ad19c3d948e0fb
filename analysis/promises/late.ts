import type { TSESTree } from '@typescript-eslint/types'
import type { LateAwait } from '../facts.js'
import type { Finder } from '../find.js'
import { isTestFile } from '../test-files.js'
import type { SourceUnit } from '../unit.js'
import { isLazy } from '../queries/lazy.js'
import { returnedBy, unwrap } from '../walk.js'
import { bindingPlaces, promisesBoundAt, type BoundPromise } from './bindings.js'
import { promisesInFieldsAt } from './fields.js'
import { defaultFloatingOptions, type FloatingOptions } from './floating.js'
import { isLookedAfter } from './handled.js'
import { wayToNobody, waitBeforeHandler } from './journey.js'
import { mapperOf } from './lists.js'
import { functionNamed, mayReject } from './rejection.js'
import { readsOf, useOf } from './uses.js'

export interface LateOptions extends Pick<FloatingOptions, 'allowForKnownSafeCalls' | 'allowForKnownSafePromises' | 'checkThenables'> {
  /** Whether test files count too. Their runners take charge of unhandled rejections, and starting to wait before causing an event is how tests are written. */
  readonly checkTests: boolean
}

export const defaultLateOptions: LateOptions = { allowForKnownSafeCalls: [], allowForKnownSafePromises: [], checkTests: false, checkThenables: false }

/** Promises that have no handler yet while their function waits for something else. */
export const lateFinder: Finder<LateAwait, LateOptions> = { types: bindingPlaces, at: lateAwaitsAt }

/**
 * The promises that one declaration, assignment or default value puts into a variable or a private field, and that have no handler yet when
 * another await of the function suspends: a rejection in between is an unhandled one. What some path forgets altogether is
 * for `no-floating-promises` to say.
 */
function lateAwaitsAt(node: TSESTree.Node, unit: SourceUnit, options: LateOptions): LateAwait[] {
  if (!options.checkTests && isTestFile(unit)) return []
  const asked = askedWith(options)
  return [...promisesBoundAt(node, unit, asked), ...promisesInFieldsAt(node, unit, asked)].flatMap(bound => {
    const { made, holder, name, reads } = bound
    if (wayToNobody(unit, bound, asked)) return []
    const at = waitBeforeHandler(unit, bound, asked)?.at ?? waitInLoopOver(unit, bound)
    // What the callee does with its errors may stand in another file.
    if (!at || !mayReject(unit, made) || isListOfLazy(unit, made) || isLookedAfter(unit, made)) return []
    const handler = reads.find(mention => mention.range[0] > at.range[0] && useOf(unit, mention, asked) === 'handles')
    return [{ kind: 'late-await', node: made, holder, name, mentions: reads, wait: at, handler, certainty: 'proven', because: [{ text: unit.types.evidence(made), node: made }] }]
  })
}

const asks = new WeakMap<LateOptions, FloatingOptions>()

function askedWith(options: LateOptions): FloatingOptions {
  let asked = asks.get(options)
  if (!asked) asks.set(options, (asked = { ...defaultFloatingOptions, ...options }))
  return asked
}

/** `rows.map(row => prisma.row.update(row))`: none of them runs before somebody waits for it. */
function isListOfLazy(unit: SourceUnit, made: TSESTree.Expression): boolean {
  const mapper = mapperOf(made)
  const fn = mapper && mapper.type !== 'SpreadElement' ? functionNamed(unit, mapper) : undefined
  return fn !== undefined && !fn.async && returnedBy(fn).some(value => isLazy(unit, value))
}

/** `for (const p of list) await p`: while it waits for one, the others have no handler. */
function waitInLoopOver(unit: SourceUnit, { made, reads }: BoundPromise): TSESTree.Node | undefined {
  if (unit.types.isPromiseList(made, { thenables: false, safeTypes: [] }) !== 'yes') return undefined
  const [mention, ...others] = reads
  const loop = mention?.parent
  if (!mention || others.length > 0 || loop?.type !== 'ForOfStatement' || loop.right !== mention) return undefined
  if (loop.await) return loop
  const [declared] = loop.left.type === 'VariableDeclaration' ? unit.scopes.getDeclaredVariables(loop.left) : []
  const waited = declared && readsOf(declared).find(read => unwrap(read as TSESTree.Expression) === read && read.parent?.type === 'AwaitExpression')
  return waited?.parent ?? undefined
}
