import { expect, it } from 'vitest'
import { findAll } from '../../analysis/find.js'
import { defaultFloatingOptions } from '../../analysis/promises/floating.js'
import { misreadFinder } from '../../analysis/promises/misread.js'
import { readings, testPrograms } from '../programs.js'

testPrograms('test/fixtures/programs/misread.ts', unit => findAll(misreadFinder, unit, defaultFloatingOptions))

const misread = (code: string, options: object = {}): string[] => findAll(misreadFinder, readings['TypeScript with types'](code), { ...defaultFloatingOptions, ...options }).map(({ as }) => as)

it('conditions: false leaves them alone', () => {
  const code = 'async function f() {}\nif (f()) console.log({ ...f() })'
  expect(misread(code)).toEqual(['condition', 'spread'])
  expect(misread(code, { conditions: false })).toEqual([])
})

it('what may float may stand in a condition too', () => {
  const code = 'interface Safe extends Promise<void> { safe: true }\ndeclare const p: Safe\nif (p) console.log(1)'
  expect(misread(code)).toEqual(['condition'])
  expect(misread(code, { allowForKnownSafePromises: ['Safe'] })).toEqual([])
})
