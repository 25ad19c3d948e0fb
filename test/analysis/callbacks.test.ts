import { expect, it } from 'vitest'
import { findAll } from '../../analysis/find.js'
import { callbackFinder } from '../../analysis/promises/callbacks.js'
import { defaultFloatingOptions } from '../../analysis/promises/floating.js'
import { testPrograms, readings } from '../programs.js'

testPrograms('test/fixtures/programs/callbacks.ts', unit => findAll(callbackFinder, unit, defaultFloatingOptions))

const dropped = (code: string, options: object = {}): unknown[] =>
  findAll(callbackFinder, readings['TypeScript with types'](code), { ...defaultFloatingOptions, ...options }).map(({ taker, how, certainty }) => [taker, how, certainty])

it('says who takes the function, and what becomes of its promise', () => {
  const f = 'async function f() { await 1 }\n'
  expect(dropped(`${f}setTimeout(f, 1)`)).toEqual([['setTimeout', 'drops', 'proven']])
  expect(dropped(`${f}export const kept = [1].filter(f)`)).toEqual([['filter', 'tests', 'proven']])
  expect(dropped(`${f}export const p = new Promise(f)`)).toEqual([['new Promise', 'executes', 'proven']])
  expect(dropped(`${f}export const l = (x: any) => { x.on('a', f) }`)).toEqual([['on', 'drops', 'likely']])
})

it('callbacks: false leaves them alone', () => {
  expect(dropped('async function f() {}\nsetTimeout(f, 1)\nexport const done: () => void = f', { callbacks: false })).toEqual([])
})
