import { mkdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith, run } from '../cli/folder.js'

const source = 'export default class Client {}\nexport async function load(id: number) {\n  return (await fetch(`/x/${id}`)).status\n}\n'
const page = (from: string): string => `import { load } from '${from}'\nexport async function page() {\n  const a = await load(1)\n  const b = await load(2)\n  return [a, b]\n}\n`

/** A workspace whose package `@acme/db` has these fields and files, and an application that imports it. */
function workspace(manifest: object, files: Record<string, string>, { from = '@acme/db', link = true, module = 'nodenext' } = {}): string {
  const folder = folderWith({
    'app/package.json': '{ "name": "app", "type": "module" }',
    'app/tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, module, moduleResolution: module === 'nodenext' ? 'nodenext' : 'bundler', target: 'es2022', types: [] }, include: ['src'] }),
    'app/src/page.ts': page(from),
    ...Object.fromEntries(Object.entries({ 'package.json': JSON.stringify({ name: '@acme/db', type: 'module', ...manifest }), ...files }).map(([name, text]) => [`${link ? 'packages' : 'app/node_modules/@acme'}/db/${name}`, text])),
  })
  if (link) {
    mkdirSync(path.join(folder, 'app/node_modules/@acme'), { recursive: true })
    symlinkSync(path.join(folder, 'packages/db'), path.join(folder, 'app/node_modules/@acme/db'), 'junction')
  }
  return folder
}

/** How sure the scan is of the second await: undefined where it says nothing. */
function certaintyIn(folder: string): string | undefined {
  const { findings } = JSON.parse(run(folder, 'scan', 'app', '--format', 'json').stdout) as { findings: { rule: string; certainty: string }[] }
  return findings.find(({ rule }) => rule === 'no-sequential-awaits')?.certainty
}

describe('a package of the workspace that nobody has built is read from its sources', () => {
  it.each([
    ['by its types', { types: './dist/index.d.ts' }, 'src/index.ts', '@acme/db', 'nodenext'],
    ['by its exports', { exports: { '.': { import: './dist/index.js' } } }, 'src/index.ts', '@acme/db', 'nodenext'],
    ['where the compiler keeps the folder of the sources', { types: './dist/src/index.d.ts' }, 'src/index.ts', '@acme/db', 'preserve'],
    ['by one of several entries', { exports: { './read': { types: './dist/esm/read.d.ts', default: './dist/esm/read.js' } } }, 'src/read.ts', '@acme/db/read', 'nodenext'],
    ['without a folder for sources', { main: 'lib/index.js' }, 'index.ts', '@acme/db', 'preserve'],
  ])('%s', (_name, manifest, file, from, module) => {
    expect(certaintyIn(workspace(manifest, { [file]: source }, { from, module }))).toBe('proven')
  })

  it('and stays what it is where it is built', () => {
    const built = workspace({ types: './dist/index.d.ts' }, { 'src/index.ts': source, 'dist/index.d.ts': 'export declare function load(id: number): Promise<number>\n' })
    expect(certaintyIn(built)).toBe('likely')
  })

  it('and is unknown where it is installed, or its sources are elsewhere', () => {
    expect(certaintyIn(workspace({ types: './dist/index.d.ts' }, { 'src/index.ts': source }, { link: false }))).toBeUndefined()
    expect(certaintyIn(workspace({ types: './dist/index.d.ts' }, { 'source/main.ts': source }))).toBeUndefined()
    expect(certaintyIn(workspace({ types: './made/index.d.ts' }, { 'src/index.ts': source }))).toBeUndefined()
  })
})
