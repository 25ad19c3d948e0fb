import { describe, expect, it } from 'vitest'
import { lint } from '../lint.js'
import { ending, head, imported, suggestions } from '../suggestions.js'
import { typeErrors } from '../type-check.js'

const message = (code: string): string => lint(head + code + ending)[0]?.message ?? ''
const inMain = (code: string): string => `export async function main() {\n  ${code}\n}`

describe('messages name the container, and the path', () => {
  it.each([
    [inMain('const pending = []\n  for (const id of ids) pending.push(f(id))'), 'Nothing ever takes the promise (its type is `Promise<void>`) out of `pending`: nobody waits for it, and a rejection would have no handler, which by default ends a Node process and goes unseen in a browser. Join what is in it with `await gather(…)` or `await Promise.all(…)`.'],
    [inMain('const pending = [f(), f(1)]\n  if (ids.length === 0) return\n  await Promise.all(pending)'), 'Nothing takes the promise (its type is `Promise<void>`) out of `pending` when the condition on line 5 is true and the function returns on line 5: on that way a rejection would have no handler, which by default ends a Node process and goes unseen in a browser. Join what is in it before, with `await gather(…)` or `await Promise.all(…)`.'],
    ['async function* g() { yield 1 }\ng()', 'This async generator is called, and nothing iterates what it gives: none of its code runs. Iterate it with `for await`, or take the call out.'],
    ['export class C { #started = f() }', 'Nothing in its class ever reads `this.#started`, which holds the promise (its type is `Promise<void>`): nobody waits for it, and a rejection would have no handler, which by default ends a Node process and goes unseen in a browser. Await it where it is needed, or give it to background().'],
  ])('%s', (code, expected) => expect(message(code)).toBe(expected))
})

describe('suggestions', () => {
  it('wait for all behind the last one', () => {
    expect(suggestions(inMain('const pending = []\n  for (const id of ids) pending.push(f(id)) // all\n  return 1'))).toEqual([['joinBehind', imported('gather', inMain('const pending = []\n  for (const id of ids) pending.push(f(id)) // all\n  await gather(pending)\n  return 1'))]])
    expect(suggestions(inMain('const pending = new Map()\n  pending.set(1, f(1))\n  pending.set(2, f(2))'))).toEqual([['joinBehind', imported('gather', inMain('const pending = new Map()\n  pending.set(1, f(1))\n  pending.set(2, f(2))\n  await gather(pending.values())'))]])
    expect(suggestions('[1].pop()\nconst both = [f(), f(1)]')).toEqual([['joinBehind', `${imported('gather', '[1].pop()\nconst both = [f(), f(1)]')}\nawait gather(both)`]])
    expect(suggestions('async function g() { await 1 }\nexport async function main() {\n  const both = [g(), g()]\n}', { mode: 'untyped', file: 'file.ts' })).toEqual([['joinBehind', 'async function g() { await 1 }\nexport async function main() {\n  const both = [g(), g()]\n  await Promise.all(both)\n}']])
  })

  it('before the statement that leaves', () => {
    expect(suggestions(inMain('const pending = []\n  for (const id of ids) pending.push(f(id))\n  return pending.length'))).toEqual([['joinBehind', imported('gather', inMain('const pending = []\n  for (const id of ids) pending.push(f(id))\n  await gather(pending)\n  return pending.length'))]])
  })

  it('nothing where nobody can wait, something waits in between, the promises have names, or only one path forgets them', () => {
    expect(suggestions('export function main() {\n  const pending = [f()]\n}')).toEqual([])
    expect(suggestions(inMain('const pending = []\n  for (const id of ids) {\n    pending.push(f(id))\n    await 1\n  }'))).toEqual([])
    expect(suggestions(inMain('const o = { a: f(), b: 1 }\n  ids.push(o.b)'))).toEqual([])
    expect(suggestions(inMain('const pending = [f()]\n  if (ids.length === 0) return\n  await Promise.all(pending)'))).toEqual([])
  })

  it('give a file that type-checks and has the report gone', () => {
    const codes = [
      inMain('const pending: Promise<void>[] = []\n  for (const id of ids) pending.push(f(id))'),
      inMain('const pending = new Map<number, Promise<void>>()\n  for (const id of ids) pending.set(id, f(id))'),
      inMain('const pending = new Set<Promise<void>>([])\n  pending.add(f())'),
    ]
    const texts = codes.flatMap(code => suggestions(code).map(([, text]) => text.replace('\n\n', `\n${head}`)))
    expect(texts).toHaveLength(3)
    expect(typeErrors(texts)).toEqual(texts.map(() => []))
    for (const text of texts) expect(lint(text), text).toEqual([])
  })
})
