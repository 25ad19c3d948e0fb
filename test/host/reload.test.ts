import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { loadUnit } from '../../host/units.js'
import { parsersTypescript } from '../../host/tsconfig.js'
import { folderWith } from '../cli/folder.js'

it('a file that no project has makes the parser read no project anew', () => {
  const folder = folderWith({
    'tsconfig.json': '{ "compilerOptions": { "strict": true }, "files": ["entry.ts"] }',
    'entry.ts': 'export const a: Promise<number> = Promise.resolve(1)\n',
    'aside.ts': 'export const b = 1\n',
  })
  const load = (file: string): ReturnType<typeof loadUnit> => loadUnit(path.join(folder, file), readFileSync(path.join(folder, file), 'utf8'))
  const { prototype } = parsersTypescript().server.ProjectService
  expect(load('entry.ts').untyped).toBeUndefined()
  const { reloadConfiguredProject } = prototype as unknown as { reloadConfiguredProject: (...given: unknown[]) => unknown }
  let reloads = 0
  Object.assign(prototype, { reloadConfiguredProject(this: unknown, ...given: unknown[]) {
    reloads++
    return reloadConfiguredProject.apply(this, given)
  } })
  try {
    expect(load('aside.ts').untyped).toBe('no tsconfig.json around it includes it')
    expect(load('entry.ts').untyped).toBeUndefined()
  } finally {
    Object.assign(prototype, { reloadConfiguredProject })
  }
  expect(reloads).toBe(0)
})
