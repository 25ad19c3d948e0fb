import { packageOf } from '../../packages.js'
import type { Callee } from '../../types/oracle.js'
import type { SourceUnit } from '../../unit.js'
import { madeRows, queryRows } from './api-clients.js'
import { databaseRows } from './databases.js'
import { hostedRows } from './hosted.js'
import { languageRows, nodeRows } from './language.js'
import type { Row } from './row.js'
import { serviceRows } from './services.js'
import { orderedRows } from './user-interface.js'

/** The first row that fits decides. */
export const rows: readonly Row[] = [...languageRows, ...nodeRows, ...databaseRows, ...hostedRows, ...queryRows, ...serviceRows, ...orderedRows]

export function rowFor({ package: packageName, type, member, maker }: Extract<Callee, { kind: 'declared' }>): Row | undefined {
  const row = packageName === undefined ? undefined : rowsOf(packageName).find(candidate => fits(candidate, type, member))
  return row ?? (maker && madeRows.find(candidate => isOf(candidate, maker.package) && candidate.members.test(maker.member)))
}

/** The row of the project's own that speaks of a callee: a library's function, or one whose code is there. */
export function ownRowFor({ settings }: SourceUnit, callee: Callee, name: string): Row | undefined {
  const ownRows = settings?.effects ?? []
  if (ownRows.length === 0 || callee.kind === 'unknown') return undefined
  const [packageName, type, member] = callee.kind === 'declared' ? [callee.package, callee.type, callee.member] : [packageOf(callee.path), undefined, name]
  return packageName === undefined ? undefined : ownRows.find(row => isOf(row, packageName) && fits(row, type, member))
}

function fits(row: Row, type: string | undefined, member: string): boolean {
  return row.members.test(member) && (row.types ? type !== undefined && row.types.test(type) : true)
}

function isOf({ packages }: Row, packageName: string): boolean {
  return packages.some(name => (name.endsWith('/*') ? packageName.startsWith(name.slice(0, -1)) : name === packageName))
}

const byPackage = new Map<string, readonly Row[]>()

function rowsOf(packageName: string): readonly Row[] {
  let found = byPackage.get(packageName)
  if (!found) byPackage.set(packageName, (found = rows.filter(row => isOf(row, packageName))))
  return found
}
