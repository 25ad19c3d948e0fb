import type { TSESTree } from '@typescript-eslint/types'
import { effectsOf, effectsOfBody, short } from '../effects/summary.js'
import type { HandMadeGroup } from '../facts.js'
import type { Finder } from '../find.js'
import { mayReject } from '../promises/rejection.js'
import { promiseStatic } from '../scopes.js'
import { isOrderedFile } from '../test-files.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, memberName, unwrap, walkOwn } from '../walk.js'
import { signalPlace } from './signals.js'

/** Joins by `Promise.all` where a failure leaves siblings running that write, or that a signal would stop. */
export const handMadeFinder: Finder<HandMadeGroup, object> = { types: ['CallExpression'], at: (node, unit) => (node.type === 'CallExpression' ? groupsAt(unit, node) : []) }

function groupsAt(unit: SourceUnit, join: TSESTree.CallExpression): HandMadeGroup[] {
  if (promiseStatic(unit.scopes, join) !== 'all') return []
  // Whoever gets the promise may do with a failure what it likes.
  if (join.parent.type !== 'AwaitExpression' || isOrderedFile(unit)) return []
  const started = startedBy(join)
  if (!started) return []
  const { members, callback } = started
  for (const member of members) {
    const others = callback ? members : members.filter(other => other !== member)
    if (!others.some(other => isFunction(other) || mayReject(unit, other))) continue
    const signalled = signalIn(unit, member)
    const write = signalled ? undefined : writeOf(unit, callback ?? member)
    if (!signalled && write === undefined) continue
    const text = signalled ? `\`${short(unit, signalled)}\` takes a signal and gets none` : (write as string)
    return [{ kind: 'hand-made-group', node: join.callee, join, members, callback, goesOn: member, why: signalled ? 'takes a signal' : 'writes', name: short(unit, callback ?? member), certainty: 'proven', because: [{ text, node: member }] }]
  }
  return []
}

/** The members of the list, two of them or more, or what a callback makes for each element of another list. */
function startedBy({ arguments: [list] }: TSESTree.CallExpression): { readonly members: readonly TSESTree.Expression[]; readonly callback: TSESTree.ArrowFunctionExpression | undefined } | undefined {
  if (!list || list.type === 'SpreadElement') return undefined
  const node = unwrap(list)
  if (node.type === 'ArrayExpression') {
    const members = node.elements.filter(element => element !== null && element.type !== 'SpreadElement')
    const isStarted = members.every(member => unwrap(member as TSESTree.Expression).type === 'CallExpression')
    return members.length === node.elements.length && members.length > 1 && isStarted ? { members: members as TSESTree.Expression[], callback: undefined } : undefined
  }
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression' || memberName(node.callee) !== 'map') return undefined
  const [callback, ...others] = node.arguments
  if (callback?.type !== 'ArrowFunctionExpression' || others.length > 0) return undefined
  return { members: [callback.body.type === 'BlockStatement' ? callback : callback.body], callback }
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

/** A proven write to the world outside, in words. Over one connection the members wait for each other anyhow. */
function writeOf(unit: SourceUnit, member: TSESTree.Expression): string | undefined {
  const { writes, connections, certainty } = isFunction(member) ? effectsOfBody(unit, member) : effectsOf(unit, member)
  const write = writes.find(({ target }) => target.kind === 'outside')
  return write && !connections.some(({ kind }) => kind.harm === 'serial') && certainty === 'proven' ? write.evidence.text : undefined
}
