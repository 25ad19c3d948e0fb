import { createTwoFilesPatch } from 'diff'
import path from 'node:path'
import pc from 'picocolors'
import { relative } from '../words.js'

/** The unified diff of a file, in colours where the terminal has them. */
export function patchOf(file: string, before: string, after: string): string {
  const name = relative(file).split(path.sep).join('/')
  return coloured(createTwoFilesPatch(`a/${name}`, `b/${name}`, before, after, undefined, undefined, { context: 3 }).replace(/^=+\n/, ''))
}

function coloured(patch: string): string {
  if (!pc.isColorSupported) return patch
  return patch.replace(/^(?:\+.*|-.*|@@.*)$/gm, line => (/^(?:\+\+\+|---)/.test(line) ? pc.bold(line) : line.startsWith('+') ? pc.green(line) : line.startsWith('-') ? pc.red(line) : pc.cyan(line)))
}
