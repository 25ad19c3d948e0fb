import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { shortenNames } from '../scripts/short-names.mjs'

function build(files: Record<string, string>): { folders: string[]; read: (file: string) => string } {
  const root = mkdtempSync(path.join(tmpdir(), 'short-names-'))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    writeFileSync(path.join(root, file), text)
  }
  return { folders: ['esm', 'cjs'].map(folder => path.join(root, folder)), read: file => readFileSync(path.join(root, file), 'utf8') }
}

it('the same letter in every module, the most frequent name first; strings too', () => {
  const { folders, read } = build({
    'esm/task.js': "export const name = task => task._state ? task._name : '_name' in task",
    'esm/debug.js': 'export const isDone = ({ _state: state }) => state > 0 || task.__proto__._state',
    'cjs/task.js': 'exports.name = task => task._name',
    'esm/task.d.ts': 'export const _name: string',
  })
  shortenNames(folders)
  expect(read('esm/task.js')).toBe("export const name = task => task.b ? task.a : 'a' in task")
  expect(read('esm/debug.js')).toBe('export const isDone = ({ b: state }) => state > 0 || task.__proto__.b')
  expect(read('cjs/task.js')).toBe('exports.name = task => task.a')
  expect(read('esm/task.d.ts')).toBe('export const _name: string')
})

it('refuses a property that has the name of a letter already', () => {
  const { folders } = build({ 'esm/point.js': 'export const sum = point => point._x + point.y', 'cjs/none.js': '' })
  expect(() => shortenNames(folders)).toThrow('A property is called y, as an internal one would be.')
})

it('refuses more names than there are letters', () => {
  const { folders } = build({ 'esm/many.js': Array.from({ length: 27 }, (_, at) => `it._name${at}`).join('\n'), 'cjs/none.js': '' })
  expect(() => shortenNames(folders)).toThrow('There are 27 internal names and 26 letters.')
})
