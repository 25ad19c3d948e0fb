import type { TSESTree } from '@typescript-eslint/types'
import { variableOf } from '../scopes.js'
import { not, type Answer, type AnyCall } from '../types/oracle.js'
import type { SourceUnit } from '../unit.js'
import { memberName, unwrap } from '../walk.js'
import { connectionRows, fileAppends, fileWrites, namedTransaction, prismaTransaction } from './catalogue/connections.js'
import { database, fileSystem, type Row } from './catalogue/row.js'
import type { Connection, ConnectionKind } from './effect.js'
import { originsOf, propertyPath, type Code } from './origins.js'
import { evidence, short } from './summary.js'

/** What may let only one of its functions run at a time, by its name. */
export const namedLikeLimit = /\b\w*(?:limit|lock|exclusive|mutex|queue|semaphore|throttle)\w*/i

/** The connections, pages and files that a call of the catalogue works on. */
export function connectionsOf(code: Code, call: AnyCall, row: Row, member: string): readonly Connection[] {
  return [...alongChain(code, call, row, member), ...ofSession(code, call, row), ...ofFile(code, call, row, member)]
}

/** A single connection anywhere in the chain that a query is built by. */
function alongChain(code: Code, call: AnyCall, row: Row, member: string): readonly Connection[] {
  for (let node = unwrap(call.type === 'TaggedTemplateExpression' ? call.tag : call.callee); ; ) {
    const kind = kindOf(code, node, row, member)
    if (kind) return placed(code, call, node, kind)
    if (node.type === 'MemberExpression') node = unwrap(node.object)
    else if (node.type === 'CallExpression') node = unwrap(node.callee)
    else return []
  }
}

function kindOf({ unit }: Code, node: TSESTree.Expression, row: Row, member: string): ConnectionKind | undefined {
  const reaches = row.what === database
  // `DB | Transaction` may be one, and what calls a row of the catalogue has a type.
  const known = connectionRows.find(({ types, members, ofPools }) => (members ? members.test(member) : reaches) && unit.types.isOneOf(node, types) !== 'no' && !isPool(unit, node, ofPools))
  if (known || !reaches || (node.type !== 'Identifier' && node.type !== 'MemberExpression')) return known
  return isPrismaTransaction(unit, node) !== 'no' ? prismaTransaction : isNamedTransaction(node) ? namedTransaction : undefined
}

/** `tx.query(…)`: what is typed as the database and named so is a transaction in the hands of its caller. */
function isNamedTransaction(node: TSESTree.Node): boolean {
  // `prisma.transaction` and `Transaction` are a table's.
  if (node.type === 'Identifier') return /^(?:tx|trx|transaction)$/.test(node.name)
  return node.type === 'MemberExpression' && /^(?:tx|trx)$/.test(memberName(node) ?? '')
}

/** The client without `$connect`; unknown where it may be the client itself. */
function isPrismaTransaction({ types }: SourceUnit, node: TSESTree.Expression): Answer {
  return types.hasMember(node, '$queryRaw') === 'yes' ? not(types.hasMember(node, '$connect')) : 'no'
}

/** Whether a value that a callee takes for a connection is one: a pool may be given in its place. */
export function isStill(kind: ConnectionKind, unit: SourceUnit, node: TSESTree.Node): Answer {
  if (kind === prismaTransaction) return isPrismaTransaction(unit, node as TSESTree.Expression)
  if (kind === namedTransaction) return isNamedTransaction(unwrap(node as TSESTree.Expression)) ? 'unknown' : 'no'
  const row = connectionRows.find(({ what }) => what === kind.what)
  if (!row) return 'yes'
  return isPool(unit, node as TSESTree.Expression, row.ofPools) ? 'no' : unit.types.isOneOf(node as TSESTree.Expression, row.types)
}

function isPool({ types }: SourceUnit, node: TSESTree.Expression, ofPools: string | undefined): boolean {
  return ofPools !== undefined && types.hasMember(node, ofPools) === 'yes'
}

/** `find({}, { session })`, `User.findAll({ transaction })`: the session that an operation belongs to is an option. */
function ofSession(code: Code, call: AnyCall, row: Row): readonly Connection[] {
  if (row.what !== database || call.type === 'TaggedTemplateExpression') return []
  return call.arguments.flatMap(argument => {
    if (argument.type !== 'ObjectExpression') return []
    return argument.properties.flatMap(property => {
      if (property.type !== 'Property' || property.key.type !== 'Identifier' || !['session', 'transaction'].includes(property.key.name)) return []
      const kind = connectionRows.find(({ types }) => code.unit.types.isOneOf(property.value as TSESTree.Expression, types) === 'yes')
      return kind ? placed(code, call, property.value, kind) : []
    })
  })
}

/** The file that `writeFile(path, …)` or `appendFile(path, …)` writes, by a literal or by the variable that holds its path. */
function ofFile(code: Code, call: AnyCall, row: Row, member: string): readonly Connection[] {
  const [file] = call.type === 'CallExpression' && row.what === fileSystem && /^(?:append|write)File$/.test(member) ? call.arguments : []
  const kind = member === 'appendFile' ? fileAppends : fileWrites
  if (file?.type === 'Literal') return [{ target: { kind: 'captured', id: `file ${String(file.value)}`, name: String(file.value), through: true }, path: [], name: String(file.value), kind, isSure: true, evidence: evidence(code.unit, call, `\`${String(file.value)}\` is written`) }]
  return file?.type === 'Identifier' ? placed(code, call, file, kind) : []
}

/** Where a connection comes from, as others see it; none where the code has opened it itself. */
function placed(code: Code, call: AnyCall, node: TSESTree.Node, kind: ConnectionKind): readonly Connection[] {
  const { targets, path } = reachedFrom(code, node)
  const isSure = isStill(kind, code.unit, node) === 'yes'
  return targets.map(target => ({ target, path, name: short(code.unit, node), kind, isSure, evidence: evidence(code.unit, call, `\`${short(code.unit, node)}\` is ${kind.what}`) }))
}

/** The variable or parameter that an expression starts from, and the properties that lead on. */
export function reachedFrom(code: Code, outer: TSESTree.Node): { targets: ReturnType<typeof originsOf>; path: readonly string[] } {
  const path: string[] = []
  let node = unwrap(outer as TSESTree.Expression)
  while (node.type === 'MemberExpression') {
    path.unshift(memberName(node) ?? '?')
    node = unwrap(node.object)
  }
  const variable = node.type === 'Identifier' ? variableOf(code.unit.scopes, node) : undefined
  const property = variable && code.parameters.has(variable) ? propertyPath(variable) : undefined
  return { targets: originsOf(code, node), path: property === undefined ? path : [property, ...path] }
}
