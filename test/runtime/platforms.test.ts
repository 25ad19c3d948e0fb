import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')

function node(...args: string[]): string {
  return execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', timeout: 60_000 }).trim()
}

/** Everything through explicit signals, as it must be written where the current task is known until the first await only. */
const explicit = `
  const trace = []
  const error = await taskGroup(async tg => {
    tg.createTask(async task => {
      await sleep(1, undefined, { signal: task.signal })
      throw new Error('child')
    })
    tg.createTask(async task => {
      try {
        await sleep(0, undefined, { signal: task.signal })
        await gather([() => sleep(60_000, undefined, { signal: task.signal })], { signal: task.signal })
      } finally {
        trace.push('cleaned up')
      }
    })
    await sleep(60_000, undefined, { signal: tg.signal })
  }).catch(error => error)
  trace.push(error.message)
  await waitFor(task => sleep(60_000, undefined, { signal: task.signal }), 2).catch(error => trace.push(error.name))
  await timeout(2, async deadline => {
    await sleep(1, undefined, { signal: deadline.signal })
    await sleep(60_000, undefined, { signal: deadline.signal })
  }).catch(error => trace.push(error.name))
  trace.push(currentTask())
  createTask(task => trace.push(currentTask() === task))
  console.log(JSON.stringify(trace))`
const expected = JSON.stringify(['cleaned up', '1 task failed in a task group: Error: child', 'TimeoutError', 'TimeoutError', null, true])
const names = 'configure, createTask, currentTask, gather, sleep, taskGroup, timeout, waitFor'

describe('without AsyncLocalStorage, explicit parameters carry everything', () => {
  it('configure({ context: false })', () => {
    expect(node('--input-type=module', '-e', `import { ${names} } from 'structured-async'; configure({ context: false }); ${explicit}`)).toBe(expected)
  })

  it('a platform that has none', () => {
    expect(node('--input-type=module', '-e', `process.getBuiltinModule = undefined; const { ${names} } = await import('structured-async'); ${explicit}`)).toBe(expected)
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

  it('`await using` down-levelled', () => {
    const source = `
      import { TaskGroup, sleep } from 'structured-async'
      async function main() {
        await using tg = new TaskGroup()
        tg.createTask(async () => { await sleep(1); console.log('joined') })
      }
      await main()
      console.log('after')`
    const script = `
      const ts = require('typescript'), fs = require('fs')
      const { outputText } = ts.transpileModule(${JSON.stringify(source)}, { compilerOptions: { target: 'es2022', module: 'esnext' } })
      process.stdout.write(outputText)`
    const lowered = node('-e', script)
    expect(lowered).toContain('__disposeResources')
    expect(node('--input-type=module', '-e', lowered)).toBe('joined\nafter')
  })
})
