import type { Callee } from '../../types/oracle.js'
import { databaseRows } from './databases.js'
import { languageRows, nodeRows } from './language.js'
import type { Row } from './row.js'
import { serviceRows } from './services.js'
import { orderedRows } from './user-interface.js'

/** The first row that fits decides. */
export const rows: readonly Row[] = [...languageRows, ...nodeRows, ...databaseRows, ...serviceRows, ...orderedRows]

export function rowFor({ package: packageName, type, member }: Extract<Callee, { kind: 'declared' }>): Row | undefined {
  if (packageName === undefined) return undefined
  return rowsOf(packageName).find(row => row.members.test(member) && (row.types ? type !== undefined && row.types.test(type) : true))
}

const byPackage = new Map<string, readonly Row[]>()

function rowsOf(packageName: string): readonly Row[] {
  let found = byPackage.get(packageName)
  if (!found) byPackage.set(packageName, (found = rows.filter(({ packages }) => packages.some(name => (name.endsWith('/*') ? packageName.startsWith(name.slice(0, -1)) : name === packageName)))))
  return found
}
