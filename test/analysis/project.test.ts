import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { root } from '../programs.js'
import { loadUnit } from '../../host/units.js'
import type { SourceUnit } from '../../analysis/unit.js'

const folder = path.join(root, 'test/fixtures/typed')
const load = (name: string, change = (text: string): string => text): SourceUnit => {
  const file = path.join(folder, name)
  return loadUnit(file, change(readFileSync(file, 'utf8'))).unit
}

afterEach(() => void vi.unstubAllEnvs())

it('a file that was analysed itself is the one that others are led to', () => {
  const helpers = load('helpers.ts')
  const caller = load('waits.ts')
  expect(caller.project?.unitOf(helpers.path)).toBe(helpers)
})

it('a file that was not is read from the program, once', () => {
  const { project } = load('file.ts')
  const effects = project?.unitOf(path.join(folder, 'effects.ts'))
  expect(effects?.text).toBe(readFileSync(path.join(folder, 'effects.ts'), 'utf8'))
  expect(project?.unitOf(path.join(folder, 'effects.ts'))).toBe(effects)
})

it('what is not the text of the program, as the script of a component, is not taken for it', () => {
  const component = load('component.tsx')
  component.project?.keep({ ...component, text: `\n${component.text}` })
  expect(component.project?.unitOf(component.path)).toBe(component)
})

it('a changed file is another one for those who are loaded behind it, in CI too', () => {
  vi.stubEnv('CI', 'true')
  const before = load('helpers.ts')
  const after = load('helpers.ts', text => `${text}\nexport const added = 1\n`)
  const caller = load('waits.ts')
  expect(caller.project?.unitOf(after.path)?.text).toBe(after.text)
  expect(caller.project?.unitOf(after.path)).not.toBe(before)
})
