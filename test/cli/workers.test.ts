import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { dealOut } from '../../cli/lanes/deal.js'
import { threads } from '../../cli/lanes/threads.js'
import { folderWith, read, run } from './folder.js'

const floating = 'async function save() {}\nexport async function f() {\n  save()\n}\n'
const files = {
  'tsconfig.json': '{ "include": ["src"], "compilerOptions": { "types": [] } }',
  'src/a.ts': `export ${floating}`,
  'src/b.ts': "import { save } from './a'\nexport async function g() {\n  save()\n}\n",
  'src/c.ts': floating,
  'broken.js': 'const = 1',
  'outside.js': floating,
}

describe('with threads', () => {
  it.each([['json'], ['stylish'], ['sarif']])('scan --format %s says the same as without', format => {
    const folder = folderWith(files)
    const [one, three] = ['1', '3'].map(workers => run(folder, 'scan', '--format', format, '--workers', workers))
    expect(three).toEqual(one)
    expect(one?.status).toBe(2)
    expect(one?.stdout).toContain('src/b.ts')
    expect(one?.stderr).toContain('Failed: broken.js')
  })

  it('fix changes the same', () => {
    const [one, three] = ['1', '3'].map(workers => {
      const folder = folderWith(files)
      const ended = run(folder, 'fix', 'floating-to-task-group', '--write', '--workers', workers)
      return { ended, texts: Object.keys(files).map(name => read(folder, name)) }
    })
    expect(three).toEqual(one)
    expect(one?.texts.filter(text => text.includes('taskGroup'))).toHaveLength(4)
  })

  it('a number that is none is told', () => {
    expect(run(folderWith(files), 'scan', '--workers', 'all')).toMatchObject({ status: 2, stderr: expect.stringContaining("not 'all'") as string })
  })
})

it('a file whose thread ends has failed, and the next one gets a new thread', async () => {
  const script = path.join(folderWith({}), 'thread.mjs')
  writeFileSync(script, "import { parentPort } from 'node:worker_threads'\nparentPort.on('message', file => {\n  if (file === 'ends') process.exit(7)\n  if (file === 'throws') throw new Error('Out of memory.')\n  parentPort.postMessage({ result: file })\n  if (file === 'ends later') setImmediate(() => process.exit(7))\n  if (file === 'throws later') setImmediate(() => { throw new Error('Late.') })\n})\n")
  const [lane] = threads<string>(1, { job: 'scan', jobOptions: {}, types: true }, pathToFileURL(script))
  expect(await lane?.('ends')).toEqual({ failure: 'The thread that read it has ended. Run it again with --workers 1.' })
  expect(await lane?.('throws')).toEqual({ failure: 'The thread that read it has ended: Out of memory. Run it again with --workers 1.' })
  for (const file of ['ends later', 'throws later']) {
    expect(await lane?.(file)).toEqual({ result: file })
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  expect(await lane?.('next')).toEqual({ result: 'next' })
  lane?.close?.()
})

it('a thread that is closed while it reads is not started again', async () => {
  const script = path.join(folderWith({}), 'thread.mjs')
  writeFileSync(script, "import { parentPort } from 'node:worker_threads'\nparentPort.on('message', file => file === 'first' && parentPort.postMessage({ result: file }))\n")
  const [lane] = threads<string>(1, { job: 'scan', jobOptions: {}, types: true }, pathToFileURL(script))
  await lane?.('first')
  const answer = lane?.('never answered')
  lane?.close?.()
  expect(await answer).toEqual({ failure: 'The thread that read it has ended. Run it again with --workers 1.' })
})

it('an error that overtakes the answer before it takes neither that nor the next one away', async () => {
  const script = path.join(folderWith({}), 'thread.mjs')
  writeFileSync(script, "import { parentPort } from 'node:worker_threads'\nparentPort.on('message', file => {\n  parentPort.postMessage({ result: file })\n  if (file === 'throws') throw new Error('Behind it.')\n})\n")
  for (let round = 0; round < 5; round++) {
    const [lane] = threads<string>(1, { job: 'scan', jobOptions: {}, types: true }, pathToFileURL(script))
    expect(await lane?.('first')).toEqual({ result: 'first' })
    const answer = lane?.('throws')
    // Both have arrived by the time that anybody looks.
    const busy = Date.now() + 200
    while (Date.now() < busy);
    expect(await answer).toEqual({ result: 'throws' })
    expect(await lane?.('next')).toEqual({ result: 'next' })
    lane?.close?.()
  }
})

describe('files are dealt out', () => {
  const dealt = (names: readonly string[], turns: readonly number[]): (string | undefined)[] => {
    const folder = folderWith(Object.fromEntries([...names, ...new Set(names.map(name => `${path.dirname(name)}/tsconfig.json`))].map(name => [name, '{}'])))
    const deal = dealOut(names.map(name => path.join(folder, name)), 2)
    return turns.map(lane => deal(lane)).map(file => file && path.relative(folder, file))
  }

  it('each lane keeps to a project, the largest first', () => {
    expect(dealt(['a/1', 'b/1', 'b/2', 'b/3'], [0, 1, 0, 1, 0])).toEqual(['b/1', 'a/1', 'b/2', 'b/3', undefined])
  })

  it('a project is shared only where no other is left', () => {
    expect(dealt(['a/1', 'a/2', 'b/1'], [0, 1, 1, 0])).toEqual(['a/1', 'b/1', 'a/2', undefined])
  })

  it('a lane that comes late gets nothing, and no file goes twice', () => {
    expect(dealt(['a/1', 'a/2'], [0, 0, 1, 0])).toEqual(['a/1', 'a/2', undefined, undefined])
  })
})
