import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')

it.each(['typescript', 'typescript59'])('the types hold under %s', compiler => {
  const folder = path.join(root, '.cache/types', compiler)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(path.join(folder, 'types.ts'), readFileSync(path.join(root, 'test/fixtures/types/types.ts')))
  const compilerOptions = { strict: true, exactOptionalPropertyTypes: true, noEmit: true, target: 'es2022', lib: ['es2022', 'dom'], module: 'nodenext', types: [] }
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['types.ts'] }))
  const tsc = path.join(root, 'node_modules', compiler, 'lib/tsc.js')
  expect(execFileSync(process.execPath, [tsc, '--version'], { encoding: 'utf8' })).toMatch(compiler === 'typescript59' ? /5\.9\./ : /6\.0\./)
  let problems = ''
  try {
    execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
  } catch (error) {
    problems = (error as { stdout: string }).stdout
  }
  expect(problems).toBe('')
})
