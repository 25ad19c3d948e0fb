import { inPackage, type Specifier } from '../types/oracle.js'

/** What is known of a library's queries: values that have not started until somebody waits for them, or tells them to run. */
export interface LazyLibrary {
  readonly library: string
  /** The types of its queries, or what they extend. */
  readonly types: readonly Specifier[]
  /** What makes a query run: an `await`, or a method only. */
  readonly runsBy: 'await' | 'execute'
  /** Methods whose call has started the query, whatever its type says. */
  readonly started?: readonly string[]
  /** Members that give a query of its own, though they are read from another or from what looks like one. */
  readonly fresh?: readonly string[]
  /** Whether each step gives another query and leaves the one before as it was. */
  readonly isImmutable?: boolean
  /** What a second `await` of the same query does: runs it again, throws, or gives the same result. */
  readonly again: 'runs' | 'throws' | 'same'
}

/**
 * - Prisma: "PrismaPromise … will not execute until you call `await`, `.then()` or `.catch()`" (prisma.io/docs, transactions); its
 *   client keeps the promise that the first `then` makes (`createPrismaPromise`).
 * - Knex: a builder runs at each `then` (knexjs.org/guide/interfaces, "promises"; knex#6252).
 *   `trx.commit()` and `trx.rollback()` send at once (knex, lib/execution/transaction.js).
 * - Mongoose: "Mongoose queries are not promises"; running one twice throws `MongooseError: Query was already executed`
 *   (mongoosejs.com/docs/queries.html); an aggregate runs again (mongoose, lib/aggregate.js).
 * - Drizzle: `QueryPromise.then` calls `execute()` (drizzle-orm, query-promise.js).
 * - postgres.js: "queries are lazily executed … when awaited, or when `.execute()` is called"; handled once (its readme).
 * - Supabase: `PostgrestBuilder.then` sends the request (postgrest-js, PostgrestBuilder.ts).
 * - Kysely: builders run by `execute` and the like alone (kysely.dev/docs/execution).
 */
export const lazyLibraries: readonly LazyLibrary[] = [
  { library: 'Prisma', types: [inPackage('@prisma/client', 'PrismaPromise'), inPackage('.prisma/client', 'PrismaPromise')], runsBy: 'await', again: 'same' },
  { library: 'Knex', types: [inPackage('knex', 'ChainableInterface')], runsBy: 'await', started: ['commit', 'rollback'], fresh: ['clone', 'schema'], again: 'runs' },
  { library: 'Mongoose', types: [inPackage('mongoose', 'Query')], runsBy: 'await', fresh: ['clone'], again: 'throws' },
  { library: 'Mongoose', types: [inPackage('mongoose', 'Aggregate')], runsBy: 'await', again: 'runs' },
  { library: 'Drizzle', types: [inPackage('drizzle-orm', 'QueryPromise', 'PgCountBuilder', 'MySqlCountBuilder', 'SQLiteCountBuilder')], runsBy: 'await', again: 'runs' },
  { library: 'postgres.js', types: [inPackage('postgres', 'PendingQuery', 'PendingValuesQuery', 'PendingRawQuery', 'PendingDescribeQuery')], runsBy: 'await', started: ['execute'], again: 'same' },
  { library: 'Supabase', types: [inPackage('@supabase/postgrest-js', 'PostgrestBuilder')], runsBy: 'await', again: 'runs' },
  { library: 'Kysely', types: [inPackage('kysely', 'SelectQueryBuilder', 'InsertQueryBuilder', 'UpdateQueryBuilder', 'DeleteQueryBuilder', 'WheneableMergeQueryBuilder', 'CreateTableBuilder', 'CreateIndexBuilder', 'CreateViewBuilder', 'CreateSchemaBuilder', 'DropTableBuilder', 'DropIndexBuilder', 'DropViewBuilder', 'DropSchemaBuilder')], runsBy: 'execute', isImmutable: true, again: 'runs' },
]
