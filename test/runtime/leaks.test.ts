import { execFileSync } from 'node:child_process'
import { getEventListeners } from 'node:events'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { abortable, allTasks, any, createTask, gather, race, sleep, taskGroup, timeout, wait, waitFor } from 'structured-async'

const root = path.resolve(import.meta.dirname, '../..')

/** Runs a program and gives what it printed; `process.getActiveResourcesInfo` tells what would keep it alive. */
function program(source: string, ...options: string[]): string {
  return execFileSync(process.execPath, ['--expose-gc', ...options, '--input-type=module', '-e', source], { cwd: root, encoding: 'utf8', timeout: 60_000 }).trim()
}

describe('nothing is left behind', () => {
  it.each([
    ['race', "await race([() => sleep(60_000), () => sleep(1)])"],
    ['any', "await any([() => sleep(60_000), () => sleep(1)])"],
    ['waitFor that is in time', 'await waitFor(() => sleep(1), 60_000)'],
    ['waitFor that is late', 'await waitFor(() => sleep(60_000), 1).catch(() => {})'],
    ['timeout', 'await timeout(60_000, () => sleep(1))'],
    ['timeout that expires', 'await timeout(1, () => sleep(60_000)).catch(() => {})'],
    ['wait', 'const t = createTask(() => sleep(2)); await wait([t], { timeout: 60_000 })'],
    ['asCompleted', 'for await (const t of asCompleted([() => sleep(1)], { timeout: 60_000 })) await t'],
    ['a failing group', 'await taskGroup(async tg => { tg.createTask(() => sleep(60_000)); throw new Error() }).catch(() => {})'],
    ['background.drain', 'background(() => sleep(1)); await background.drain({ timeout: 60_000 })'],
  ])('%s: the process can exit at once', (_name, source) => {
    const names = 'any, asCompleted, background, createTask, race, sleep, taskGroup, timeout, wait, waitFor'
    expect(program(`import { ${names} } from 'structured-async'; ${source}; console.log(process.getActiveResourcesInfo().filter(name => name === 'Timeout').length)`)).toBe('0')
  })

  it('listeners of a signal are gone when the wait is over', async () => {
    const { signal } = new AbortController()
    await sleep(1, undefined, { signal })
    await abortable(Promise.resolve(1), { signal })
    await gather([async () => 1], { signal })
    await wait([createTask(async () => 1)], { signal })
    await waitFor(() => sleep(1), 100, { signal })
    await race([() => sleep(1)], { signal })
    await any([() => sleep(1)], { signal })
    await taskGroup(async tg => void tg.createTask(() => sleep(1)), { signal })
    await createTask(() => sleep(1), { signal })
    await timeout(5, () => sleep(1))
    expect(getEventListeners(signal, 'abort')).toEqual([])
    expect(allTasks().size).toBe(0)
  })

  it('one listener per signal and wait, so no warning at eleven children', () => {
    const output = program(`
      import { sleep, taskGroup } from 'structured-async'
      process.on('warning', warning => console.log(warning.name))
      const { signal } = new AbortController()
      await taskGroup(async tg => { for (let at = 0; at < 50; at++) tg.createTask(() => sleep(1)) }, { signal })
      console.log('done')`)
    expect(output).toBe('done')
  })

  it('a million short tasks on one long-lived signal and one long-lived task keep the heap flat', () => {
    const output = program(`
      import { createTask, run, sleep, wait } from 'structured-async'
      const { signal } = new AbortController()
      const never = createTask(() => new Promise(() => {}))
      const heap = () => { gc(); return process.memoryUsage().heapUsed }
      await run(async () => {
        const round = async () => {
          for (let at = 0; at < 1000; at++) {
            const tasks = Array.from({ length: 100 }, () => createTask(async () => {}, { signal }))
            await wait([never, ...tasks], { returnWhen: 'FIRST_COMPLETED', signal })
            await Promise.all(tasks)
          }
        }
        await round()
        await sleep(0)
        const before = heap()
        for (let at = 0; at < 9; at++) await round()
        await sleep(0)
        console.log(Math.round((heap() - before) / 1024))
        process.exit(0)
      }, { signal })`)
    // Kilobytes after 900 000 more tasks and 9 000 more waits: a leak of one word for each task would be 7 000, and a
    // handler for each wait 1 400.
    expect(Number(output)).toBeLessThan(700)
  }, 120_000)

  it('makes no AbortController unless signal is read', () => {
    const output = program(`
      let made = 0
      globalThis.AbortController = class extends AbortController { constructor() { super(); made++ } }
      const { createTask, gather, sleep, taskGroup, timeout, waitFor } = await import('structured-async')
      await taskGroup(async tg => { tg.createTask(() => sleep(1)); tg.createTask(() => gather([() => sleep(1)])) })
      await timeout(50, () => waitFor(() => sleep(1), 20))
      const before = made
      createTask(async task => { void task.signal })
      console.log(before, made)`)
    expect(output).toBe('0 1')
  })
})
