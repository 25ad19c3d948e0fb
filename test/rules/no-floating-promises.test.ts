import { describe, expect, it } from 'vitest'
import { lint, linters, type LintOptions } from '../lint.js'
import { typedFile } from '../programs.js'
import { ending, head, imported, suggestions } from '../suggestions.js'
import { typeErrors } from '../type-check.js'

describe('suggestions, the safest first', () => {
  it('in an async function: await, return, a task group, background, void', () => {
    expect(suggestions('async function main() {\n  f()\n}\nmain().catch(() => {})')).toEqual([
      ['awaitIt', 'async function main() {\n  await f()\n}\nmain().catch(() => {})'],
      ['returnIt', 'async function main() {\n  return f()\n}\nmain().catch(() => {})'],
      ['ownInTaskGroup', imported('taskGroup', 'async function main() {\n  await taskGroup(async (tg) => {\n    tg.createTask(() => f())\n  })\n}\nmain().catch(() => {})')],
      ['ownInBackground', imported('background', 'async function main() {\n  background(() => f())\n}\nmain().catch(() => {})')],
      ['voidIt', 'async function main() {\n  void f()\n}\nmain().catch(() => {})'],
    ])
  })

  it('in a sync function: return, background, void', () => {
    expect(suggestions('export function main() {\n  f()\n}').map(([id]) => id)).toEqual(['returnIt', 'ownInBackground', 'voidIt'])
  })

  it('in a callback that may not return a promise: background, void', () => {
    expect(suggestions('ids.forEach(id => {\n  f(id)\n})').map(([id]) => id)).toEqual(['ownInBackground', 'voidIt'])
  })

  it('at the top level of a module: await', () => {
    expect(suggestions('f()')[0]).toEqual(['awaitIt', 'await f()'])
  })

  it('for a list: gather', () => {
    expect(suggestions('export async function main() {\n  ids.map(async id => f(id))\n}')).toEqual([
      ['joinWithGather', imported('gather', 'export async function main() {\n  await gather(ids.map(async id => f(id)))\n}')],
      ['ownInTaskGroup', imported('taskGroup, gather', 'export async function main() {\n  await taskGroup(async (tg) => {\n    tg.createTask(() => gather(ids.map(async id => f(id))))\n  })\n}')],
      ['ownInBackground', imported('background, gather', 'export async function main() {\n  background(() => gather(ids.map(async id => f(id))))\n}')],
      ['voidIt', 'export async function main() {\n  void ids.map(async id => f(id))\n}'],
    ])
  })

  it('where the runtime is not installed, only what the language has', () => {
    const nowhere: LintOptions = { mode: 'untyped', file: 'file.ts' }
    expect(suggestions('async function g() {}\nasync function main() {\n  g()\n}', nowhere).map(([id]) => id)).toEqual(['awaitIt', 'returnIt', 'voidIt'])
    expect(suggestions('async function main() {\n  ids.map(async id => f(id))\n}', nowhere)[0]).toEqual(['joinWithAll', 'async function main() {\n  await Promise.all(ids.map(async id => f(id)))\n}'])
  })

  it('never a return that leaves statements out, or changes what a function says it returns', () => {
    const ids = (code: string): string[] => suggestions(code).map(([id]) => id)
    expect(ids('export async function main() {\n  f()\n  ids.pop()\n}')).not.toContain('returnIt')
    expect(ids('export async function main(): Promise<void> {\n  f()\n}')).not.toContain('returnIt')
    expect(ids('export class C {\n  constructor() {\n    f()\n  }\n}')).not.toContain('returnIt')
    expect(ids('export async function main() {\n  if (ids.length) return\n  f()\n}')).not.toContain('returnIt')
    expect(ids('export async function main() {\n  ids.length && f()\n}')).not.toContain('returnIt')
  })

  it('puts parentheses where they are needed', () => {
    expect(suggestions('export async function main() {\n  f() as Promise<unknown>\n}')[0]).toEqual(['awaitIt', 'export async function main() {\n  await (f() as Promise<unknown>)\n}'])
  })

  it('replaces void where void does not count', () => {
    expect(suggestions('export async function main() {\n  void f()\n}', { options: { ignoreVoid: false } })[0]).toEqual(['awaitIt', 'export async function main() {\n  await f()\n}'])
  })

  it('every suggestion gives a file that type-checks and has the report gone', () => {
    const codes = [
      'export async function main() {\n  f()\n}',
      'export function main() {\n  f()\n}',
      'export async function main() {\n  ids.map(async id => f(id))\n}',
      'export const main = async () => {\n  ids.length && f(await f())\n}',
      'export class C {\n  async m() {\n    for (const id of ids) f(this.m)\n    return 1\n  }\n}',
    ]
    const texts = codes.flatMap(code => suggestions(code).map(([, text]) => text.includes('import') ? text.replace('\n\n', `\n${head}`) : head + text))
    expect(texts.length).toBeGreaterThan(15)
    expect(typeErrors(texts)).toEqual(texts.map(() => []))
    for (const text of texts) expect(lint(text)).toEqual([])
  })
})

describe('messages', () => {
  const message = (code: string, options?: LintOptions): string => lint(head + code + ending, options)[0]?.message ?? ''

  it('say what goes wrong, why it is a promise, and what to do', () => {
    expect(message('f(ids)')).toBe('Nothing waits for the promise from `f()` (its type is `Promise<void>`): the code goes on before it is done, and a rejection would have no handler, which by default ends a Node process and goes unseen in a browser. Await it, return it, run it in a task group or give it to background(); mark it with `void` only where losing its error is right.')
    expect(message('ids.map(f)')).toBe('Nothing waits for the promises in this list (its type is `Promise<void>[]`): the code goes on before they are done, and a rejection would have no handler, which by default ends a Node process and goes unseen in a browser. Join them with `await gather(…)` or `await Promise.all(…)`; mark it with `void` only where losing its error is right.')
    expect(message("import { catchesAll } from './helpers.js'\ncatchesAll()")).toContain('By its code, what it waits for can’t fail or is caught, so the order is at stake more than an error.')
    const some = (before: string): string => message(`declare const isOn: () => boolean\nasync function some() { ${before}; try { await f() } catch {} }\nsome()`)
    expect(some('if (!isOn()) return')).toMatch(/the order is at stake more than an error/)
    expect(some('if (!isOn()) throw new Error()')).toMatch(/a rejection would have no handler/)
    expect(some('await f()')).toMatch(/a rejection would have no handler/)
    expect(message('f().catch(undefined)')).toMatch(/^The rejection handler of `f\(\)\.catch\(\)` is no function/)
    expect(message('f()', { options: { ignoreVoid: false } })).not.toMatch(/mark it/)
    expect(message('async function safe() { try { await f() } catch {} }\nsafe()')).toMatch(/By its code, what it waits for can’t fail or is caught, so the order is at stake more than an error\./)
    expect(message('(async () => { ids.pop() })()')).toBe('Nothing waits for the promise from `(async () => …)()` (its type is `Promise<void>`). The function waits for nothing, so its own code is done here; but an error that it throws would be a rejection without a handler, and no exception that the code around could catch. Await it, return it, run it in a task group or give it to background(); mark it with `void` only where losing its error is right.')
    expect(message('declare function submit(run: () => void): () => Promise<void>\nsubmit(() => { ids.pop() })()')).toMatch(/^Nothing waits for the promise from `submit\(\)\(\)` /)
    const handler = (body: string): string => message(`try { ids.forEach(async () => { ${body} }) } catch {}`)
    expect(handler('ids.pop()')).toBe('Nothing looks at the promise of this function: `forEach` drops what its callback gives. The function waits for nothing, but an error that it throws would be a rejection without a handler, and no exception that the code around could catch. Take `async` away, or catch its errors inside.')
    expect(handler('await f()')).toMatch(/^Nothing waits for the promise of this function: .* The code around goes on before it is done/)
    expect(message('(async () => { ids.pop(); return f() })()')).toMatch(/a rejection would have no handler/)
    expect(message('(async () => { for await (const id of ids) id.trim() })()')).toMatch(/a rejection would have no handler/)
  })

  it('underline the promise, not the statement', () => {
    expect(lint(`${head}ids.length && f(1);${ending}`)[0]).toMatchObject({ line: 3, column: 15, endLine: 3, endColumn: 19 })
  })
})

describe('hosts', () => {
  const code = 'async function f() {}\nf()\nnew Promise(() => {})\n'
  for (const [name, linter] of Object.entries(linters)) {
    it.each(['typed', 'untyped', 'espree'] as const)(`${name}, %s`, mode => {
      expect(lint(code, { mode, linter }).map(({ line }) => line)).toEqual([2, 3])
    })
  }

  it('takes an unknown option for a mistake', () => {
    expect(() => lint(code, { options: { checkThenable: true } })).toThrow(/checkThenable/)
  })

  it('reports the same whether a file has a byte order mark or CRLF line ends', () => {
    expect(lint(`\uFEFF${code.replaceAll('\n', '\r\n')}`, { file: typedFile }).map(({ line }) => line)).toEqual([2, 3])
  })
})

describe('promises in variables', () => {
  const message = (code: string): string => lint(head + code + ending)[0]?.message ?? ''

  it('the message names the way', () => {
    expect(message('export async function main() {\n  const p = f()\n}')).toBe('Nothing ever waits for the promise in `p` (its type is `Promise<void>`): the code goes on before it is done, and a rejection would have no handler, which by default ends a Node process and goes unseen in a browser. Await it, return it, run it in a task group or give it to background(); mark it with `void p` only where losing its error is right.')
    expect(message('export async function main(c: boolean) {\n  const p = f()\n  if (c) return\n  await p\n}')).toBe('Nothing waits for the promise in `p` (its type is `Promise<void>`) when the condition on line 5 is true and the function returns on line 5: on that way a rejection would have no handler, which by default ends a Node process and goes unseen in a browser. Await it before, or make it only where it is awaited; mark it with `void p` only where losing its error is right.')
    const way = (code: string): string | undefined => /\) (.*?): on that way/.exec(message(`export async function main(c: number, xs: number[], g?: (x: unknown) => void) {\n${code}\n}`))?.[1]
    expect(way('  const p = f()\n  if (c) throw 1\n  await p')).toBe('when the condition on line 5 is true and the function throws on line 5')
    expect(way('  const p = f()\n  if (c) await p')).toBe('when the condition on line 5 is false')
    expect(way('  const p = f()\n  for (const x of xs) await p')).toBe('when the loop on line 5 runs zero times')
    expect(way('  const p = f()\n  switch (c) {\n    case 1: return\n    default: await p\n  }')).toBe('when the case on line 6 is taken and the function returns on line 6')
    expect(way('  const p = f()\n  switch (c) {\n    case 1: await p\n  }')).toBe('when no case of the switch on line 5 is taken')
    expect(way('  const p = f()\n  g?.(p)')).toBe('when the value that is tested on line 5 is null or undefined')
    expect(way('  let p = f()\n  p = f()\n  await p')).toBe('before it gets another value on line 5')
    expect(way('  let p = f()\n  if (c) p = f()\n  await p')).toBe('when the condition on line 5 is true before it gets another value on line 5')
  })

  it('suggests to await it where it is made, where its mentions allow that', () => {
    const inMain = (code: string): string => `export async function main(c: boolean) {\n${code}\n}`
    expect(suggestions(inMain('  const p = f()\n  if (c) return\n  return await p'))).toEqual([['awaitWhereMade', inMain('  const p = await f()\n  if (c) return\n  return p')]])
    expect(suggestions(inMain('  const p = f()\n  if (c) return\n  await p\n  ids.pop()'))).toEqual([['awaitWhereMade', inMain('  await f()\n  if (c) return\n  ids.pop()')]])
    expect(suggestions(inMain('  const p = f()'))).toEqual([['awaitWhereMade', inMain('  await f()')]])
    expect(suggestions(inMain('  const p = /* slow */ f()'))).toEqual([['awaitWhereMade', inMain('  const p = /* slow */ await f()')]])
    expect(suggestions(inMain('  const p = f(), q = 1\n  ids.push(q)'))).toEqual([['awaitWhereMade', inMain('  const p = await f(), q = 1\n  ids.push(q)')]])
  })

  it('and nothing where the promise itself is needed, its type is written down, or nobody can wait', () => {
    const inMain = (code: string): string => `export async function main(c: boolean) {\n${code}\n}`
    expect(suggestions(inMain('  const p = f()\n  if (c) p.catch(console.error)'))).toEqual([])
    expect(suggestions(inMain('  const p: Promise<void> = f()\n  if (c) await p'))).toEqual([])
    expect(suggestions(inMain('  let p\n  p = f()'))).toEqual([])
    expect(suggestions('export function main() {\n  const p = f()\n}')).toEqual([])
    // The error would go past its handler; a promise would be taken for a value; a statement would become another's body.
    expect(suggestions(inMain('  const p = f()\n  if (c) return 0\n  try { return await p } catch { return 1 }'))).toEqual([])
    expect(suggestions(inMain('  let p = f(1)\n  p = f(2)\n  await p'))).toEqual([])
    expect(suggestions(inMain('  const p = f()\n  if (c)\n    await p\n  ids.pop()'))).toEqual([])
    expect(suggestions(inMain('  const p = f()\n  if (c) return\n  ids.pop()\n  await p;\n  [1].forEach(String)'))).toEqual([])
  })

  it('keeps parentheses', () => {
    expect(suggestions('export async function main(c: boolean) {\n  const p = f()\n  if (c) return\n  return await (p)\n}')[0]?.[1]).toContain('  return (p)\n')
  })
})
