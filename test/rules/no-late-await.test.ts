import { describe, expect, it } from 'vitest'
import { applySuggestion, lint, type LintOptions } from '../lint.js'
import { typeErrors } from '../type-check.js'

const head = 'declare function f(x?: unknown): Promise<number>\ndeclare function g(): Promise<string>\n'
const inMain = (code: string): string => `export async function main(c: boolean, xs: number[]) {\n${code}\n}`
const messages = (code: string, options: LintOptions = {}): string[] => lint(head + code, { rule: 'no-late-await', ...options }).map(({ message }) => message)

function suggestions(code: string, options: LintOptions = {}): [id: string, text: string][] {
  const whole = head + inMain(code)
  const [message] = lint(whole, { rule: 'no-late-await', ...options })
  return (message?.suggestions ?? []).map(suggestion => {
    const text = applySuggestion(whole, suggestion)
    const [after, before] = typeErrors([text, whole])
    expect(after).toEqual(before)
    expect(lint(text, { rule: 'no-late-await', ...options })).toEqual([])
    return [suggestion.messageId ?? '', text.replace(head, '')]
  })
}

describe('messages', () => {
  it('say what waits, who takes charge later, and what to do', () => {
    expect(messages(inMain('  const a = f()\n  const b = g()\n  await a\n  await b'))).toEqual([
      'The promise in `b` (its type is `Promise<string>`) has no handler while line 6 waits, before line 7 takes charge of it. If it rejects in that time, Node exits, even inside try/catch. Join them with `await gather([…])` or `await Promise.all([…])`, or attach a handler first.',
    ])
    expect(messages(inMain('  const all = xs.map(x => f(x))\n  for (const p of all) await p'))).toEqual([
      'The promises in `all` (its type is `Promise<number>[]`) are awaited one by one on line 5: while it waits for one, the others have no handler. If one of them rejects in that time, Node exits, even inside try/catch. Join them with `await gather(all)` or `await Promise.all(all)` first.',
    ])
  })

  it('without types: what the syntax proves', () => {
    const code = 'async function f() {}\nasync function main() {\n  const a = f(), b = f()\n  await a\n  await b\n}\nmain().catch(console.error)\n'
    expect(lint(code, { rule: 'no-late-await', mode: 'espree' })).toHaveLength(1)
    expect(lint(code.replace('async function f() {}', 'import { f } from "./f.js"'), { rule: 'no-late-await', mode: 'espree' })).toEqual([])
  })
})

describe('suggestions', () => {
  it('wait together, with the values where they were', () => {
    expect(suggestions('  const a = f()\n  const b = g()\n  const x = await a\n  const { length } = await b\n  return x + length')[0]).toEqual([
      'joinWithGather',
      `import { gather } from 'structured-async'\n\n${inMain('  const a = f()\n  const b = g()\n  const [x, { length }] = await gather([a, b])\n  return x + length')}`,
    ])
    expect(suggestions('  const a = f()\n  const b = g()\n  await a\n  const y = await b\n  return y')[0]?.[1]).toContain('const [, y] = await gather([a, b])')
    expect(suggestions('  const b = g()\n  const x = await f(1)\n  await b\n  return x')[0]?.[1]).toContain('const [x] = await gather([f(1), b])')
    expect(suggestions('  const a = f();\n  const b = g();\n  await a;\n  await b;')[0]?.[1]).toContain('  await gather([a, b]);\n')
  })

  it('or attach a handler, which changes nothing else', () => {
    expect(suggestions('  const b = g() // soon\n  if (c) await f()\n  return await b')).toEqual([
      ['attachHandler', inMain('  const b = g() // soon\n  // Awaited later: until then a rejection would be unhandled.\n  b.catch(() => {})\n  if (c) await f()\n  return await b')],
    ])
    expect(suggestions('  const a = f()\n  const b = g()\n  await a\n  await b').map(([id]) => id)).toEqual(['joinWithGather', 'attachHandler'])
  })

  it('where the runtime is not installed, Promise.all', () => {
    const whole = 'async function f() {}\nexport async function main() {\n  const a = f()\n  const b = f()\n  await a\n  await b\n}\n'
    const [message] = lint(whole, { rule: 'no-late-await', mode: 'untyped', file: 'file.ts' })
    expect(message?.suggestions?.map(suggestion => applySuggestion(whole, suggestion))[0]).toBe('async function f() {}\nexport async function main() {\n  const a = f()\n  const b = f()\n  await Promise.all([a, b])\n}\n')
  })

  it('and never join what does not stand together, is typed, or has a comment in it', () => {
    const ids = (code: string): string[] => suggestions(code).map(([id]) => id)
    expect(ids('  const a = f()\n  const b = g()\n  await a\n  console.log(1)\n  await b')).toEqual(['attachHandler'])
    expect(ids('  const a = f()\n  const b = g()\n  const x: number = await a\n  await b\n  return x')).toEqual(['attachHandler'])
    expect(ids('  const a = f()\n  const b = g()\n  await a\n  // then\n  await b')).toEqual(['attachHandler'])
    expect(ids('  const a = f()\n  const b = g()\n  await f(await a)\n  await b')).toEqual(['attachHandler'])
    expect(ids('  let b\n  b = g()\n  await f()\n  console.log(1)\n  await b')).toEqual(['attachHandler'])
    expect(ids('  const b = xs.length > 1 ? g() : undefined\n  await f()\n  console.log(1)\n  await b')).toEqual([])
    expect(ids('  const all = xs.map(x => f(x))\n  for (const p of all) await p')).toEqual([])
  })
})
