import { expect, it } from 'vitest'
import { applySuggestion, lint } from '../lint.js'

const rule = 'no-concurrent-connection-use'
const head = "import type { Knex } from 'knex'\nexport async function f(trx: Knex.Transaction, rows: object[]) {\n"

it('says what happens, for a pair and for a list', () => {
  const [pair, each] = lint(`${head}  await Promise.all([trx('a').insert({}), trx('b').insert({})])\n  await Promise.all(rows.map(row => trx('a').insert(row)))\n}\n`, { rule })
  expect(pair?.message).toBe('Line 3 and this use a Knex transaction (`trx`) at the same time. When one fails, the transaction is rolled back while the others still run, and these then run outside of it. Await one after the other.')
  expect(each?.message).toBe('Each of these uses a Knex transaction (`trx`) at the same time as the others. When one fails, the transaction is rolled back while the others still run, and these then run outside of it. Await one after the other, in a `for` loop.')
})

it('offers to await one after the other, and nothing where that is no edit', () => {
  const code = `${head}  const [a, b] = await Promise.all([trx('a').insert({}), trx('b').insert({})])\n  return [a, b]\n}\n`
  const [message] = lint(code, { rule })
  expect(applySuggestion(code, (message?.suggestions ?? [])[0] as never)).toContain("  const [a, b] = [await trx('a').insert({}), await trx('b').insert({})]\n")
  const [list] = lint(`${head}  await Promise.all(rows.map(row => trx('a').insert(row)))\n}\n`, { rule })
  expect(list?.suggestions ?? []).toEqual([])
})

it('makes statements of a statement', () => {
  const fixed = (body: string): string | undefined => {
    const code = `${head}  ${body}\n  return rows\n}\n`
    const [suggestion] = lint(code, { rule })[0]?.suggestions ?? []
    return suggestion && applySuggestion(code, suggestion as never).slice(head.length)
  }
  expect(fixed("rows.pop()\n  await Promise.all([\n    trx('a').insert({}),\n    rows[0] ? trx('b').insert({}) : null,\n  ])")).toBe("  rows.pop()\n  await trx('a').insert({})\n  await (rows[0] ? trx('b').insert({}) : null)\n  return rows\n}\n")
  expect(fixed("await Promise.all([trx('a').insert({}), /* also */ trx('b').insert({})])")).toBe(undefined)
})
