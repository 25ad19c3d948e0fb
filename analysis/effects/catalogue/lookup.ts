import type { Callee } from '../../types/oracle.js'
import type { Specifier } from '../../types/oracle.js'
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

/** Types of which one value is one connection: what runs over it runs in order. */
export const connectionTypes: readonly Specifier[] = [
  // pg 8.19 deprecates a query while another one runs, pg 9 refuses it.
  inPackage('pg', 'Client', 'ClientBase', 'PoolClient'),
  inPackage('mysql2', 'Connection', 'PoolConnection'),
  inPackage('typeorm', 'QueryRunner'),
  // knex#785: statements that run after a rollback run outside the transaction.
  inPackage('knex', 'Transaction'),
  inPackage('kysely', 'Transaction', 'ControlledTransaction'),
  inPackage('drizzle-orm', 'PgTransaction', 'MySqlTransaction', 'SQLiteTransaction'),
  inPackage('sequelize', 'Transaction'),
  // "Running operations in parallel is not supported during a transaction" (the driver's own documentation).
  inPackage('mongodb', 'ClientSession'),
  inPackage('@google-cloud/firestore', 'Transaction'),
  inPackage('@firebase/firestore', 'Transaction'),
  inPackage('postgres', 'TransactionSql', 'ReservedSql'),
]

function inPackage(name: string, ...types: string[]): Specifier {
  return { from: 'package', name: types, package: name }
}
