import { describe, expect, it } from 'vitest'
import { programsIn, readings } from '../programs.js'
import { verdicts } from './verdicts.js'

const programs = programsIn('test/fixtures/programs/effects.ts')

describe('with types', () => {
  it.each(programs)('%s', (_name, program) => {
    const { expected, found } = verdicts(readings['TypeScript with types'](program))
    expect(found).toEqual(expected)
  })
})

describe('the catalogue', () => {
  it.each(programsIn('test/fixtures/programs/catalogue.ts'))('%s', (_name, program) => {
    const { expected, found } = verdicts(readings['TypeScript with types'](program))
    expect(found).toEqual(expected)
  })
})

describe('without types it is never surer', () => {
  const ranks = ['unknown', 'orders', 'writes', 'likely reads', 'likely pure', 'reads', 'pure']
  it.each(programs)('%s', (_name, program) => {
    const { expected, found } = verdicts(readings['TypeScript without types'](program))
    for (const [name, said] of Object.entries(found)) if (said !== expected[name]) expect({ name, said, rank: ranks.indexOf(said) <= 2 }).toEqual({ name, said, rank: true })
  })
})
