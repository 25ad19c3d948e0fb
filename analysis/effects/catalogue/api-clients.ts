import type { AnyCall } from '../../types/oracle.js'
import type { SourceUnit } from '../../unit.js'
import { valueOf } from './arguments.js'
import { words, type Doing, type Row } from './row.js'

const network = 'over the network'
const changes = 'something over the network'
const graphql = ['@apollo/client', '@urql/core', 'urql', 'graphql-request', 'graphql-tag']
const tanstack = ['@tanstack/query-core', '@tanstack/react-query', '@tanstack/vue-query', '@tanstack/solid-query', '@tanstack/svelte-query', '@tanstack/angular-query-experimental']

/** Clients of APIs that tell queries, which only read, from mutations. */
export const queryRows: readonly Row[] = [
  { packages: ['@trpc/client'], members: words('query'), does: 'reads', what: network, isLikely: true, source: 'trpc.io/docs/rpc: a query is a GET, which clients batch and repeat' },
  { packages: ['@trpc/client'], members: words('mutate'), does: 'writes', changes, source: 'trpc.io/docs/rpc: a mutation is a POST' },
  { packages: ['@trpc/server'], members: words('createCaller createCallerFactory'), does: 'pure', source: 'trpc.io/docs/server/server-side-calls' },
  { packages: tanstack, members: words('fetchQuery prefetchQuery ensureQueryData fetchInfiniteQuery prefetchInfiniteQuery ensureInfiniteQueryData'), does: 'reads', what: 'what a query function gives', isLikely: true, source: 'tanstack.com/query/latest/docs/framework/react/guides/prefetching: query functions read, and queries are prefetched together' },
  { packages: ['@apollo/client', '@urql/core', 'urql'], members: words('query'), does: 'reads', what: network, isLikely: true, source: 'spec.graphql.org, 2.3: a query is a read-only fetch' },
  { packages: ['@apollo/client', '@urql/core', 'urql'], members: words('mutate mutation'), does: 'writes', changes, source: 'spec.graphql.org, 2.3: a mutation is a write followed by a fetch' },
  { packages: ['@urql/core', 'urql'], members: words('toPromise'), does: 'pure', source: 'urql.dev/goto/docs/api/core: what it is called on is judged itself' },
  { packages: ['graphql-request'], members: words('request rawRequest'), does: byOperation, what: network, changes, isLikely: true, source: 'spec.graphql.org, 2.3: what the document says' },
  { packages: graphql, members: words('gql parse'), does: 'pure', source: 'spec.graphql.org: a document is text' },
]

/** What was made by these functions and is called somewhere else. */
export const madeRows: readonly Row[] = [
  { packages: ['@trpc/server'], members: words('query'), does: 'reads', what: 'by a tRPC query', isLikely: true, source: 'trpc.io/docs/rpc: a query is a GET, which clients batch and repeat' },
  { packages: ['@trpc/server'], members: words('mutation'), does: 'writes', changes: 'something by a tRPC mutation', source: 'trpc.io/docs/rpc: a mutation is a POST' },
]

/** What the documents among the arguments say: `query`, `mutation`, or nothing that stands here. */
function byOperation(call: AnyCall, unit: SourceUnit): Doing {
  if (call.type === 'TaggedTemplateExpression') return 'may write'
  const texts = call.arguments.map(argument => (argument.type === 'SpreadElement' ? undefined : valueOf(argument, unit))).map(value => value && unit.text.slice(...value.range))
  if (texts.some(text => text !== undefined && /\bmutation\b/.test(text))) return 'writes'
  return texts.some(text => text !== undefined && /^(?:\w+)?\s*[`'"]\s*(?:query\b|\{)/.test(text)) ? 'reads' : 'may write'
}
