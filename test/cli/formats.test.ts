import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import Ajv from 'ajv'
import type { Log } from 'sarif'
import { expect, describe, it } from 'vitest'
import { applyReplacements, folderWith, read, run } from './folder.js'

const floating = 'async function save() {}\nasync function main() {\n  save()\n}\nmain().catch(console.error)\n'

describe('sarif', () => {
  const require = createRequire(import.meta.url)
  const schema = JSON.parse(readFileSync(path.join(path.dirname(require.resolve('@microsoft/jest-sarif/package.json')), 'lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8')) as object
  const validate = new Ajv({ schemaId: 'auto', unknownFormats: 'ignore', logger: false }).addMetaSchema(require('ajv/lib/refs/json-schema-draft-04.json') as object).compile(schema)

  it('is valid, with relative paths, fingerprints, fixes that do what they say, and what is hidden', () => {
    const folder = folderWith({ 'src ü/a.js': `${floating}\n// eslint-disable-next-line structured-async/no-floating-promises\nmain()\n`, 'b.js': 'function (\n' })
    const { stdout, status } = run(folder, 'scan', '--format', 'sarif')
    const log = JSON.parse(stdout) as Log
    expect([validate(log), validate.errors]).toEqual([true, null])
    expect(status).toBe(2)
    const [{ results = [], tool, invocations } = { results: [], tool: undefined, invocations: [] }] = log.runs
    expect(results.map(({ ruleId, level, suppressions, locations }) => [ruleId, level, suppressions?.[0]?.kind, locations?.[0]?.physicalLocation?.artifactLocation?.uri, locations?.[0]?.physicalLocation?.region])).toEqual([
      ['no-floating-promises', 'error', undefined, 'src%20%C3%BC/a.js', { startLine: 3, startColumn: 3, endLine: 3, endColumn: 9 }],
      ['no-floating-promises', 'error', 'inSource', 'src%20%C3%BC/a.js', { startLine: 8, startColumn: 1, endLine: 8, endColumn: 7 }],
    ])
    expect(results.every(({ ruleId, ruleIndex = -1 }) => tool?.driver.rules?.[ruleIndex]?.id === ruleId)).toBe(true)
    expect(invocations).toMatchObject([{ executionSuccessful: false, toolExecutionNotifications: [{ locations: [{ physicalLocation: { artifactLocation: { uri: 'b.js' } } }] }] }])
    const [fix] = results[0]?.fixes ?? []
    expect(fix?.description?.text).toBe('Await it here.')
    expect(applyReplacements(read(folder, 'src ü/a.js'), fix?.artifactChanges[0]?.replacements ?? [])).toContain('  await save()\n')
  })

  it('has the same fingerprint when lines move, and another one for the same line again', () => {
    const folder = folderWith({ 'a.js': floating })
    const prints = (): unknown[] => (JSON.parse(run(folder, 'scan', '--format', 'sarif').stdout) as Log).runs[0]?.results?.map(({ partialFingerprints }) => partialFingerprints?.['structuredAsync/v1']) ?? []
    const [first] = prints()
    writeFileSync(path.join(folder, 'a.js'), `// moved\n\n${floating.replace('  save()\n', '      save()\n  save()\n')}`)
    expect(prints()).toEqual([first, `${String(first)}:2`])
  })
})

describe('github', () => {
  it('gives an annotation for each finding and each file that fails', () => {
    const folder = folderWith({ 'a,b.js': floating, 'b.js': 'function (\n' })
    const { stdout, status } = run(folder, 'scan', '--format', 'github')
    expect(stdout).toMatch(/^::error file=a%2Cb\.js,line=3,endLine=3,col=3,endColumn=9,title=no-floating-promises::Nothing waits for the promise from `save\(\)`.*\n::error file=b\.js,title=structured-async::It can't be parsed.*\n1 finding\.\n$/)
    expect(status).toBe(2)
  })

  it('names files from the root of the repository', () => {
    const folder = folderWith({ 'packages/a/a.js': floating })
    expect(run(path.join(folder, 'packages/a'), { GITHUB_WORKSPACE: folder }, 'scan', '--format', 'github').stdout).toContain('file=packages/a/a.js,')
  })
})

it('scan and fix leave alone what a comment hides, and say how much that is', () => {
  const folder = folderWith({ 'a.js': floating.replace('  save()', '  save() // eslint-disable-line structured-async/no-floating-promises') })
  expect(run(folder, 'scan')).toMatchObject({ status: 0, stdout: 'No findings in 1 file.\nHidden by eslint-disable comments: 1.\n' })
  expect(run(folder, 'fix')).toMatchObject({ status: 0, stdout: '\nHidden by eslint-disable comments: 1.\n\nNothing to change in 1 file.\n' })
})

describe('--baseline', () => {
  it('fails on new findings only, says what it knows, and forgets what is gone', () => {
    const folder = folderWith({ 'src/a.js': floating, 'c.js': floating })
    const written = run(folder, 'scan', '--baseline', 'known.json', '--update-baseline')
    expect(written).toMatchObject({ status: 0, stdout: 'No new findings in 2 files.\nIn the baseline: 2.\n', stderr: expect.stringContaining('Wrote 2 findings to known.json.') as string })
    expect(run(folder, 'scan', '--baseline', 'known.json').status).toBe(0)

    writeFileSync(path.join(folder, 'src/a.js'), floating.replace('  save()\n', '\n  save()\n  main()\n'))
    const again = run(folder, 'scan', '--baseline', 'known.json')
    expect(again.status).toBe(1)
    expect(again.stdout).toMatch(/^src\/a\.js\n {2}5:3 .*`main\(\)`/)
    expect(again.stdout).toContain('1 new finding in 1 file of 2:')

    writeFileSync(path.join(folder, 'src/a.js'), '')
    expect(run(folder, 'scan', '--baseline', 'known.json').stdout).toContain('Of the baseline, not found any more: 1.')
    expect(run(folder, 'scan', 'c.js', '--baseline', 'known.json').stdout).not.toContain('not found any more')
    run(folder, 'scan', 'src', '--baseline', 'known.json', '--update-baseline')
    expect(JSON.parse(read(folder, 'known.json'))).toEqual({ version: 1, findings: { 'c.js': { 'no-floating-promises': [expect.stringMatching(/^[\da-f]{16}$/)] } } })
  })

  it.each([
    ['one that is not there', ['--baseline', 'none.json'], 'There is no baseline at none.json. Write one with --update-baseline.\n'],
    ['a file that is none', ['--baseline', 'a.js'], 'a.js is no baseline of this command.'],
    ['no file to write', ['--update-baseline'], '--update-baseline has no file to write: say which with --baseline <file>.\n'],
  ])('%s is an error', (_name, args, message) => {
    const { status, stderr } = run(folderWith({ 'a.js': floating }), 'scan', ...args)
    expect([status, stderr.includes(message)]).toEqual([2, true])
  })
})
