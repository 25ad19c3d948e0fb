import { describe, expect, it } from 'vitest'
import { findAll } from '../../analysis/find.js'
import { sharedFinder } from '../../analysis/dependence/shared.js'
import { markedLines, programsIn, readings } from '../programs.js'

describe('with types', () => {
  it.each(programsIn('test/fixtures/programs/shared.ts'))('%s', (_name, program) => {
    const lines = findAll(sharedFinder, readings['TypeScript with types'](program), {}).map(fact => fact.node.loc.start.line)
    expect(lines).toEqual(markedLines(program, 'TypeScript with types'))
  })
})

it('knows files without types, by what is imported, and nothing else', () => {
  const found = (program: string): number => findAll(sharedFinder, readings.JavaScript(program), {}).length
  expect(found('import { writeFile } from "fs/promises"\nawait Promise.all([writeFile("a", "b"), writeFile("a", "c")])')).toBe(1)
  expect(found('import { writeFile } from "./files.js"\nawait Promise.all([writeFile("a", "b"), writeFile("a", "c")])')).toBe(0)
  expect(found('async function f(tx) { await Promise.all([tx.user.findMany(), tx.user.count()]) }')).toBe(0)
})
