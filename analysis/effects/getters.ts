import type { TSESTree } from '@typescript-eslint/types'
import { gettersIn } from '../project.js'
import type { SourceUnit } from '../unit.js'
import { memberName } from '../walk.js'
import { captured } from './calls.js'
import { joined, nothing, reachedBy, type Summary, type Write } from './effect.js'
import { allFound, type FoundFunction } from './functions.js'
import { originsOf, type Code } from './origins.js'
import { evidence, short, summaryOf } from './summary.js'

/** What reading a property does where a getter of the project stands behind it. */
export function effectsOfGetter(code: Code, node: TSESTree.MemberExpression): Summary {
  const { unit } = code
  const name = memberName(node)
  if (name === undefined || isOnlyWritten(node)) return nothing
  if (!unit.project) return gettersOfFile(unit).has(name) ? { ...nothing, unknown: evidence(unit, node, `\`${name}\` may be a getter`) } : nothing
  if (!unit.project.mayBeGetter(name)) return nothing
  const here = evidence(unit, node, `\`${short(unit, node)}\` is a getter`)
  const getters = (allFound(unit, unit.types.functionAt(node)) ?? []).filter(isGetter)
  return getters.map(getter => seenFrom(code, node, reachedBy(summaryOf(getter.unit, getter.fn, code.extent), here))).reduce(joined, nothing)
}

const gettersOf = new WeakMap<TSESTree.Program, ReadonlySet<string>>()

function gettersOfFile({ ast, text }: SourceUnit): ReadonlySet<string> {
  let names = gettersOf.get(ast)
  if (!names) gettersOf.set(ast, (names = gettersIn(text)))
  return names
}

function isGetter({ fn: { parent } }: FoundFunction): boolean {
  return (parent.type === 'MethodDefinition' || parent.type === 'Property') && parent.kind === 'get'
}

function isOnlyWritten(node: TSESTree.MemberExpression): boolean {
  return node.parent.type === 'AssignmentExpression' && node.parent.left === node && node.parent.operator === '='
}

function seenFrom(code: Code, { object }: TSESTree.MemberExpression, summary: Summary): Summary {
  const here = ({ target, evidence: proof }: Write): Write[] => {
    const targets = target.kind === 'this' ? originsOf(code, object) : target.kind === 'captured' ? captured(code, target) : [target]
    return targets.map(one => ({ target: one, evidence: proof }))
  }
  const fields = object.type === 'ThisExpression' ? summary.fields : []
  return { ...summary, writes: summary.writes.flatMap(here), exclusive: summary.exclusive.flatMap(here), connections: [], calls: [], fields }
}
