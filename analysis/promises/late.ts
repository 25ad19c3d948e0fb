import type { TSESTree } from '@typescript-eslint/types'
import type { LateAwait } from '../facts.js'
import { isTestFile } from '../test-files.js'
import type { SourceUnit } from '../unit.js'
import { memberName, unwrap, walk } from '../walk.js'
import { promisesBoundAt, type BoundPromise } from './bindings.js'
import { defaultFloatingOptions, type FloatingOptions } from './floating.js'
import { wayToNobody, waitBeforeHandler } from './journey.js'
import { catchesEverything, functionNamed, hasHandler, neverRejects, onlyResolves } from './rejection.js'
import { readsOf, useOf } from './uses.js'

export interface LateOptions extends Pick<FloatingOptions, 'allowForKnownSafeCalls' | 'allowForKnownSafePromises' | 'checkThenables'> {
  /** Whether test files count too. Their runners take charge of unhandled rejections, and starting to wait before causing an event is how tests are written. */
  readonly checkTests: boolean
}

export const defaultLateOptions: LateOptions = { allowForKnownSafeCalls: [], allowForKnownSafePromises: [], checkTests: false, checkThenables: false }

/** Every promise in the file that has no handler yet while its function waits for something else, in the order of the source. */
export function lateAwaits(unit: SourceUnit, options: LateOptions): LateAwait[] {
  const found: LateAwait[] = []
  walk(unit.ast, node => void found.push(...lateAwaitsAt(node, unit, options)))
  return found
}

/**
 * The promises that one declaration, assignment or default value puts into a variable, and that have no handler yet when
 * another await of the function suspends: a rejection in between is an unhandled one. What some path forgets altogether is
 * for `no-floating-promises` to say.
 */
export function lateAwaitsAt(node: TSESTree.Node, unit: SourceUnit, options: LateOptions): LateAwait[] {
  if (!options.checkTests && isTestFile(unit.path)) return []
  // What Prisma gives is lazy: it has not started, so it can't reject.
  const asked = { ...defaultFloatingOptions, ...options, allowForKnownSafePromises: [...options.allowForKnownSafePromises, 'PrismaPromise'] }
  return promisesBoundAt(node, unit, asked).flatMap(bound => {
    const { made, identifier, variable } = bound
    if (onlyResolves(unit, made) || neverRejects(unit, made) || callbackCatches(unit, made) || waitsForEvent(made) || wayToNobody(unit, bound, asked)) return []
    const wait = waitBeforeHandler(unit, bound, asked)
    const mentions = readsOf(variable)
    const at = wait?.at ?? waitInLoopOver(unit, bound)
    if (!at) return []
    const handler = mentions.find(mention => mention.range[0] > at.range[0] && useOf(unit, mention, asked) === 'handles')
    return [{ kind: 'late-await', node: made, identifier, name: variable.name, mentions, wait: at, handler, certainty: 'proven', because: [{ text: unit.types.evidence(made), node: made }] }]
  })
}

/** A list of promises of which none can reject: the callback that makes them catches everything, or makes ones that only wait for an event. */
function callbackCatches(unit: SourceUnit, made: TSESTree.Expression): boolean {
  if (made.type !== 'CallExpression') return false
  return made.arguments.some(argument => {
    const fn = argument.type === 'SpreadElement' ? undefined : functionNamed(unit, argument)
    if (!fn) return false
    const last = fn.body.type === 'BlockStatement' ? fn.body.body.at(-1) : undefined
    const given = fn.body.type !== 'BlockStatement' ? fn.body : last?.type === 'ReturnStatement' ? last.argument : null
    return catchesEverything(unit, fn) || (given !== null && (onlyResolves(unit, given) || hasHandler(unit, given)))
  }) && unit.types.isPromiseList(made, { thenables: false, safeTypes: [] }) === 'yes'
}

/**
 * Browser tests start to wait for an event before they cause it; their runners take charge of such promises. What is
 * named like a timer rejects for no reason of its own.
 */
function waitsForEvent(made: TSESTree.Expression): boolean {
  if (made.type !== 'CallExpression') return false
  const { callee } = made
  const name = callee.type === 'Identifier' ? callee.name : callee.type === 'MemberExpression' ? memberName(callee) : undefined
  return name !== undefined && /^(?:delay|pause|setImmediate|setTimeout|sleep|timeout|wait|waitFor\w*)$/.test(name)
}

/** `for (const p of list) await p`: while it waits for one, the others have no handler. */
function waitInLoopOver(unit: SourceUnit, { made, variable }: BoundPromise): TSESTree.Node | undefined {
  if (unit.types.isPromiseList(made, { thenables: false, safeTypes: [] }) !== 'yes') return undefined
  const [mention, ...others] = readsOf(variable)
  const loop = mention?.parent
  if (!mention || others.length > 0 || loop?.type !== 'ForOfStatement' || loop.right !== mention) return undefined
  if (loop.await) return loop
  const [declared] = loop.left.type === 'VariableDeclaration' ? unit.scopes.getDeclaredVariables(loop.left) : []
  const waited = declared && readsOf(declared).find(read => unwrap(read as TSESTree.Expression) === read && read.parent?.type === 'AwaitExpression')
  return waited?.parent ?? undefined
}
