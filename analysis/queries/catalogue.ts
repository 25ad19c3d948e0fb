import type { Specifier } from '../types/oracle.js'

/** What is known of a library's queries: values that have not started until somebody waits for them, or tells them to run. */
export interface LazyLibrary {
  readonly library: string
  /** The types of its queries, or what they extend. */
  readonly types: readonly Specifier[]
  /** What makes a query run: an `await`, or a method only. */
  readonly runsBy: 'await' | readonly string[]
  /** What a second `await` of the same query does: runs it again, throws, or gives the same result. */
  readonly again: 'runs' | 'throws' | 'same'
}

/**
 * - Prisma: "PrismaPromise … will not execute until you call `await`, `.then()` or `.catch()`" (prisma.io/docs, transactions); its
 *   client keeps the promise that the first `then` makes (`createPrismaPromise`).
 * - Knex: a builder runs at each `then` (knexjs.org/guide/interfaces, "promises"; knex#6252).
 * - Mongoose: "Mongoose queries are not promises"; running one twice throws `MongooseError: Query was already executed`
 *   (mongoosejs.com/docs/queries.html).
 * - Drizzle: `QueryPromise.then` calls `execute()` (drizzle-orm, query-promise.js).
 * - postgres.js: "queries are lazily executed … when awaited, or when `.execute()` is called"; handled once (its readme).
 * - Supabase: `PostgrestBuilder.then` sends the request (postgrest-js, PostgrestBuilder.ts).
 * - Kysely: builders run by `execute` and the like alone (kysely.dev/docs/execution).
 */
export const lazyLibraries: readonly LazyLibrary[] = [
  { library: 'Prisma', types: [inPackage('@prisma/client', 'PrismaPromise'), inPackage('.prisma/client', 'PrismaPromise')], runsBy: 'await', again: 'same' },
  { library: 'Knex', types: [inPackage('knex', 'ChainableInterface')], runsBy: 'await', again: 'runs' },
  { library: 'Mongoose', types: [inPackage('mongoose', 'Query', 'Aggregate')], runsBy: 'await', again: 'throws' },
  { library: 'Drizzle', types: [inPackage('drizzle-orm', 'QueryPromise')], runsBy: 'await', again: 'runs' },
  { library: 'postgres.js', types: [inPackage('postgres', 'PendingQuery', 'PendingValuesQuery', 'PendingRawQuery', 'PendingDescribeQuery')], runsBy: 'await', again: 'same' },
  { library: 'Supabase', types: [inPackage('@supabase/postgrest-js', 'PostgrestBuilder')], runsBy: 'await', again: 'runs' },
  { library: 'Kysely', types: [inPackage('kysely', 'SelectQueryBuilder', 'InsertQueryBuilder', 'UpdateQueryBuilder', 'DeleteQueryBuilder', 'MergeQueryBuilder', 'RawBuilder')], runsBy: ['execute', 'executeTakeFirst', 'executeTakeFirstOrThrow', 'stream', 'compile', 'explain'], again: 'runs' },
]

function inPackage(name: string, ...types: string[]): Specifier {
  return { from: 'package', name: types, package: name }
}
