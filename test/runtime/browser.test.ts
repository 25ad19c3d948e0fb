import { createServer, type Server } from 'node:http'
import { existsSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, inChromium, launchChromium } from '../chromium.js'
import { explicit, explicitResult } from './explicit.js'

const dist = path.resolve(import.meta.dirname, '../../runtime/dist/esm')

describe.skipIf(!hasChromium)(inChromium('as modules without a bundler'), () => {
  let server: Server
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    server = createServer(({ url = '' }, response) => {
      const file = path.join(dist, path.basename(url))
      const found = url.endsWith('.js') && existsSync(file)
      response.writeHead(found || url === '/' ? 200 : 404, { 'content-type': found ? 'text/javascript' : 'text/html' })
      response.end(found ? readFileSync(file) : '<!doctype html><title>test</title>')
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    browser = await launchChromium()
    page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  })

  afterAll(async () => {
    await browser.close()
    await new Promise(resolve => server.close(resolve))
  })

  /** Runs the body of an async function that has the package as `sa`; gives what it returns, and what went unhandled. */
  const inPage = (body: string): Promise<{ value: unknown; unhandled: string[] }> =>
    page.evaluate(`(async () => {
      const unhandled = []
      const note = event => { unhandled.push(String(event.reason)); event.preventDefault() }
      addEventListener('unhandledrejection', note)
      const sa = await import('/index.js')
      const value = await (async () => { ${body} })()
      await new Promise(resolve => setTimeout(resolve, 20))
      removeEventListener('unhandledrejection', note)
      return { value, unhandled }
    })()`)

  it('explicit signals carry everything', async () => {
    expect(await inPage(`const { configure, createTask, currentTask, gather, sleep, taskGroup, timeout, waitFor } = sa; ${explicit}; return trace`)).toEqual({ value: explicitResult, unhandled: [] })
  })

  it('a cancel reaches fetch through the signal of the task', async () => {
    const body = "const task = sa.createTask(({ signal }) => fetch('/', { signal })); task.cancel(); return task.then(String, error => [error.name, task.cancelled()])"
    expect(await inPage(body)).toEqual({ value: ['AbortError', true], unhandled: [] })
  })

  it('the current task is known until the first await, and waiting for yourself is told up to there', async () => {
    const body = `
      const seen = []
      await sa.createTask(async task => { seen.push(sa.currentTask() === task); await null; seen.push(sa.currentTask()) })
      await sa.createTask(async me => await me, { name: 'me' }).catch(error => seen.push(error.message.slice(0, 15)))
      return seen`
    expect(await inPage(body)).toEqual({ value: [true, null, 'me waits for me'], unhandled: [] })
  })

  it('Promise.race and all take tasks', async () => {
    const body = 'return sa.createTask(me => Promise.all([Promise.race([me, 1]), sa.createTask(async () => 2)]))'
    expect(await inPage(body)).toEqual({ value: [1, 2], unhandled: [] })
  })

  it('a failing child cancels its sibling; a rejection that nobody handles is one for the page', async () => {
    const body = `
      let sibling
      const error = await sa.taskGroup(tg => { sibling = tg.createTask(task => sa.sleep(60_000, 0, { signal: task.signal })); tg.createTask(async () => { throw new Error('child') }) }).catch(String)
      sa.createTask(async () => { throw new Error('lost') })
      return [error, sibling.cancelled()]`
    expect(await inPage(body)).toEqual({ value: ['TaskGroupError: 1 failed in a task group: Error: child', true], unhandled: ['Error: lost'] })
  })

  it('structured-async/debug works without Node', async () => {
    expect(await inPage("const { taskTree } = await import('/debug.js'); sa.createTask(() => sa.sleep(5), { name: 'named' }); return taskTree()")).toEqual({ value: expect.stringContaining('named  0.0 s  waits in the runtime') as string, unhandled: [] })
  })
})
