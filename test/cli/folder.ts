import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'
import { root } from '../programs.js'

export const command = path.join(root, 'dist/cli/main.js')

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder with these files, outside any repository. */
export function folderWith(files: Record<string, string>): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'command ü-')))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  return folder
}

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command in a folder; variables of its environment may come before the arguments. */
export function run(folder: string, ...words: readonly (string | Record<string, string>)[]): Ended {
  const args = words.filter(word => typeof word === 'string')
  const env = Object.assign({}, ...words.filter(word => typeof word === 'object')) as Record<string, string>
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { cwd: folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', ...env } })
  return { status, stdout, stderr }
}

export const read = (folder: string, name: string): string => readFileSync(path.join(folder, name), 'utf8')

interface Replaced {
  readonly deletedRegion: { readonly startLine?: number | undefined; readonly startColumn?: number | undefined; readonly endLine?: number | undefined; readonly endColumn?: number | undefined }
  readonly insertedContent?: { readonly text?: string | undefined } | undefined
}

/** What SARIF's replacements make of a text with LF. */
export function applyReplacements(text: string, replacements: readonly Replaced[]): string {
  const lines = text.split('\n')
  const offset = (line = 1, column = 1): number => lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1
  return [...replacements]
    .map(({ deletedRegion: { startLine, startColumn, endLine, endColumn }, insertedContent }) => ({ start: offset(startLine, startColumn), end: offset(endLine, endColumn), with: insertedContent?.text ?? '' }))
    .sort((a, b) => b.start - a.start)
    .reduce((code, { start, end, with: inserted }) => code.slice(0, start) + inserted + code.slice(end), text)
}
