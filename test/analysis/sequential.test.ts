import path from 'node:path'
import { expect, it } from 'vitest'
import { findAll } from '../../analysis/find.js'
import { loopFinder } from '../../analysis/dependence/loops.js'
import { defaultSequentialOptions, sequentialFinder } from '../../analysis/dependence/sequential.js'
import { loadUnit } from '../../host/units.js'
import { root, testPrograms } from '../programs.js'

testPrograms('test/fixtures/programs/sequential.ts', unit => findAll(sequentialFinder, unit, defaultSequentialOptions))

testPrograms('test/fixtures/programs/loops.ts', unit => findAll(loopFinder, unit, defaultSequentialOptions))

const program = 'const a = await fetch("/a")\nconst b = await fetch("/b")\nexport { a, b }\n'

it('leaves files alone whose order is what they are about, unless asked', () => {
  const found = (file: string, checkTests = false, text = program): number => findAll(sequentialFinder, loadUnit(file, text, { types: false }).unit, { ...defaultSequentialOptions, checkTests }).length
  expect(found('/nowhere/a.js')).toBe(1)
  for (const file of ['a.test.js', 'a.spec.ts', '__tests__/a.js', 'migrations/a.js', 'prisma/seed.ts', 'seeds/users.js', 'Button.stories.js']) expect({ file, found: found(path.join(root, 'bench', file)) }).toEqual({ file, found: 0 })
  expect(found('/nowhere/a.js', false, `import { test } from 'vitest'\n${program}`)).toBe(0)
  expect(found('/nowhere/a.test.js', true)).toBe(1)
})
