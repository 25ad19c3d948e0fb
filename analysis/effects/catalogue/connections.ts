import { inPackage, type Specifier } from '../../types/oracle.js'
import type { ConnectionKind } from '../effect.js'
import { words } from './row.js'

/** A type of which one value is one connection: what runs over it runs in order. */
export interface ConnectionRow extends ConnectionKind {
  readonly types: readonly Specifier[]
  /** A member that only pools have, where their type extends the connection's. */
  readonly ofPools?: string
  /** The members that count; without, every one that the catalogue knows to reach the database. */
  readonly members?: RegExp
}

const oneAtATime = 'One connection runs one query at a time, so nothing is gained, and when one fails the others are still sent.'

export const connectionRows: readonly ConnectionRow[] = [
  { what: 'a pg client', types: [inPackage('pg', 'Client', 'ClientBase', 'PoolClient')], harm: 'errors', happens: 'pg 9 refuses a query while another one runs on the client; pg 8 queues it, so nothing is gained.', source: 'node-postgres 8.19: "Calling client.query() when the client is already executing a query is deprecated and will be removed in pg@9.0"' },
  { what: 'a mysql2 connection', types: [inPackage('mysql2', 'Connection', 'PoolConnection')], ofPools: 'getConnection', harm: 'serial', happens: oneAtATime, source: 'sidorares.github.io/node-mysql2: commands are queued' },
  { what: 'a TypeORM query runner', types: [inPackage('typeorm', 'QueryRunner')], harm: 'serial', happens: oneAtATime, source: 'typeorm#1014, typeorm PR 12105' },
  { what: 'a Knex transaction', types: [inPackage('knex', 'Transaction')], harm: 'wrong', happens: 'When one fails, the transaction is rolled back while the others still run, and these then run outside of it.', source: 'knex#785' },
  { what: 'a Kysely transaction', types: [inPackage('kysely', 'Transaction', 'ControlledTransaction')], harm: 'serial', happens: oneAtATime, source: 'kysely#1604' },
  { what: 'a Drizzle transaction', types: [inPackage('drizzle-orm', 'PgTransaction', 'MySqlTransaction', 'SQLiteTransaction')], harm: 'serial', happens: oneAtATime, source: 'orm.drizzle.team/docs/transactions: one connection' },
  { what: 'a Sequelize transaction', types: [inPackage('sequelize', 'Transaction')], harm: 'serial', happens: oneAtATime, source: 'sequelize.org/docs, transactions: one connection' },
  { what: 'a MongoDB session', types: [inPackage('mongodb', 'ClientSession')], harm: 'wrong', happens: 'In a transaction the driver calls that undefined behaviour: operations may be lost or fail.', source: 'mongodb/node-mongodb-native, ClientSession.withTransaction: "Running operations in parallel is not supported during a transaction"' },
  { what: 'a Firestore transaction', types: [inPackage('@google-cloud/firestore', 'Transaction'), inPackage('@firebase/firestore', 'Transaction')], harm: 'errors', happens: 'A transaction refuses reads behind its first write, so which comes first decides.', source: 'firebase.google.com/docs/firestore/manage-data/transactions' },
  { what: 'a reserved postgres.js connection', types: [inPackage('postgres', 'TransactionSql', 'ReservedSql')], harm: 'serial', happens: oneAtATime, source: 'github.com/porsager/postgres, transactions' },
  { what: 'a page', types: [inPackage('playwright-core', 'Page', 'Frame'), inPackage('@playwright/test', 'Page', 'Frame'), inPackage('playwright', 'Page', 'Frame'), inPackage('puppeteer-core', 'Page', 'Frame'), inPackage('puppeteer', 'Page', 'Frame')], members: words('check click dblclick dragTo fill focus goBack goForward goto hover press pressSequentially reload selectOption setInputFiles tap type uncheck'), harm: 'wrong', happens: 'One page takes one action at a time: they get in each other’s way, and some have no effect.', source: 'microsoft/playwright#22339' },
]

/** Prisma's client in a transaction has no type of its own: it is the client without `$connect`. */
export const prismaTransaction: ConnectionKind = { what: 'a Prisma transaction', harm: 'serial', happens: 'Prisma runs them one after the other, so nothing is gained, and when one fails the others are rejected too.', source: 'prisma.io/docs, interactive transactions; prisma#26863' }

/** What only its name calls a transaction. */
export const namedTransaction: ConnectionKind = { what: 'named like a transaction', harm: 'serial', happens: oneAtATime, source: 'a convention' }

/** Two writes to one file at once: "It is unsafe to use fsPromises.writeFile() multiple times on the same file without waiting for the promise to be settled". */
export const fileWrites: ConnectionKind = { what: 'a file', harm: 'wrong', happens: 'What the file holds in the end is left to chance, and may be parts of both.', source: 'nodejs.org/api/fs.html, fsPromises.writeFile' }

/** The same of an append. A function that appends, such as one that logs, is left to itself: its lines come in some order. */
export const fileAppends: ConnectionKind = { ...fileWrites }
