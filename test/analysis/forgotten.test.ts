import { describe, expect, it } from 'vitest'
import { findAll } from '../../analysis/find.js'
import { defaultFloatingOptions } from '../../analysis/promises/floating.js'
import { forgottenFinder } from '../../analysis/promises/forgotten.js'
import { markedLines, programsIn, readings } from '../programs.js'

const programs = programsIn('test/fixtures/programs/variables.ts')

for (const [reading, read] of Object.entries(readings)) {
  describe(reading, () => {
    it.each(programs)('%s', (_name, program) => {
      const lines = findAll(forgottenFinder, read(program), defaultFloatingOptions).map(fact => fact.node.loc.start.line)
      expect(lines).toEqual(markedLines(program, reading as keyof typeof readings))
    })
  })
}

const forgotten = (code: string, options: object = {}): string[] => findAll(forgottenFinder, readings['TypeScript with types'](code), { ...defaultFloatingOptions, ...options }).map(({ name }) => name)

it('a promise that is there for its type is no forgotten one, nor one that other scripts can see', () => {
  expect(forgotten('async function f() {}\nconst p = f()')).toEqual([])
  expect(forgotten('async function f() {}\nconst p = f()\nexport type Result = Awaited<typeof p>')).toEqual([])
})

it('a parameter that is a field is nobody\'s to forget', () => {
  expect(forgotten('declare function f(): Promise<void>\nexport class S { constructor(private readonly p = f()) {} wait() { return this.p } }')).toEqual([])
})

it('a list that a function hands out is not made here', () => {
  expect(forgotten('declare function running(): Promise<void>[]\nconst p = running()\nexport {}')).toEqual([])
  expect(forgotten('declare function f(x: number): Promise<void>\nconst p = Array.from([1], f)\nexport {}')).toEqual(['p'])
})

it('a switch over all members of an enum needs no default', () => {
  const code = (cases: string): string => `enum Kind { A, B }\nasync function f() {}\nexport async function main(kind: Kind) {\n  const p = f()\n  switch (kind) {\n    ${cases}\n  }\n}`
  expect(forgotten(code('case Kind.A: case Kind.B: await p'))).toEqual([])
  expect(forgotten(code('case Kind.A: await p'))).toEqual(['p'])
})

describe('options', () => {
  it('variables: false leaves them alone', () => {
    const code = 'async function f() {}\nconst p = f()\nexport {}'
    expect(forgotten(code)).toEqual(['p'])
    expect(forgotten(code, { variables: false })).toEqual([])
  })

  it('void marks it, and where it may not, the statement with the void is the one to report', () => {
    expect(forgotten('async function f() {}\nconst p = f()\nvoid p\nexport {}', { ignoreVoid: true })).toEqual([])
    expect(forgotten('async function f() {}\nconst p = f()\nvoid p\nexport {}', { ignoreVoid: false })).toEqual([])
  })

  it('what may float may float in a variable too', () => {
    const code = 'interface Safe<T> extends Promise<T> { safe: true }\ndeclare function f(): Safe<void>\nconst p = f()\nconst q: Safe<void> = g()\ndeclare function g(): any\nexport {}'
    expect(forgotten(code)).toEqual(['p'])
    expect(forgotten(code, { allowForKnownSafePromises: ['Safe'] })).toEqual([])
    expect(forgotten(code, { allowForKnownSafeCalls: ['f'] })).toEqual([])
  })
})

it('the time grows with the size of the function, not with its square', () => {
  const program = (size: number): string => `async function f(x) { return x }\nexport async function main(c) {\n${Array.from({ length: size }, (_, at) => `  const p${at} = f(${at})\n  if (c) console.log(${at})\n  await p${at}`).join('\n')}\n}\n`
  const time = (size: number): number => {
    const unit = readings.JavaScript(program(size))
    const started = performance.now()
    expect(findAll(forgottenFinder, unit, defaultFloatingOptions)).toEqual([])
    return performance.now() - started
  }
  time(200)
  const [small, large] = [Math.min(time(500), time(500)), Math.min(time(5000), time(5000))]
  // Ten times the statements; a square would take a hundred times as long.
  expect(large / small).toBeLessThan(35)
})
