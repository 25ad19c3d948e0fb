import { execFileSync, spawnSync } from 'node:child_process'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { explicit, explicitResult } from './explicit.js'

const root = path.resolve(import.meta.dirname, '../..')

function node(...args: string[]): string {
  return execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', timeout: 60_000 }).trim()
}

const printed = `${explicit}\n  console.log(JSON.stringify(trace))`
const expected = JSON.stringify(explicitResult)
const names = 'configure, createTask, currentTask, gather, sleep, taskGroup, timeout, waitFor'

describe('without AsyncLocalStorage, explicit parameters carry everything', () => {
  it('configure({ context: false })', () => {
    expect(node('--input-type=module', '-e', `import { ${names} } from 'structured-async'; configure({ context: false }); ${printed}`)).toBe(expected)
  })

  it('a platform that has none', () => {
    expect(node('--input-type=module', '-e', `process.getBuiltinModule = undefined; const { ${names} } = await import('structured-async'); ${printed}`)).toBe(expected)
  })

  it('an await of yourself is still named up to the first await, and silent behind it', () => {
    const source = `
      import { configure, createTask, sleep } from 'structured-async'
      configure({ context: false })
      createTask(async me => await me).catch(error => console.log(error.name))
      createTask(async me => { await sleep(1); setTimeout(() => { console.log('silent'); process.exit(0) }, 5); await me })`
    expect(node('--input-type=module', '-e', source)).toBe('DeadlockError\nsilent')
  })
})

describe('module kinds', () => {
  it('CommonJS has the same names', () => {
    const esm = node('--input-type=module', '-e', "console.log(Object.keys(await import('structured-async')).sort().join())")
    expect(node('-e', "console.log(Object.keys(require('structured-async')).sort().join())")).toBe(esm)
    expect(node('-e', "const { run, sleep } = require('structured-async'); run(async () => console.log(await sleep(1, 'ran')))")).toBe('ran')
  })

  const source = `
    import { TaskGroup, sleep } from 'structured-async'
    async function main() {
      await using tg = new TaskGroup()
      tg.createTask(async () => { await sleep(1); console.log('joined') })
    }
    await main()
    console.log('after')`

  const hasUsing = Number(process.versions.node.split('.')[0]) >= 24
  it.skipIf(!hasUsing)(`\`await using\` native${hasUsing ? '' : `: skipped, since Node ${process.version} has none`}`, () => {
    expect(node('--input-type=module', '-e', source)).toBe('joined\nafter')
  })

  it('`await using` down-levelled', () => {
    const script = `
      const ts = require('typescript'), fs = require('fs')
      const { outputText } = ts.transpileModule(${JSON.stringify(source)}, { compilerOptions: { target: 'es2022', module: 'esnext' } })
      process.stdout.write(outputText)`
    const lowered = node('-e', script)
    expect(lowered).toContain('__disposeResources')
    expect(node('--input-type=module', '-e', lowered)).toBe('joined\nafter')
  })
})

it('under Jest, whose tests run in a realm of their own', () => {
  const jest = path.join(root, 'node_modules/jest/bin/jest.js')
  const { status, stderr } = spawnSync(process.execPath, [jest, '--rootDir', path.join(root, 'test/fixtures/jest'), '--testMatch', '**/*.test.cjs', '--cacheDirectory', path.join(root, '.cache/jest'), '--watchman=false'], { cwd: root, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } })
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('4 passed, 4 total') as string })
})
