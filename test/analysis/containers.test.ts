import { expect, it } from 'vitest'
import { findAll } from '../../analysis/find.js'
import { containerFinder } from '../../analysis/promises/containers.js'
import { defaultFloatingOptions } from '../../analysis/promises/floating.js'
import { readings, testPrograms } from '../programs.js'

testPrograms('test/fixtures/programs/containers.ts', unit => findAll(containerFinder, unit, defaultFloatingOptions))

const contained = (code: string, options: object = {}): unknown[] => findAll(containerFinder, readings['TypeScript with types'](code), { ...defaultFloatingOptions, ...options }).map(({ name, container }) => [name, container])

it('one report for each container, whatever is put into it', () => {
  expect(contained('async function f() {}\nexport function main() {\n  const list = [f()]\n  list.push(f(), f())\n  const set = new Set()\n  set.add(f())\n}')).toEqual([['list', 'list'], ['set', 'set']])
})

it('a decorated field is somebody else\'s', () => {
  expect(contained('declare const log: any\nasync function f() {}\nexport class C { @log private p = f() }')).toEqual([])
})

it('containers: false leaves them alone', () => {
  expect(contained('async function f() {}\nexport class C { #p = f() }\nexport function main() { const l = [f()] }', { containers: false })).toEqual([])
})
