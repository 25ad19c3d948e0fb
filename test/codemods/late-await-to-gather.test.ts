import { describe, expect, it } from 'vitest'
import { runCodemod } from '../../codemods/codemod.js'
import { lateAwaitToGather } from '../../codemods/late-await-to-gather.js'
import { readings } from '../programs.js'
import { typeErrors } from '../type-check.js'

const head = 'declare function f(x?: unknown): Promise<number>\ndeclare function g(): Promise<string>\n'

function transform(code: string, target: 'structured-async' | 'native' = 'native'): { text: string; refused: string[] } {
  const { text, refused } = runCodemod(lateAwaitToGather, head + code, readings['TypeScript with types'], { target })
  const again = runCodemod(lateAwaitToGather, text, readings['TypeScript with types'], { target })
  expect(again.text).toBe(text)
  const [after, before] = typeErrors([text, head + code])
  expect(after).toEqual(before)
  return { text: text.replace(head, ''), refused: refused.map(({ reason }) => reason) }
}

describe('waits together', () => {
  it('for a run of awaits, once', () => {
    const code = 'export async function main() {\n  const a = f()\n  const b = g()\n  const c = f(1)\n  const x = await a\n  const y = await b\n  const z = await c\n  return [x, y, z]\n}\n'
    expect(transform(code).text).toBe('export async function main() {\n  const a = f()\n  const b = g()\n  const c = f(1)\n  const [x, y, z] = await Promise.all([a, b, c])\n  return [x, y, z]\n}\n')
    expect(transform(code, 'structured-async').text).toBe(`import { gather } from 'structured-async'\n\n${code.replace(/ {2}const x = [\s\S]*await c\n/, '  const [x, y, z] = await gather([a, b, c])\n')}`)
  })

  it('in each block by itself', () => {
    const { text } = transform('export async function main(c: boolean) {\n  if (c) {\n    const a = f(), b = g()\n    await a\n    await b\n  } else {\n    const a = f(), b = g()\n    await b\n    await a\n  }\n}\n')
    expect(text).toBe('export async function main(c: boolean) {\n  if (c) {\n    const a = f(), b = g()\n    await Promise.all([a, b])\n  } else {\n    const a = f(), b = g()\n    await Promise.all([b, a])\n  }\n}\n')
  })

  it('keeps CRLF and tabs, and text outside the run', () => {
    expect(transform('export async function main() {\r\n\tconst a = f() // one\r\n\tconst b = g() // two\r\n\tawait a\r\n\tawait b // both\r\n}\r\n').text).toBe('export async function main() {\r\n\tconst a = f() // one\r\n\tconst b = g() // two\r\n\tawait Promise.all([a, b]) // both\r\n}\r\n')
  })
})

it('attaches a handler where the awaits do not stand together', () => {
  expect(transform('export async function main() {\n  const b = g();\n  const x = await f();\n  console.log(x);\n  return await b;\n}\n').text).toBe('export async function main() {\n  const b = g();\n  // Awaited later: until then a rejection would be unhandled.\n  b.catch(() => {});\n  const x = await f();\n  console.log(x);\n  return await b;\n}\n')
})

it('attaches it behind an assignment, to a private field too', () => {
  expect(transform('export async function main() {\n  let b\n  b = g()\n  const x = await f()\n  console.log(x)\n  await b\n}\n').text).toContain('  b = g()\n  // Awaited later: until then a rejection would be unhandled.\n  b.catch(() => {})\n  const x = await f()\n')
  const field = transform('export class A {\n  #b: Promise<unknown> | undefined\n  async main() {\n    this.#b = g()\n    const x = await f()\n    return [x, await this.#b]\n  }\n}\n')
  expect(field.text).toContain('    this.#b = g()\n    // Awaited later: until then a rejection would be unhandled.\n    this.#b.catch(() => {})\n')
  expect(transform(field.text)).toMatchObject({ text: field.text, refused: [] })
})

it('attaches it optionally where there may be no promise', () => {
  expect(transform('declare function maybe(): Promise<void> | undefined\nexport async function main() {\n  const p = maybe()\n  const x = await f()\n  console.log(x)\n  await p\n}\n').text).toContain('  p?.catch(() => {})\n')
})

it('never joins what waits for another of the run, a comma, or under another Promise', () => {
  expect(transform('export async function main() {\n  const b = g()\n  const q = await Promise.resolve(f(2))\n  const r = await q\n  const z = await b\n  return [r, z]\n}\n').text).toContain('b.catch(() => {})')
  expect(transform('export async function main() {\n  const b = g()\n  const q = await (f(1), f(2))\n  const z = await b\n  return [q, z]\n}\n').text).toContain('b.catch(() => {})')
  expect(transform('export async function main() {\n  const Promise = 1\n  const a = f()\n  const b = g()\n  await a\n  await b\n  return Promise\n}\n').refused).toEqual(['The name `Promise` means something else here. Rename it first.'])
  expect(transform('export async function main() {\n  const b = g(), x = await f(2)\n  console.log(x)\n  return await b\n}\n').refused).toEqual(['The statement itself waits before anything could follow it. Split it in two first.'])
})

it('refuses with a reason', () => {
  expect(transform('export async function main(xs: number[]) {\n  const all = xs.map(x => f(x))\n  for (const p of all) await p\n}\n')).toMatchObject({ refused: ['These are several promises, each of which would need a handler of its own. Join them with gather() or Promise.all().'] })
  expect(transform('export async function main(c: boolean) {\n  const b = c ? g() : undefined\n  await f()\n  console.log(1)\n  await b\n}\n')).toMatchObject({ refused: [expect.stringMatching(/may hold no promise here/) as string] })
})
