import { describe, expect, it } from 'vitest'
import { lint, linters } from '../lint.js'
import { ending, head, imported, suggestions } from '../suggestions.js'
import { typeErrors } from '../type-check.js'

const message = (code: string): string => lint(head + code + ending)[0]?.message ?? ''

describe('messages say what becomes of the promise, and what to do', () => {
  it.each([
    ['ids.forEach(async id => { await f(id) })', 'Nothing waits for the promise of this function: `forEach` drops what its callback gives. The code around goes on before it is done, and a rejection would have no handler, which by default ends a Node process and goes unseen in a browser. Use a loop that awaits, or `await Promise.all(list.map(…))`.'],
    ['setTimeout(f, 1)', 'Nothing waits for the promise of this function: `setTimeout` drops what its callback gives. The code around goes on before it is done, and a rejection would have no handler, which by default ends a Node process and goes unseen in a browser. Catch its errors inside, or give the work to background().'],
    ['export const done: () => void = () => f()', 'Nothing waits for the promise of this function: `done` is declared as one that gives nothing. The code around goes on before it is done, and a rejection would have no handler, which by default ends a Node process and goes unseen in a browser. Catch its errors inside, or give the work to background().'],
    ['export const kept = ids.filter(async id => { await f(id); return true })', 'This function gives a promise, and `filter` asks whether it is true: a promise always is, whatever it will give. Get all the answers first, with `await Promise.all(list.map(…))`.'],
    ['export const all = ids.reduce(async (before, id) => f(id), Promise.resolve())', 'This function does not wait for the promise of the call before, which it gets as `before`: all calls run at once, and for any but the last a rejection would have no handler, which by default ends a Node process and goes unseen in a browser. Await `before` in it, or use a loop that awaits.'],
    ['export const p = new Promise<void>(async resolve => { await f(); resolve() })', 'This function is async, and `new Promise` looks at nothing that its function gives: an error in it leaves the new promise pending for ever, and its rejection ends a Node process. Do the waiting outside of `new Promise`, or catch every error and call `reject`.'],
    ['if (f()) ids.pop()', 'This is a promise (its type is `Promise<void>`), which is always true: the condition does not ask what it will give. Await it first.'],
    ['export const o = { ...f() }', 'This is a promise (its type is `Promise<void>`), and a promise has no properties of its own: nothing is spread, and a rejection would have no handler, which by default ends a Node process and goes unseen in a browser. Await it first.'],
  ])('%s', (code, expected) => expect(message(code)).toBe(expected))
})

describe('suggestions', () => {
  const inMain = (code: string): string => `export async function main() {\n  ${code}\n}`

  it('for forEach: map, and wait for all', () => {
    expect(suggestions(inMain('ids.forEach(async id => f(id))'))).toEqual([
      ['mapAndGather', imported('gather', inMain('await gather(ids.map(async id => f(id)))'))],
      ['backgroundInside', imported('background', inMain('ids.forEach(id => { background(() => f(id)) })'))],
    ])
    const nowhere = { mode: 'untyped', file: 'file.ts' } as const
    expect(suggestions(inMain('[1].forEach(async id => f(id))'), nowhere)).toEqual([['mapAndAll', inMain('await Promise.all([1].map(async id => f(id)))')]])
  })

  it('not where there may be no map, nobody can wait, or the value of the forEach is used', () => {
    const first = (code: string): string | undefined => suggestions(code)[0]?.[0]
    expect(first('export async function main(set: Set<number>) {\n  set.forEach(async id => f(id))\n}')).toBe('backgroundInside')
    expect(first('export function main() {\n  ids.forEach(async id => f(id))\n}')).toBe('backgroundInside')
    expect(first('export async function main() {\n  return ids.forEach(async id => f(id))\n}')).toBe('backgroundInside')
    expect(first('export async function main() {\n  ids.forEach(async function (this: number, id) { await f(id) }, 1)\n}')).toBe('backgroundInside')
  })

  it('for others: background() inside', () => {
    expect(suggestions('setTimeout(async () => {\n  await f()\n  ids.pop()\n}, 10)')).toEqual([['backgroundInside', imported('background', 'setTimeout(() => {\n  background(async () => {\n    await f()\n    ids.pop()\n  })\n}, 10)')]])
    expect(suggestions('setTimeout(async () => await f(), 10)')).toEqual([['backgroundInside', imported('background', 'setTimeout(() => { background(async () => await f()) }, 10)')]])
    expect(suggestions('setTimeout(() => f(), 10)')).toEqual([['backgroundInside', imported('background', 'setTimeout(() => { background(() => f()) }, 10)')]])
    expect(suggestions('setTimeout(async () => (await f()), 10)')).toEqual([['backgroundInside', imported('background', 'setTimeout(() => { background(async () => (await f())) }, 10)')]])
    expect(suggestions('document.addEventListener("click", async function (event) {\n  await f(this)\n})')).toEqual([['backgroundInside', imported('background', 'document.addEventListener("click", function (event) {\n  background(async () => {\n    await f(this)\n  })\n})').replaceAll("'", '"')]])
  })

  it('nothing for a function that stands elsewhere, says that it gives a promise, or is a method', () => {
    expect(suggestions('setTimeout(f, 10)')).toEqual([])
    expect(suggestions('setTimeout(async (): Promise<void> => { await f() }, 10)')).toEqual([])
    expect(suggestions('export const o: { m(): void } = { async m() { await f() } }')).toEqual([])
  })

  it('nothing where the text would not parse, or the types would not fit', () => {
    const on = (callback: string): string => `declare function on(listener: (e: number) => void): void\non(${callback})`
    expect(suggestions(on('() => ( // why\n  f()\n)'))).toEqual([])
    expect(suggestions(on('e => (e > 1 ? f() : f(1))'))).toEqual([])
    expect(suggestions(on('async function again(e) { await f(e) }'))).toEqual([])
  })

  it('for conditions and spreads: await', () => {
    expect(suggestions('export async function main(c: boolean) {\n  return { ...(c ? f() : f(1)) }\n}')).toEqual([['awaitValue', 'export async function main(c: boolean) {\n  return { ...(await (c ? f() : f(1))) }\n}']])
    expect(suggestions('export async function main(x = f() ? 1 : 2) {\n  return x\n}')).toEqual([])
    expect(suggestions(inMain('if (!f()) ids.pop()'))).toEqual([['awaitValue', inMain('if (!await f()) ids.pop()')]])
    expect(suggestions(inMain('return { ...f() }'))).toEqual([['awaitValue', inMain('return { ...await f() }')]])
    expect(suggestions('export function main() {\n  return f() ? 1 : 2\n}')).toEqual([])
  })

  it('every suggestion gives a file that type-checks and has the report gone', () => {
    const codes = [
      inMain('ids.forEach(async id => f(id))'),
      inMain('ids.forEach(id => f(id))'),
      inMain('ids.forEach((id, at) => {\n    return f(id + at)\n  })'),
      'setTimeout(async () => {\n  if (ids.length === 0) return\n  await f()\n}, 10)',
      'export const o: { run: (x: number) => void } = { run: async x => { await f(x) } }',
      inMain('const isOld = async (id: number): Promise<boolean> => id > 1\n  if (ids.length && !isOld(1)) ids.pop()'),
    ]
    const texts = codes.flatMap(code => suggestions(code).map(([, text]) => (text.includes('import') ? text.replace('\n\n', `\n${head}`) : head + text)))
    expect(texts.length).toBeGreaterThan(7)
    expect(typeErrors(texts)).toEqual(texts.map(() => []))
    for (const text of texts) expect(lint(text), text).toEqual([])
  })
})

describe('hosts and options', () => {
  const code = 'async function f() { await 1 }\nsetTimeout(f, 1)\nif (f()) console.log(1)\n'
  for (const [name, linter] of Object.entries(linters)) {
    it.each(['typed', 'untyped', 'espree'] as const)(`${name}, %s`, mode => {
      expect(lint(code, { mode, linter }).map(({ line }) => line)).toEqual([2, 3])
    })
  }

  it('attributes are asked for', () => {
    const jsx = 'declare global { namespace JSX { interface IntrinsicElements { button: { onClick?: () => void; onLoad?: () => Promise<void> } } } }\ndeclare function f(): Promise<void>\nexport const a = <button onClick={async () => { await f() }} onLoad={async () => { await f() }} />\n'
    const file = new URL('../fixtures/typed/component.tsx', import.meta.url).pathname
    expect(lint(jsx, { file })).toEqual([])
    expect(lint(jsx, { file, options: { attributes: true } }).map(({ line, column }) => [line, column])).toEqual([[3, 35]])
  })
})
