import { words } from './row.js'

/** A function that makes another one give the same promise to all who call it. */
export interface MemoRow {
  readonly packages: readonly string[]
  readonly members: RegExp
  readonly source: string
}

export const memoRows: readonly MemoRow[] = [
  { packages: ['react'], members: words('cache'), source: 'react.dev/reference/react/cache: within one request of the server' },
  { packages: ['lodash', 'lodash-es', 'underscore', 'ramda', 'remeda'], members: words('once memoize'), source: 'lodash.com/docs#once, lodash.com/docs#memoize' },
  { packages: ['p-memoize', 'mem', 'memoize', 'memoizee', 'onetime', 'p-once'], members: /./, source: 'github.com/sindresorhus/p-memoize, github.com/sindresorhus/onetime, github.com/medikoo/memoizee' },
]
