import { expect, it } from 'vitest'
import { applySuggestion, lint } from '../lint.js'

const rule = 'no-ignored-outcomes'
const head = 'declare function save(id: number): Promise<void>\n'

function fixed(statement: string): string[] {
  const code = `${head}${statement}\nexport {}\n`
  return (lint(code, { rule })[0]?.suggestions ?? []).map(suggestion => applySuggestion(code, suggestion as never).slice(head.length).replace('\nexport {}\n', ''))
}

it('says where the errors are', () => {
  expect(lint(`${head}await Promise.allSettled([save(1)])\nsave(2).catch(() => {})\n`, { rule }).map(({ line, column, message }) => [line, column, message])).toEqual([
    [2, 7, 'Nobody looks at what `Promise.allSettled` gives, so every error in it is lost without a trace. Look for outcomes with the status "rejected", use Promise.all() to throw the first error, or say in a comment why none matters.'],
    [3, 9, 'This handler does nothing, so every error of `save(2)` is lost without a trace, also one that is a bug. Log it, handle the errors that are expected, or say in a comment why none matters.'],
  ])
})

it('offers to throw, or to log', () => {
  expect(fixed('await Promise.allSettled([save(1)])')).toEqual(['await Promise.all([save(1)])'])
  expect(fixed('const unused = await Promise.allSettled([save(1)])')).toEqual([])
  expect(fixed('try { await save(1) } catch (error) { await Promise.allSettled([save(2)]); throw error }')).toEqual([])
  expect(fixed('save(1).catch(() => {})')).toEqual(['save(1).catch(error => console.error(error))'])
  expect(fixed('save(1).then(undefined, function () {})')).toEqual(['save(1).then(undefined, error => console.error(error))'])
})

it('leaves handlers alone where the option says so', () => {
  expect(lint(`${head}save(2).catch(() => {})\n`, { rule, options: { swallowed: false } })).toEqual([])
})
