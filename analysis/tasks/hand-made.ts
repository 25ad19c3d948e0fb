import type { TSESTree } from '@typescript-eslint/types'
import { isOrdered } from '../dependence/sequential.js'
import { effectsOf, effectsOfBody, short } from '../effects/summary.js'
import type { HandMadeGroup } from '../facts.js'
import type { Finder } from '../find.js'
import { letsNoErrorOut, mayReject } from '../promises/rejection.js'
import { promiseStatic } from '../scopes.js'
import { isOrderedFile } from '../test-files.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, walkOwn } from '../walk.js'
import { signalPlace } from './signals.js'
import { startedFor } from './started.js'

/** Joins by `Promise.all` where a failure leaves siblings running that write, or that a signal would stop. */
export const handMadeFinder: Finder<HandMadeGroup, object> = { types: ['CallExpression'], at: (node, unit) => (node.type === 'CallExpression' ? groupsAt(unit, node) : []) }

function groupsAt(unit: SourceUnit, join: TSESTree.CallExpression): HandMadeGroup[] {
  if (promiseStatic(unit.scopes, join) !== 'all') return []
  // Whoever gets the promise may do with a failure what it likes; in a transaction a failure takes back what the others do.
  if (join.parent.type !== 'AwaitExpression' || isOrderedFile(unit) || isOrdered(join)) return []
  const started = startedFor(unit, join)
  if (!started) return []
  const { members, callback, isEach } = started
  for (const member of members) {
    const others = isEach ? members : members.filter(other => other !== member)
    if (!others.some(other => (isFunction(other) ? !letsNoErrorOut(unit, other) : mayReject(unit, other)))) continue
    const signalled = signalIn(unit, member)
    const write = signalled ? undefined : writeOf(unit, callback ?? member)
    if (!signalled && write === undefined) continue
    const text = signalled ? `\`${short(unit, signalled)}\` takes a signal and gets none` : (write as string)
    return [{ kind: 'hand-made-group', node: join.callee, join, ...started, goesOn: member, why: signalled ? 'takes a signal' : 'writes', name: short(unit, callback ?? member), certainty: 'proven', because: [{ text, node: member }] }]
  }
  return []
}

/** A call that is waited for and takes a signal, in a member. */
function signalIn(unit: SourceUnit, member: TSESTree.Expression): TSESTree.CallExpression | undefined {
  if (!isFunction(member)) return signalPlace(unit, member)?.call
  let found: TSESTree.CallExpression | undefined
  walkOwn(member.body, node => {
    if (node.type === 'AwaitExpression') found ??= signalPlace(unit, node.argument)?.call
  })
  return found
}

/** A write to the world outside that the catalogue knows, in words. Over one connection the members wait for each other anyhow. */
function writeOf(unit: SourceUnit, member: TSESTree.Expression): string | undefined {
  const { writes, connections, certainty } = isFunction(member) ? effectsOfBody(unit, member) : effectsOf(unit, member)
  const write = writes.find(({ evidence }) => evidence.resource !== undefined)
  // Of code that is only known in part, the write may be what hardly ever happens: a session that has expired, deep in a read.
  return write && certainty === 'proven' && !connections.some(({ kind }) => kind.harm === 'serial') ? write.evidence.text : undefined
}
