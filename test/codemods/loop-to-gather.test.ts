import { describe, expect, it } from 'vitest'
import { runCodemod } from '../../codemods/codemod.js'
import { loopToGather } from '../../codemods/loop-to-gather.js'
import { readings } from '../programs.js'
import { typeErrors } from '../type-check.js'

const head = "import { gather } from 'structured-async'\nasync function load(id: number) {\n  return (await fetch(`/u/${id}`)).status\n}\nasync function pages(id: number) {\n  return [await load(id)]\n}\nvoid gather\n"

function transform(code: string, target: 'structured-async' | 'native' = 'structured-async', limit?: number): { text: string; refused: string[] } {
  const run = (text: string): ReturnType<typeof runCodemod> => runCodemod(loopToGather, text, readings['TypeScript with types'], { target, likely: true, limit })
  const { text, refused } = run(head + code)
  expect(run(text).text).toBe(text)
  const [after, before] = typeErrors([text, head + code])
  expect(after).toEqual(before)
  return { text: text.replace(head, ''), refused: refused.map(({ reason }) => reason) }
}

const fn = (body: string, parameters = 'ids: number[]'): string => `export async function f(${parameters}) {\n${body.split('\n').map(line => (line ? `  ${line}` : line)).join('\n')}\n}\n`

describe('a round that is one call', () => {
  it('becomes a function, eight at a time, and the list the declaration of the results', () => {
    expect(transform(fn('const found: number[] = []\nfor (const id of ids) {\n  found.push(await load(id))\n}\nreturn found')).text).toBe(fn('const found: number[] = await gather(ids.map(id => () => load(id)), { limit: 8 })\nreturn found'))
    expect(transform(fn('const found: number[] = []\nfor (const id of ids) {\n  found.push(await load(id))\n}\nreturn found'), 'structured-async', 3).text).toContain('{ limit: 3 }')
  })

  it('takes no limit where the list is short, or where that is asked for', () => {
    expect(transform(fn('const found: number[] = []\nfor (const id of [1, 2]) found.push(await load(id))\nreturn found')).text).toBe(fn('const found: number[] = await gather([1, 2].map(id => load(id)))\nreturn found'))
    expect(transform(fn('const found: number[] = []\nfor (const id of [1, 2]) {\n  found.push(await load(id))\n}\nreturn found')).text).toBe(fn('const found: number[] = await gather([1, 2].map(id => load(id)))\nreturn found'))
    expect(transform(fn('const found: number[] = []\nfor (const id of [1, 2]) {\n  found.push(await load(id))\n}\nreturn found'), 'native').text).toBe(fn('const found: number[] = await Promise.all([1, 2].map(id => load(id)))\nreturn found'))
    expect(transform(fn('const found: number[] = []\nfor (const id of ids) {\n  found.push(await load(id))\n}\nreturn found'), 'native', Infinity).text).toBe(fn('const found: number[] = await Promise.all(ids.map(id => load(id)))\nreturn found'))
  })

  it('adds what it gave to a list that is used before', () => {
    expect(transform(fn('const found = [0]\nfor (const id of ids) {\n  found.push(await load(id))\n}\nreturn found')).text).toBe(fn('const found = [0]\nfound.push(...(await gather(ids.map(id => () => load(id)), { limit: 8 })))\nreturn found'))
    expect(transform(fn('const found = []\nfor (const id of ids) {\n  found.push(await load(id))\n}\nfound.push("done")\nreturn found')).text).toBe(fn('const found = []\nfound.push(...(await gather(ids.map(id => () => load(id)), { limit: 8 })))\nfound.push("done")\nreturn found'))
  })

  it('may give several', () => {
    expect(transform(fn('const found: number[] = []\nfor (const id of ids) {\n  found.push(...await pages(id))\n}\nreturn found')).text).toBe(fn('const found: number[] = (await gather(ids.map(id => () => pages(id)), { limit: 8 })).flat()\nreturn found'))
    expect(transform(fn('const found: number[] = []\nfor (const id of ids) {\n  found.push(id, await load(id))\n}\nreturn found')).text).toBe(fn('const found: number[] = (await gather(ids.map(id => async () => [id, await load(id)]), { limit: 8 })).flat()\nreturn found'))
  })
})

describe('a round of several statements', () => {
  it('becomes a function of its own, its comments kept', () => {
    expect(transform(fn('const found: string[] = []\n// Each of them.\nfor (const { id, name } of users) {\n  // The first.\n  const page = await load(id)\n  const again = await load(page)\n  found.push(`${name} ${again}`) // both\n}\nreturn found', 'users: { id: number; name: string }[]')).text).toBe(
      fn('// Each of them.\nconst found: string[] = await gather(\n  users.map(({ id, name }) => async (): Promise<string> => {\n    // The first.\n    const page = await load(id)\n    const again = await load(page)\n    return `${name} ${again}` // both\n  }),\n  { limit: 8 },\n)\nreturn found', 'users: { id: number; name: string }[]'),
    )
  })

  it('may give something that spans lines', () => {
    expect(transform(fn('const found: { id: number; page: number }[] = []\nfor (const id of ids) {\n  const page = await load(id)\n  found.push({\n    id,\n    page,\n  })\n}\nreturn found')).text).toBe(fn('const found: { id: number; page: number }[] = await gather(\n  ids.map(id => async (): Promise<{ id: number; page: number }> => {\n    const page = await load(id)\n    return {\n      id,\n      page,\n    }\n  }),\n  { limit: 8 },\n)\nreturn found'))
    expect(transform(fn('const found: number[] = []\nfor (const id of ids) {\n  found.push(\n    await load(\n      id,\n    ),\n  )\n}\nreturn found')).text).toBe(fn('const found: number[] = await gather(\n  ids.map(id => async () => {\n    return load(\n      id,\n    )\n  }),\n  { limit: 8 },\n)\nreturn found'))
  })

  it('stays as far in where no limit stands around it', () => {
    expect(transform(fn('const found: number[] = []\nfor (const id of ids) {\n  const page = await load(id);\n  found.push(page);\n}\nreturn found'), 'native', Infinity).text).toBe(fn('const found: number[] = await Promise.all(ids.map(async id => {\n  const page = await load(id);\n  return page;\n}))\nreturn found'))
  })

  it('says the type of a literal, which the list says', () => {
    expect(transform(fn("const found: { kind: 'a' | 'b'; n: number }[] = []\nfor (const id of ids) {\n  found.push({ kind: 'a', n: await load(id) })\n}\nreturn found")).text).toBe(fn("const found: { kind: 'a' | 'b'; n: number }[] = await gather(ids.map(id => async (): Promise<{ kind: 'a' | 'b'; n: number }> => ({ kind: 'a', n: await load(id) })), { limit: 8 })\nreturn found"))
  })
})

describe('refuses', () => {
  it.each([
    ['code behind the push', 'const found: number[] = []\nfor (const id of ids) {\n  const page = await load(id)\n  found.push(page)\n  console.log(page)\n}\nreturn found', /not the last thing/],
    ['results that are used after an error', 'const found: number[] = []\ntry {\n  for (const id of ids) {\n    found.push(await load(id))\n  }\n} catch {\n  return found\n}\nreturn found', /uses what the rounds before it have added/],
    ['a list that somebody else holds', 'const found: number[] = []\nconst report = { found }\nfor (const id of ids) {\n  found.push(await load(id))\n}\nreturn report', /whoever holds the list, uses what the rounds before it have added/],
    ['a handler that tells errors apart', 'try {\n  const found: number[] = []\n  for (const id of ids) {\n    found.push(await load(id))\n  }\n  return found\n} catch (error) {\n  if (error instanceof TypeError) return []\n  throw error\n}', /tells errors apart/],
    ['a variable that changes', 'let base = 0\nconst found: number[] = []\nfor (const id of ids) {\n  found.push(await load(id + base))\n}\nbase = 1\nreturn [found, base]', /gets another value/],
    ['a label', 'const found: number[] = []\nouter: for (const id of ids) {\n  found.push(await load(id))\n}\nreturn found', /no statement of a block/],
    ['a comment that would be lost', 'const found: number[] = []\nfor (const id of ids) {\n  found.push(/* the status */ await load(id))\n}\nreturn found', /comment/],
    ['a comment in the head', 'const found: number[] = []\nfor (const id of /* all */ ids) {\n  found.push(await load(id))\n}\nreturn found', /comment/],
    ['a comment between what is pushed', 'const found: number[] = []\nfor (const id of ids) {\n  found.push(id, /* its status */ await load(id))\n}\nreturn found', /comment/],
  ])('%s', (_name, body, reason) => {
    const { text, refused } = transform(fn(body))
    expect(text).toBe(fn(body))
    expect(refused).toEqual([expect.stringMatching(reason)])
  })

  it('lists of unknown length with Promise.all', () => {
    expect(transform(fn('const found: number[] = []\nfor (const id of ids) {\n  found.push(await load(id))\n}\nreturn found'), 'native').refused).toEqual(['Nobody knows how long the list is, and Promise.all() would start all rounds at once. Rewrite it with the runtime, which starts 8 at a time, or pass --limit none.'])
  })

  it('what is likely, unless asked', () => {
    const code = `${head}declare function find(id: number): Promise<number>\n${fn('const found: number[] = []\nfor (const id of ids) {\n  found.push(await find(id))\n}\nreturn found')}`
    const run = (likely: boolean): ReturnType<typeof runCodemod> => runCodemod(loopToGather, code, readings['TypeScript with types'], { target: 'structured-async', likely })
    expect(run(false)).toMatchObject({ text: code, refused: [{ reason: expect.stringMatching(/^That they only read is likely/) as unknown }] })
    expect(run(true).text).toContain('{ limit: 8 }')
  })
})
