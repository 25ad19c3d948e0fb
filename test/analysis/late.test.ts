import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { findAll } from '../../analysis/find.js'
import { loadUnit } from '../../host/units.js'
import { defaultLateOptions, lateFinder } from '../../analysis/promises/late.js'
import { markedLines, programsIn, readings, root } from '../programs.js'

const programs = programsIn('test/fixtures/programs/late.ts')

for (const [reading, read] of Object.entries(readings)) {
  describe(reading, () => {
    it.each(programs)('%s', (_name, program) => {
      const lines = findAll(lateFinder, read(program), defaultLateOptions).map(fact => fact.node.loc.start.line)
      expect(lines).toEqual(markedLines(program, reading as keyof typeof readings))
    })
  })
}

it('test files are left alone, unless asked for', () => {
  const code = 'async function f() {}\nconst a = f(), b = f()\nawait a\nawait b\nexport {}'
  const late = (file: string, checkTests = false): number => findAll(lateFinder, loadUnit(file, code, { types: false }).unit, { ...defaultLateOptions, checkTests }).length
  expect(late('/nowhere/a.js')).toBe(1)
  for (const file of ['/nowhere/a.test.js', '/nowhere/a.spec.ts', path.join(root, 'test/a.js'), path.join(root, 'src/__tests__/a.js')]) expect({ file, late: late(file) }).toEqual({ file, late: 0 })
  expect(late('/nowhere/a.test.js', true)).toBe(1)
  // A folder above the package says nothing.
  expect(late(path.join(root, 'test/fixtures/typed/a.js'))).toBe(1)
})

it('options let calls and types be', () => {
  const late = (options: object): number => findAll(lateFinder, readings['TypeScript with types']('interface Safe<T> extends Promise<T> { safe: true }\ndeclare function f(): Safe<void>\nconst p = f()\nawait f()\nawait p\nexport {}'), { ...defaultLateOptions, ...options }).length
  expect(late({})).toBe(1)
  expect(late({ allowForKnownSafePromises: ['Safe'] })).toBe(0)
  expect(late({ allowForKnownSafeCalls: ['f'] })).toBe(0)
})
