// What a task costs: time and memory per task, and bytes to download, beside Promise.all (the floor) and the libraries that
// run tasks. One process per case and round, rounds in turn, medians of the rounds' medians.
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import path from 'node:path'
import { root } from './packages.mjs'
import { median, version, writeSection } from './results.mjs'
import { minifiedBytes } from './size.mjs'

const isShort = process.argv.includes('--short')
const rounds = isShort ? 1 : 3
const counts = isShort ? [1e3] : [1e3, 1e4, 1e5]
const libraries = ['Promise.all', 'Promise.all, each with then', 'createTask', 'gather', 'taskGroup', 'p-map', 'abort-controller-x', 'effect all', 'effect fork', 'effection']
const nodes = isShort ? [process.execPath] : [process.execPath, newestLts()]

const lines = []
for (const node of nodes) {
  const figures = new Map(libraries.map(library => [library, new Map()]))
  for (let round = 0; round < rounds; round++) {
    for (const library of libraries) {
      const of = figures.get(library)
      for (const count of counts) of.set(count, [...(of.get(count) ?? []), run(node, library, 'time', count)])
      for (const measure of ['bytes', 'held']) of.set(measure, [...(of.get(measure) ?? []), run(node, library, measure, 1e4)])
    }
  }
  const floor = count => median(figures.get('Promise.all').get(count))
  lines.push(`### Node ${spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()}`, '')
  lines.push(`| | ${counts.map(count => `ns per task, 10${superscript(count)}`).join(' | ')} | bytes per pending task | with what it waits for |`, `|---${'|---:'.repeat(counts.length + 2)}|`)
  for (const [library, of] of figures) {
    const times = counts.map(count => `${round3(median(of.get(count)))} (× ${round3(median(of.get(count)) / floor(count))})`)
    lines.push(`| ${library} | ${times.join(' | ')} | ${Math.round(median(of.get('bytes')))} | ${Math.round(median(of.get('held')))} |`)
  }
  lines.push('')
}

const sizes = await minifiedBytes()
lines.push('### Size', '', 'Bundled and minified with esbuild for ES2022, then gzip -9.', '', '| | minified | gzip |', '|---|---:|---:|')
for (const { name, minified, gzip } of sizes) lines.push(`| ${name} | ${minified} | ${gzip} |`)

const others = ['p-map', 'abort-controller-x', 'effect', 'effection', 'esbuild'].map(name => `${name} ${version(name)}`).join(', ')
const report = [
  '## The runtime: `npm run bench -- runtime`',
  '',
  `${others}; ${cpus().length} cores; ${rounds} rounds.`,
  '',
  'A task is `async () => 1`, started and waited for together with the others; in brackets, times the floor on the same Node. "Each with then" has one more promise per task, the least that any handle needs. Bytes are of the heap after a collection, for tasks that never settle: first where nothing but the library holds them, then where something outside holds the resolver of what each waits for, as a socket or a timer does, that resolver and its promise included.',
  '',
  ...lines,
].join('\n')
console.log(report)
if (!isShort) writeSection(report)

function run(node, library, measure, count) {
  const { status, stdout, stderr } = spawnSync(node, ['--expose-gc', '--max-old-space-size=8192', path.join(root, 'bench/runtime-case.mjs'), library, measure, String(count)], { cwd: root, encoding: 'utf8', timeout: 600_000 })
  if (status !== 0) throw new Error(`${library} ${measure} ${count}: ${stderr}`)
  return Number(stdout)
}

function newestLts() {
  const { stdout } = spawnSync('npx', ['-y', '-p', 'node@24', 'node', '-p', 'process.execPath'], { encoding: 'utf8', shell: process.platform === 'win32' })
  return stdout.trim()
}

function superscript(count) {
  return [...String(Math.log10(count))].map(digit => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')
}

function round3(number) {
  return number >= 99.5 ? String(Math.round(number)) : number.toPrecision(2)
}
