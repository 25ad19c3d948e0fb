import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { leavesNoRoom, makeRoomFor } from '../../host/memory.js'
import { loadUnit } from '../../host/units.js'
import type { Project } from '../../analysis/project.js'
import { folderWith } from '../cli/folder.js'

const config = JSON.stringify({ compilerOptions: { strict: true, types: [] }, include: ['*.ts'] })
const folder = folderWith({
  'a/tsconfig.json': config,
  'a/one.ts': 'export const one = 1\n',
  'a/two.ts': 'export const two = 2\n',
  'b/tsconfig.json': config,
  'b/three.ts': 'export const three = 3\n',
})

/** The project of a file that is loaded behind another one, where memory is short or not. */
function load(name: string, isShort: boolean): Project | undefined {
  const file = path.join(folder, name)
  makeRoomFor(file, () => isShort)
  return loadUnit(file, readFileSync(file, 'utf8')).unit.project
}

// The next test begins in a project of its own.
afterEach(() => load('b/three.ts', true))

it('the files of one project share its program, however short memory is', () => {
  expect(load('a/two.ts', true)).toBe(load('a/one.ts', true))
})

it('where memory is not short, a project stays for its next file', () => {
  const first = load('a/one.ts', false)
  load('b/three.ts', false)
  expect(load('a/two.ts', false)).toBe(first)
})

it('where it is, projects go when another one begins, and are built again', () => {
  const first = load('a/one.ts', true)
  load('b/three.ts', true)
  const again = load('a/two.ts', true)
  expect(again).toBeDefined()
  expect(again).not.toBe(first)
})

it('memory is short where half of it is taken, or where a project like the largest would not fit beside the rest', () => {
  expect(leavesNoRoom(6, 10, 1)).toBe(true)
  expect(leavesNoRoom(4, 10, 4)).toBe(false)
  expect(leavesNoRoom(4, 10, 6)).toBe(true)
})
