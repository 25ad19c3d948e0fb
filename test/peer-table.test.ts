import { expect, it } from 'vitest'
import { peerRows, rowsInReadme } from '../bench/peers.mjs'

it('the table in README says what this and typescript-eslint find', async () => {
  const rows = await peerRows({ all: false })
  expect(rows.length).toBeGreaterThan(25)
  expect(rowsInReadme().map(row => `${row.split(' | ').slice(0, 3).join(' | ')} |`)).toEqual(rows)
}, 120_000)
