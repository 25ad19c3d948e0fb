// bench/RESULTS.md holds one section per benchmark; each run replaces its own.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './packages.mjs'

const file = path.join(root, 'bench/RESULTS.md')
const title = '# Results\n\nWritten by the commands in the headings.\n'

/** Puts `section`, which starts with a `## ` heading, in the place of the one with the same heading, or behind the last. */
export function writeSection(section) {
  const sections = (existsSync(file) ? readFileSync(file, 'utf8') : title).split(/\n(?=## )/)
  const heading = section.split('\n', 1)[0]
  const at = sections.findIndex(other => other.startsWith(`${heading}\n`))
  sections.splice(at < 0 ? sections.length : at, at < 0 ? 0 : 1, `${section.trimEnd()}\n`)
  writeFileSync(file, sections.map(text => text.trimEnd()).join('\n\n') + '\n')
}

/** The installed version of a package. */
export function version(name) {
  return JSON.parse(readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8')).version
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
