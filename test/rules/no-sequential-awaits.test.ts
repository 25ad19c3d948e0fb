import { describe, expect, it } from 'vitest'
import { applySuggestion, lint } from '../lint.js'

const reads = 'async function user(id = 1) {\n  return (await fetch(`/u/${id}`)).status\n}\nasync function posts(id = 1) {\n  return (await fetch(`/p/${id}`)).statusText\n}\n'
const rule = 'no-sequential-awaits'

describe('says', () => {
  it('what is gained and why it is safe', () => {
    const [message] = lint(`${reads}export const a = 1\nconst b = await user()\nconst c = await posts()\nexport { b, c }\n`, { rule })
    expect(message?.message).toBe('Nothing keeps `posts` from starting together with `user` (line 8): both only read, and neither uses the other’s result (`fetch` reads over the network). One after the other they take as long as both, together as long as the slower one. Wait for them with `await gather([…])` or `await Promise.all([…])`.')
  })

  it('when only a name or a type tells', () => {
    const [message] = lint('declare function loadUser(): Promise<number>\ndeclare function loadPosts(): Promise<number>\nconst b = await loadUser()\nconst c = await loadPosts()\nexport { b, c }\n', { rule })
    expect(message?.message).toMatch(/^As far as types and names tell, nothing keeps `loadPosts` from starting together with `loadUser` \(line 3\): both only read/)
    expect(message?.message).toContain('`loadPosts` is judged by its name')
  })
})

describe('offers', () => {
  it('to start them together, as the codemod does', () => {
    const code = `${reads}const b = await user()\nconst c = await posts()\nexport { b, c }\n`
    const [message] = lint(code, { rule })
    expect(message?.suggestions?.map(({ messageId }) => messageId)).toEqual(['gather'])
    expect(applySuggestion(code, (message?.suggestions ?? [])[0] as never)).toBe(`import { gather } from 'structured-async'\n\n${reads}const [b, c] = await gather([user(), posts()])\nexport { b, c }\n`)
  })
})

describe('offers for a loop', () => {
  const loop = (list: string): string => `async function user(id: number) {\n  return (await fetch(\`/u/\${id}\`)).status\n}\nexport async function f(ids: number[]) {\n  const found: number[] = []\n  for (const id of ${list}) found.push(await user(id))\n  return found\n}\n`

  it('to start its rounds together, as the codemod does', () => {
    const [message] = lint(loop('ids'), { rule })
    expect(message?.message).toMatch(/^Each round of this loop waits for the one before, though `user` only reads something for its own element \(`fetch` reads over the network\)\./)
    expect(message?.suggestions?.map(({ messageId }) => messageId)).toEqual(['gatherRounds'])
    expect(applySuggestion(loop('ids'), (message?.suggestions ?? [])[0] as never)).toContain('  const found: number[] = await gather(ids.map(id => () => user(id)), { limit: 8 })\n')
  })

  it('nothing where results are seen half full', () => {
    const code = loop('ids').replace('  for', '  try {\n  for').replace('  return found\n}\n', '  } finally {\n    console.log(found)\n  }\n  return found\n}\n')
    expect(lint(code, { rule })[0]?.suggestions ?? []).toEqual([])
  })
})

describe('settings', () => {
  const code = "import { writeFile } from 'node:fs/promises'\nimport { parse } from 'acme'\nconst a = await writeFile('a', 'b')\nconst b = await writeFile('c', 'd')\nconst c = await parse()\nconst d = await parse()\nexport { a, b, c, d }\n"
  const found = (effects: unknown): (readonly [number, string])[] => lint(code, { rule, mode: 'espree', settings: { 'structured-async': { effects } } }).map(({ line, message }) => [line, message] as const)
  const lines = (effects: unknown): number[] => found(effects).map(([line]) => line)

  it('say what a library does, and are asked before the catalogue', () => {
    expect(lines([])).toEqual([])
    expect(found([{ package: 'acme', member: 'p*', does: 'reads', what: 'the ledger' }])).toEqual([[6, expect.stringMatching(/^Nothing keeps `parse` from starting.*\(`parse` reads the ledger\)/)]])
    expect(lines([{ package: 'acme', member: ['x', 'parse'], does: 'writes' }])).toEqual([])
    expect(lines([{ package: 'node:*', member: 'writeFile', does: 'reads' }])).toEqual([])
    expect(lines([{ package: 'node:fs/promises', member: 'writeFile', does: 'reads' }])).toEqual([4])
    expect(lines([{ package: 'acme', type: 'Client', member: 'parse', does: 'reads' }])).toEqual([])
  })

  it('are asked before a body', () => {
    const own = `${reads}const b = await user()\nconst c = await posts()\nexport { b, c }\n`
    const settings = { 'structured-async': { effects: [{ package: 'eslint-plugin-structured-async', member: 'user', does: 'writes' }] } }
    expect([lint(own, { rule }).length, lint(own, { rule, settings }).length]).toEqual([1, 0])
  })

  it.each([
    [7, /^settings\['structured-async'\]\.effects is no list\.$/],
    [[7], /\.effects\[0\] is no object such as/],
    [[{ package: 'acme', member: 'parse', does: 'read' }], /\.effects\[0\]\.does is 'read'\. It is one of pure, reads, writes, orders\.$/],
    [[{ package: 'acme', member: 'parse' }], /\.does is no text\. It is one of/],
    [[{ package: 'acme', members: 'parse', does: 'reads' }], /\.effects\[0\] has no 'members'\. It has package, type, member, does, what\.$/],
    [[{ package: 'acme', member: [], does: 'reads' }], /\.member is neither a name nor a list of names\.$/],
  ])('%j is told in the first line', (effects, message) => {
    expect(found(effects)).toEqual([[1, expect.stringMatching(message)]])
  })
})

it('checkTests', () => {
  const code = `import 'vitest'\n${reads}const b = await user()\nconst c = await posts()\nexport { b, c }\n`
  expect(lint(code, { rule })).toHaveLength(0)
  expect(lint(code, { rule, options: { checkTests: true } })).toHaveLength(1)
})
