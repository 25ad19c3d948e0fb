import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { folderWith } from '../cli/folder.js'
import { root } from '../programs.js'

/** Which TypeScript a package beside the parser gets in a project, once the command has chosen. */
function chosenIn(files: Record<string, string>): string {
  const folder = folderWith(files)
  const program = `const { useProjectTypescript } = await import(${JSON.stringify(pathToFileURL(path.join(root, 'dist/host/own-typescript.js')).href)})
useProjectTypescript(process.cwd())
console.log((await import('node:module')).createRequire(process.cwd() + '/x.js').resolve('typescript'))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: folder, encoding: 'utf8' })
  expect(stderr).toBe('')
  return path.relative(folder, stdout.trim())
}

const typescript = (version: string): Record<string, string> => ({ 'node_modules/typescript/package.json': JSON.stringify({ name: 'typescript', version, main: 'lib/typescript.js' }), 'node_modules/typescript/lib/typescript.js': '' })

it.each([['5.4.0'], ['5.9.3'], ['6.0.9']])("a project's own TypeScript %s is taken", version => {
  expect(chosenIn(typescript(version))).toBe(path.join('node_modules/typescript/lib/typescript.js'))
})

it.each([['5.3.9'], ['6.1.0'], ['7.0.2']])('the copy beside the parser stands in for TypeScript %s, which the parser can not load', version => {
  expect(chosenIn(typescript(version))).toMatch(/\.\.[\\/].*node_modules[\\/]typescript[\\/]lib[\\/]typescript\.js$/)
})

it('the copy beside the parser is taken where there is none', () => {
  expect(chosenIn({ 'a.js': '' })).toMatch(/\.\.[\\/].*node_modules[\\/]typescript[\\/]lib[\\/]typescript\.js$/)
})
