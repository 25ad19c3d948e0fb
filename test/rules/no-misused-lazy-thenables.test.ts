import { describe, expect, it } from 'vitest'
import { applySuggestion, lint, linters, type LintOptions } from '../lint.js'
import { typeErrors } from '../type-check.js'

const rule = 'no-misused-lazy-thenables'
const knex = "import knex from 'knex'\nconst db = knex({ client: 'pg' })\n"
const mongoose = "import { model, Schema } from 'mongoose'\nconst User = model('User', new Schema({ name: String }))\n"
const kysely = "import type { Kysely } from 'kysely'\ndeclare const db: Kysely<{ users: { id: number } }>\n"
const prisma = "import type { PrismaPromise } from '@prisma/client/runtime/client'\ndeclare const prisma: { user: { create(): PrismaPromise<number>; find(): PrismaPromise<number> } }\n"

const inMain = (code: string): string => `export async function main(ids: number[]) {\n  ${code}\n}\n`
const messages = (code: string, options: LintOptions = {}): string[] => lint(code, { rule, ...options }).map(({ message }) => message)

/** The code after each suggestion of the first report. */
function suggestions(code: string): string[] {
  return (lint(code, { rule })[0]?.suggestions ?? []).map(suggestion => applySuggestion(code, suggestion))
}

describe('messages say when the query runs', () => {
  it.each([
    [knex, "db('users').insert({ id: 1 })", 'This Knex query never runs: it starts when it is awaited, and nobody awaits it. Await it, or take it out.'],
    [kysely, "db.insertInto('users').values({ id: 1 })", 'This Kysely query never runs: it starts when `execute()` is called, and nobody calls it. Await `execute()`, or take the query out.'],
    [knex, "const users = db('users').select()\n  await users\n  await users", 'The Knex query in `users` runs each time it is awaited: it has run on line 5 already, and runs again here. Keep the result of the first await, or make a query of its own.'],
    [knex, "const users = db('users').select()\n  for (const id of ids) console.log(id, await users)", 'The Knex query in `users` runs each time it is awaited: the loop on line 5 runs it in every round. Await it once before the loop, or make the query in the loop.'],
    [mongoose, 'const users = User.find()\n  await users\n  await users', 'The Mongoose query in `users` runs only once: it has run on line 5 already, and awaiting it again throws. Keep the result of the first await, or clone the query before.'],
    [prisma, 'const a = prisma.user.find()\n  const b = prisma.user.find()\n  await a\n  await b', 'The Prisma query in `b` is not started here: it starts when it is awaited on line 7, after `a` is done, so the two do not run at the same time. Await both together, with `await gather([…])` or `await Promise.all([…])`.'],
  ])('%s%s', (head, code, message) => expect(messages(head + inMain(code))).toEqual([message]))
})

describe('suggestions', () => {
  it('run it', () => {
    expect(suggestions(knex + inMain("db('users').insert({ id: 1 })"))).toEqual([knex + inMain("await db('users').insert({ id: 1 })")])
    expect(suggestions(knex + inMain("void db('users').insert({ id: 1 })"))).toEqual([knex + inMain("await db('users').insert({ id: 1 })")])
    expect(suggestions(kysely + inMain("db.insertInto('users').values({ id: 1 })"))).toEqual([kysely + inMain("await db.insertInto('users').values({ id: 1 }).execute()")])
    expect(suggestions(knex + inMain("const inserted = db('users').insert({ id: 1 })"))).toEqual([knex + inMain("const inserted = await db('users').insert({ id: 1 })")])
    expect(suggestions(`${knex}export function main() {\n  db('users').insert({ id: 1 })\n}\n`)).toEqual([])
  })

  it('wait for both together', () => {
    const [after] = suggestions(prisma + inMain('const a = prisma.user.find()\n  const b = prisma.user.find()\n  const x = await a\n  const y = await b\n  return [x, y]'))
    expect(after).toContain(inMain('const a = prisma.user.find()\n  const b = prisma.user.find()\n  const [x, y] = await gather([a, b])\n  return [x, y]'))
    expect(typeErrors([after ?? ''])).toEqual([[]])
    expect(messages(after ?? '')).toEqual([])
  })

  it('nothing where a step is still to come, or the type is written down', () => {
    expect(suggestions(knex + inMain("const update = db('users').update({ active: false })\n  update.where('id', 1)"))).toEqual([])
    expect(suggestions(`${knex}import type { Knex } from 'knex'\n${inMain("const remove: Knex.QueryBuilder = db('users').del()")}`)).toEqual([])
  })

  it('nothing for what runs again: which result is wanted, nobody can tell', () => {
    expect(suggestions(knex + inMain("const users = db('users').select()\n  await users\n  await users"))).toEqual([])
  })
})

describe('one bug, one report', () => {
  const code = prisma + inMain('prisma.user.create()\n  const a = prisma.user.find()\n  const b = prisma.user.find()\n  await a\n  await b')
  it.each(['no-floating-promises', 'no-late-await'])('%s leaves queries that have not started to this rule', other => {
    expect(messages(code)).toHaveLength(2)
    expect(messages(code, { rule: other })).toEqual([])
  })
})

describe('hosts', () => {
  const code = knex + inMain("db('users').insert({ id: 1 })")
  for (const [name, linter] of Object.entries(linters)) {
    it(`${name}: with types, and without them silence`, () => {
      expect(messages(code, { linter })).toHaveLength(1)
      expect(messages(code, { linter, mode: 'untyped' })).toEqual([])
    })
  }

  it('takes an unknown option for a mistake', () => {
    expect(() => messages(code, { options: { types: [] } })).toThrow(/types/)
  })
})
