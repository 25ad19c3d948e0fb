import { describe, expect, it } from 'vitest'
import { findAll } from '../../analysis/find.js'
import { defaultFloatingOptions, floatingFinder } from '../../analysis/promises/floating.js'
import { markedLines, programsIn, readings } from '../programs.js'

const programs = programsIn('test/fixtures/programs/floating.ts')

for (const [reading, read] of Object.entries(readings)) {
  describe(reading, () => {
    it.each(programs)('%s', (_name, program) => {
      const lines = findAll(floatingFinder, read(program), defaultFloatingOptions).map(fact => fact.node.loc.start.line)
      expect(lines).toEqual(markedLines(program, reading as keyof typeof readings))
    })
  })
}

it('gives each fact its evidence in words', () => {
  const text = 'async function save() {}\nsave()\n'
  const [typed, untyped] = [readings['TypeScript with types'](text), readings.JavaScript(text)].map(unit => findAll(floatingFinder, unit, defaultFloatingOptions)[0]?.because[0]?.text)
  expect(typed).toBe('its type is `Promise<void>`')
  expect(untyped).toBe('`save` (line 1) gives one')
})

describe('options', () => {
  const floats = (code: string, options: object): boolean => findAll(floatingFinder, readings['TypeScript with types'](code), { ...defaultFloatingOptions, ...options }).length > 0
  const declared = 'declare function f(): Promise<void>; '

  it('ignoreVoid: false looks behind void, also in the body of an arrow function', () => {
    expect(floats(`${declared}void f()`, { ignoreVoid: true })).toBe(false)
    expect(floats(`${declared}void f()`, { ignoreVoid: false })).toBe(true)
    expect(floats(`${declared}export const g = () => void f()`, { ignoreVoid: true })).toBe(false)
    expect(floats(`${declared}export const g = () => void f()`, { ignoreVoid: false })).toBe(true)
  })

  it('ignoreIIFE lets functions float that are called where they are written', () => {
    expect(floats('(async () => {})()', { ignoreIIFE: true })).toBe(false)
    expect(floats(`${declared}f()`, { ignoreIIFE: true })).toBe(true)
  })

  it('ignoreCaught lets calls float that lose no more than the order, or are done', () => {
    const code = `${declared}async function caught() { try { await f() } catch (error) { console.error(error) } }\nasync function done() { console.log(1) }\nasync function open() { await f(); console.log(2) }\n`
    for (const [call, isIgnored] of [['caught()', true], ['done()', true], ['open()', false], ['f()', false], ['f().finally(done)', false]] as const) {
      expect(floats(code + call, {})).toBe(true)
      expect(floats(code + call, { ignoreCaught: true }), call).toBe(!isIgnored)
    }
  })

  it('checkThenables counts every value whose then takes two handlers', () => {
    const thenable = 'interface T { then(a: (x: number) => void, b: (e: unknown) => void): void }; declare const t: T; '
    expect(floats(`${thenable}t`, { checkThenables: false })).toBe(false)
    expect(floats(`${thenable}t`, { checkThenables: true })).toBe(true)
    expect(floats('declare const t: { then(a: () => void): void }; t', { checkThenables: true })).toBe(false)
  })

  it('allowForKnownSafePromises lets a type float, by name and by origin', () => {
    const code = 'interface SafePromise<T> extends Promise<T> { safe: true }; declare function f(): SafePromise<void>; f()'
    expect(floats(code, {})).toBe(true)
    expect(floats(code, { allowForKnownSafePromises: ['SafePromise'] })).toBe(false)
    expect(floats(code, { allowForKnownSafePromises: [{ from: 'file', name: 'SafePromise' }] })).toBe(false)
    expect(floats(code, { allowForKnownSafePromises: [{ from: 'lib', name: 'SafePromise' }] })).toBe(true)
  })

  it('allowForKnownSafeCalls lets the calls of a function float, with and without types', () => {
    const code = 'async function track() {}\nasync function save() {}\ntrack()\n'
    for (const read of Object.values(readings)) {
      const find = (options: object): number => findAll(floatingFinder, read(code), { ...defaultFloatingOptions, ...options }).length
      expect(find({ allowForKnownSafeCalls: ['track'] })).toBe(0)
      expect(find({ allowForKnownSafeCalls: ['save'] })).toBe(1)
    }
  })

  it('never reports what a task group owns', () => {
    const code = `import { taskGroup } from 'structured-async'\nexport const run = () => taskGroup(tg => { tg.createTask(async () => 1) })`
    expect(floats(code, {})).toBe(false)
    expect(floats(code, { checkThenables: true })).toBe(false)
  })
})
