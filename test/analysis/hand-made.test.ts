import { describe, expect, it } from 'vitest'
import { findAll } from '../../analysis/find.js'
import { handMadeFinder } from '../../analysis/tasks/hand-made.js'
import { markedLines, programsIn, readings } from '../programs.js'

describe.each(['TypeScript with types', 'JavaScript'] as const)('%s', reading => {
  it.each(programsIn('test/fixtures/programs/hand-made.ts'))('%s', (_name, program) => {
    const lines = findAll(handMadeFinder, readings[reading](program), {}).map(fact => fact.node.loc.start.line)
    expect(lines).toEqual(markedLines(program, reading))
  })
})
