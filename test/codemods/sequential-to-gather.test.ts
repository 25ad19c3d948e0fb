import { describe, expect, it } from 'vitest'
import { runCodemod } from '../../codemods/codemod.js'
import { sequentialToGather } from '../../codemods/sequential-to-gather.js'
import { readings } from '../programs.js'
import { typeErrors } from '../type-check.js'

const head = 'async function user(id = 1) {\n  return (await fetch(`/u/${id}`)).status\n}\nasync function posts(id = 1) {\n  return (await fetch(`/p/${id}`)).statusText\n}\n'

function transform(code: string, target: 'structured-async' | 'native' = 'native', likely = false): { text: string; refused: string[] } {
  const { text, refused } = runCodemod(sequentialToGather, head + code, readings['TypeScript with types'], { target, likely })
  const again = runCodemod(sequentialToGather, text, readings['TypeScript with types'], { target, likely })
  expect(again.text).toBe(text)
  const [after, before] = typeErrors([text, head + code])
  expect(after).toEqual(before)
  return { text: text.replace(head, ''), refused: refused.map(({ reason }) => reason) }
}

const fn = (body: string): string => `export async function f(id: number) {\n${body.split('\n').map(line => (line ? `  ${line}` : line)).join('\n')}\n}\n`

describe('declarations', () => {
  it('become one', () => {
    expect(transform(fn('const a = await user(id)\nconst b = await posts(id)\nreturn [a, b]')).text).toBe(fn('const [a, b] = await Promise.all([user(id), posts(id)])\nreturn [a, b]'))
    expect(transform(fn('const a = await user(id)\nconst b = await posts(id)\nreturn [a, b]'), 'structured-async').text).toBe(`import { gather } from 'structured-async'\n\n${fn('const [a, b] = await gather([user(id), posts(id)])\nreturn [a, b]')}`)
  })

  it('keep patterns, let, and types where all have one', () => {
    expect(transform(fn('let { length } = await posts(id)\nlet b = await user(id)\nlength++\nb++\nreturn [length, b]')).text).toBe(fn('let [{ length }, b] = await Promise.all([posts(id), user(id)])\nlength++\nb++\nreturn [length, b]'))
    expect(transform(fn('const a: number = await user(id)\nconst b: string = await posts(id)\nreturn [a, b]')).text).toBe(fn('const [a, b]: [number, string] = await Promise.all([user(id), posts(id)])\nreturn [a, b]'))
  })

  it('keep what only one of them has, under another name', () => {
    expect(transform(fn('let a: number | string = await user(id)\nconst b = await posts(id)\na = b\nreturn [a, b]')).text).toBe(fn('const [aResult, b] = await Promise.all([user(id), posts(id)])\nlet a: number | string = aResult\na = b\nreturn [a, b]'))
  })

  it('keep their comments', () => {
    expect(transform(fn('// The user.\nconst a = await user(id) // once\n// The posts,\n// of the user.\nconst b = await posts(id) // twice\nreturn [a, b]')).text).toBe(fn('// The user.\nconst [a, b] = await Promise.all([\n  user(id), // once\n  // The posts,\n  // of the user.\n  posts(id),\n]) // twice\nreturn [a, b]'))
  })

  it('keep the comments above those that move', () => {
    expect(transform(fn('// The user.\nconst a = await user(id)\nconst c = id + 1\n// The posts.\nconst b = await posts(c)\nreturn [a, b]')).text).toBe(fn('const c = id + 1\n// The posts.\nconst [a, b] = await Promise.all([\n  // The user.\n  user(id),\n  posts(c),\n])\nreturn [a, b]'))
    expect(transform(fn('const list: number[] = []\n// The user.\nlist[0] = await user(id)\n// The posts,\n// of the user.\nconst b = await posts(id)\nreturn [list, b]')).text).toBe(fn('const list: number[] = []\n// The user.\nconst [userResult, b] = await Promise.all([\n  user(id),\n  // The posts,\n  // of the user.\n  posts(id),\n])\nlist[0] = userResult\nreturn [list, b]'))
  })

  it('keep an indentation of four', () => {
    expect(transform('export async function f() {\n    const a = await user(\n        1,\n    )\n    const b = await posts()\n    return [a, b]\n}\n').text).toBe('export async function f() {\n    const [a, b] = await Promise.all([\n        user(\n            1,\n        ),\n        posts(),\n    ])\n    return [a, b]\n}\n')
  })

  it('keep CRLF, tabs and semicolons', () => {
    expect(transform('export async function f() {\r\n\tconst a = await user();\r\n\r\n\tconst b = await posts();\r\n\treturn [a, b];\r\n}\r\n').text).toBe('export async function f() {\r\n\tconst [a, b] = await Promise.all([user(), posts()]);\r\n\treturn [a, b];\r\n}\r\n')
  })

  it('break long lists into lines, and move what spans lines in with them', () => {
    expect(transform(fn('const a = await user(\n  id,\n)\nconst b = await posts(id)\nreturn [a, b]')).text).toBe(fn('const [a, b] = await Promise.all([\n  user(\n    id,\n  ),\n  posts(id),\n])\nreturn [a, b]'))
  })
})

describe('what stands between', () => {
  it('stays behind the first', () => {
    expect(transform(fn('const a = await user(id)\nconst c = a + 1\nconst b = await posts(id)\nreturn [b, c]')).text).toBe(fn('const [a, b] = await Promise.all([user(id), posts(id)])\nconst c = a + 1\nreturn [b, c]'))
  })

  it('stays in front of the last, which uses it', () => {
    expect(transform(fn('const a = await user(id)\nconst c = id + 1\nconst b = await posts(c)\nreturn [a, b]')).text).toBe(fn('const c = id + 1\nconst [a, b] = await Promise.all([user(id), posts(c)])\nreturn [a, b]'))
  })

  it('makes it refuse where it uses one and makes what another needs', () => {
    expect(transform(fn('const a = await user(id)\nconst d = a + 1\nconst c = id + 1\nconst b = await posts(c)\nreturn [b, d]'))).toEqual({
      text: fn('const a = await user(id)\nconst d = a + 1\nconst c = id + 1\nconst b = await posts(c)\nreturn [b, d]'),
      refused: ['The code between them uses the results of some and makes what others need. Move what the later ones need in front of the first.'],
    })
  })

  it('may be another stage', () => {
    expect(transform(fn('const a = await user(id)\nconst b = await posts(a)\nconst c = await user(id + 1)\nconst d = await posts(c)\nreturn [b, d]')).text).toBe(fn('const [a, c] = await Promise.all([user(id), user(id + 1)])\nconst [b, d] = await Promise.all([posts(a), posts(c)])\nreturn [b, d]'))
  })
})

describe('other positions', () => {
  it('lists', () => {
    expect(transform(fn('return [await user(id), await posts(id)]')).text).toBe(fn('return await Promise.all([user(id), posts(id)])'))
    expect(transform(fn('return await Promise.all([await user(id), await posts(id)])')).text).toBe(fn('return await Promise.all([user(id), posts(id)])'))
  })

  it('records', () => {
    expect(transform(fn('return { a: await user(id), b: await posts(id) }'), 'structured-async').text).toContain('return await gather({ a: user(id), b: posts(id) })')
    expect(transform(fn('return { a: await user(id), b: await posts(id), id }')).text).toBe(fn('const [a, b] = await Promise.all([user(id), posts(id)])\nreturn { a, b, id }'))
  })

  it('of a model are called after it where a method only says how many', () => {
    const model = 'const db = { user: { findFirst: user, count: user }, storyEntry: { findMany: posts } }\n'
    expect(transform(model + fn('return [[await db.user.findFirst(id)], [await db.storyEntry.findMany(id)], [await db.user.count(id)]]')).text).toContain('return [[user2], [storyEntries], [userCount]]')
  })

  it('arguments, templates, sums and assignments', () => {
    expect(transform(fn('return Math.max(await user(id), await user(2))')).text).toBe(fn('const [userResult, userResult2] = await Promise.all([user(id), user(2)])\nreturn Math.max(userResult, userResult2)'))
    expect(transform(fn('return `${await user(id)}, ${await posts(id)}`')).text).toBe(fn('const [userResult, postsResult] = await Promise.all([user(id), posts(id)])\nreturn `${userResult}, ${postsResult}`'))
    expect(transform('export class Page {\n  user = 0\n  posts = \'\'\n  async load() {\n    this.user = await user()\n    this.posts = await posts()\n  }\n}\n').text).toContain('    const [user2, posts2] = await Promise.all([user(), posts()])\n    this.user = user2\n    this.posts = posts2\n')
  })

  it('results that nobody takes', () => {
    expect(transform(fn('await user(id)\nconst b = await posts(id)\nreturn b')).text).toBe(fn('const [, b] = await Promise.all([user(id), posts(id)])\nreturn b'))
    expect(transform(fn('await user(id)\nawait posts(id)\nreturn id')).text).toBe(fn('await Promise.all([user(id), posts(id)])\nreturn id'))
  })
})

describe('what may throw before it gives a promise', () => {
  const other = 'function later(id: number) {\n  if (id < 0) throw new Error()\n  return fetch(`/l/${id}`)\n}\n'
  it('stands in a function of its own', () => {
    expect(transform(other + fn('const a = await user(id)\nconst b = await later(id)\nreturn [a, b]'), 'structured-async').text).toContain('const [a, b] = await gather([user(id), () => later(id)])')
    expect(transform(other + fn('const a = await user(id)\nconst b = await later(id)\nreturn [a, b]')).text).toContain('const [a, b] = await Promise.all([user(id), (async () => later(id))()])')
  })

  it('as its arguments may', () => {
    expect(transform(fn('const a = await user(id)\nconst b = await posts(JSON.parse("1"))\nreturn [a, b]'), 'structured-async').text).toContain('gather([user(id), () => posts(JSON.parse("1"))])')
  })

  it('or not: what the language computes from values that are there', () => {
    expect(transform(fn('const name = String(id)\nconst a = await user(id)\nconst b = await posts(Math.max(id, name.trim().length))\nreturn [a, b]')).text).toContain('Promise.all([user(id), posts(Math.max(id, name.trim().length))])')
  })

  it('is left where a function would see other types', () => {
    const { refused } = transform(`${other}export async function f(id?: number) {\n  id ??= 1\n  if (id === undefined) return\n  const a = await user(id)\n  const b = await later(id)\n  return [a, b]\n}\n`)
    expect(refused).toEqual(['A function around one of the calls would see other types. Put what it uses into a `const` first.'])
  })
})

describe('what random programs found', () => {
  it('a list that something is called on', () => {
    expect(transform(fn('return [await user(id), await posts(id)].join()')).text).toBe(fn('return (await Promise.all([user(id), posts(id)])).join()'))
  })

  it('two groups whose values would take one name', () => {
    expect(transform(fn('const a = `${await user(id)} ${await posts(id)}`\nconst b = `${await user(a.length)} ${await posts(a.length)}`\nreturn b')).text).toBe(
      fn('const [userResult, postsResult] = await Promise.all([user(id), posts(id)])\nconst a = `${userResult} ${postsResult}`\nconst [userResult2, postsResult2] = await Promise.all([user(a.length), posts(a.length)])\nconst b = `${userResult2} ${postsResult2}`\nreturn b'),
    )
  })

  it('a step that a write stands in front of, in its own statement', () => {
    const code = `let count = 0\n${fn('const a = await user(id)\nreturn [await (async () => { count += 1; return count })(), await posts(id), a]')}`
    expect(transform(code).text).toBe(code)
  })
})

it('leaves awaits whose errors are told apart', () => {
  expect(transform(fn('try {\n  const a = await user(id)\n  const b = await posts(id)\n  return [a, b]\n} catch (error) {\n  if (error instanceof TypeError) return 1\n  throw error\n}')).refused).toEqual([expect.stringMatching(/^The handler on line \d+ tells errors apart/) as string])
})

it('leaves out of a group what is only likely', () => {
  const code = `declare function loadThing(id: number): Promise<number>\n${fn('const a = await user(id)\nconst b = await loadThing(id)\nconst c = await posts(id)\nreturn [a, b, c]')}`
  expect(transform(code).text).toContain('  const [a, c] = await Promise.all([user(id), posts(id)])\n  const b = await loadThing(id)\n')
})

it('asks for --likely where a name decides', () => {
  const code = `declare function loadThing(id: number): Promise<number>\n${fn('const a = await user(id)\nconst b = await loadThing(id)\nreturn [a, b]')}`
  expect(transform(code)).toMatchObject({ refused: ['That they only read is likely, not proven: `loadThing` is judged by its name. Pass --likely to rewrite it too.'] })
  expect(transform(code, 'structured-async', true).text).toContain('const [a, b] = await gather([user(id), () => loadThing(id)])')
})
