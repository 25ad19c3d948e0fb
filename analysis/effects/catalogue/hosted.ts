import { memberName, unwrap } from '../../walk.js'
import type { AnyCall } from '../../types/oracle.js'
import type { SourceUnit } from '../../unit.js'
import { valueOf } from './arguments.js'
import { database, words, type Doing, type Row } from './row.js'
import { bySql } from './sql.js'

const what = database
const neon = ['@neondatabase/serverless', '@vercel/postgres']
const clerk = ['@clerk/nextjs', '@clerk/backend']

/** Databases and sessions that are somebody's service. */
export const hostedRows: readonly Row[] = [
  { packages: neon, types: /^Vercel(?:Pool)?Client(?:Base)?$/, members: /./, does: 'orders', source: 'vercel.com/docs/storage/vercel-postgres/sdk: one connection' },
  { packages: neon, types: /^(?:NeonQueryFunction|VercelPool)$/, members: /^(?!(?:transaction|unsafe|connect|end)$)/, does: bySql, what, isLikely: true, source: 'neon.com/docs/serverless/serverless-driver: each query is a request of its own; version 0 is called with its text too' },
  { packages: neon, members: words('neon createPool createClient constructor'), does: 'pure', source: 'neon.com/docs/serverless/serverless-driver: nothing is connected yet' },
  { packages: neon, members: /./, does: (call, unit) => (call.type === 'TaggedTemplateExpression' ? bySql(call, unit) : 'may write'), what, isLikely: true, source: 'neon.com/docs/serverless/serverless-driver' },
  { packages: ['@cloudflare/workers-types'], types: words('D1PreparedStatement'), members: words('first all raw run'), does: onPrepared, what, isLikely: true, source: 'developers.cloudflare.com/d1/worker-api/prepared-statements' },
  { packages: ['@cloudflare/workers-types'], types: /^D1(?:PreparedStatement|Database|DatabaseSession)$/, members: words('bind prepare withSession'), does: 'pure', source: 'developers.cloudflare.com/d1/worker-api' },
  { packages: ['@cloudflare/workers-types'], types: /^D1/, members: /./, does: 'may write', what, source: 'developers.cloudflare.com/d1/worker-api: batches and raw text' },
  { packages: ['convex'], types: /^(?:BaseDatabaseReader|GenericDatabaseReader|BaseTableReader|GenericTableReader)/, members: words('get'), does: 'reads', what, source: 'docs.convex.dev/database/reading-data' },
  { packages: ['convex'], types: /^(?:OrderedQuery|Query|QueryInitializer)$/, members: words('collect first unique take paginate count'), does: 'reads', what, source: 'docs.convex.dev/database/reading-data' },
  { packages: ['convex'], types: /^(?:BaseDatabaseReader|GenericDatabaseReader|OrderedQuery|Query|QueryInitializer)/, members: words('query table system normalizeId fullTableScan withIndex withSearchIndex order filter'), does: 'pure', source: 'docs.convex.dev/database/reading-data: builders' },
  { packages: ['convex'], members: words('runQuery fetchQuery preloadQuery'), does: 'reads', what, isLikely: true, source: 'docs.convex.dev/functions/query-functions: queries only read' },
  { packages: clerk, members: words('auth clerkClient'), does: 'pure', source: 'clerk.com/docs/references/nextjs/auth: the request has it already' },
  { packages: clerk, members: words('currentUser'), does: 'reads', what: 'the user from Clerk', source: 'clerk.com/docs/references/nextjs/current-user' },
  { packages: ['next-auth'], members: words('auth'), does: 'reads', what: 'the session', isLikely: true, source: 'authjs.dev/reference/nextjs' },
]

/** `db.prepare('SELECT …').bind(id).first()` runs what was prepared. */
function onPrepared(call: AnyCall, unit: SourceUnit): Doing {
  let at = call.type === 'CallExpression' ? unwrap(call.callee) : undefined
  while (at?.type === 'MemberExpression') {
    const made = valueOf(at.object, unit)
    if (made?.type !== 'CallExpression') break
    at = unwrap(made.callee)
    if (at.type === 'MemberExpression' && memberName(at) === 'prepare') return bySql(made, unit)
  }
  return 'may write'
}
