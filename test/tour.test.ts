import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './programs.js'

const folder = path.join(root, 'examples/asyncio-tour')
const programs = readdirSync(folder)
const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8')
const page = readFileSync(path.join(root, 'docs/asyncio-tour.md'), 'utf8')

describe('every program of the tour prints what stands at its end', () => {
  it.each(programs)('%s', file => {
    const [, expected = ''] = read(file).split('// Prints:\n')
    expect(expected).not.toBe('')
    const { stdout, stderr } = spawnSync(process.execPath, [path.join(folder, file)], { encoding: 'utf8' })
    expect({ stdout, stderr }).toEqual({ stdout: expected.replace(/^\/\/ /gm, ''), stderr: '' })
  })
})

describe('the page of the tour', () => {
  it('has a step for every program, in their order', () => {
    expect([...page.matchAll(/\[(\d\d-[^\]]+)\]/g)].map(([, file]) => file)).toEqual(programs)
  })

  it.each(page.split(/\n## /).slice(1).filter(section => section.includes('```js')).map(section => [section.split('\n', 1)[0] as string, section]))('%s: every line of JavaScript stands in its programs', (_title, section) => {
    const sources = [...section.matchAll(/\[(\d\d-[^\]]+)\]/g)].map(([, file]) => read(file as string)).join('\n')
    for (const [, code = ''] of section.matchAll(/```js\n([\s\S]*?)```/g)) {
      for (const line of code.split('\n')) expect(sources).toContain(line.trim().replace(/^\/\/ /, ''))
    }
  })
})
