import { execFile } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { findAll } from '../../analysis/find.js'
import { selfAwaitFinder } from '../../analysis/tasks/self-await.js'
import { programsIn, readings, root } from '../programs.js'

/** Runs a module, and kills it where it does not end by itself. */
function run(code: string): Promise<string> {
  return new Promise(resolve => {
    execFile(process.execPath, ['--input-type=module', '-e', code], { cwd: root, timeout: 5000, killSignal: 'SIGKILL' }, (_error, stdout, stderr) => resolve(stdout + stderr))
  })
}

function reported(code: string): number[] {
  return findAll(selfAwaitFinder, readings.JavaScript(code), {}).map(({ node }) => node.loc.start.line)
}

function marked(code: string): number[] {
  return code.split('\n').flatMap((line, at) => (line.endsWith('// floats') ? [at + 1] : []))
}

/** What is wrong, `//=>` and how it ends, what is right; or only what is right. */
const cases = programsIn('test/fixtures/programs/hangs.js').map(([name, program]) => {
  const [before, how, after] = program.split(/^\/\/=> (.*)\n/m)
  return { name, before: before ?? '', how, after }
})

describe('what is reported ends as it says, and what is not goes through', () => {
  it.concurrent.each(cases)('$name', async ({ before, how, after }) => {
    expect(reported(before)).toEqual(marked(before))
    const output = await run(before)
    if (how === undefined) return expect(output).toContain('done')
    expect(output).not.toContain('done\n')
    if (how !== 'hangs') expect(output).toContain(how)
    else expect(output).not.toMatch(/Error/)
    expect(reported(after ?? '')).toEqual([])
    expect(await run(after ?? '')).toContain('done')
  }, 20_000)
})
