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

it('checkTests', () => {
  const code = `import 'vitest'\n${reads}const b = await user()\nconst c = await posts()\nexport { b, c }\n`
  expect(lint(code, { rule })).toHaveLength(0)
  expect(lint(code, { rule, options: { checkTests: true } })).toHaveLength(1)
})
