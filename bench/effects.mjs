// What it costs to find out what functions do: every function of the sweep packages, first (cold: types are asked and other
// files read) and again (warm); and generated projects from 10² to 10⁴ functions, each of which calls one in another file.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { effectsOfBody } from '../dist/analysis/effects/summary.js'
import { isFunction, walk } from '../dist/analysis/walk.js'
import { loadUnit } from '../dist/host/units.js'
import { copySources, root } from './packages.mjs'
import { writeSection } from './results.mjs'

const isShort = process.argv.includes('--short')
const sizes = isShort ? [100, 1000] : [100, 1000, 10_000]
const head = '| functions of | files | functions | cold, ms | per 1 000 | warm, ms | per 1 000 |\n|---|---:|---:|---:|---:|---:|---:|'
const rows = []
for (const { name, version, folder } of copySources('effects')) rows.push(measured(`${name}@${version}`, filesBelow(folder)))
for (const size of sizes) rows.push(measured(`a generated project of ${size}`, generated(size)))
const report = ['## What functions do: `npm run bench -- effects`', '', `Node ${process.version}, one round. Parsing the files and making the program is not counted, the questions to the type checker are.`, '', head, ...rows].join('\n')
console.log(report)
if (!isShort) writeSection(report)

function measured(what, files) {
  const units = files.map(file => loadUnit(file, readFileSync(file, 'utf8')).unit)
  const functions = units.flatMap(unit => functionsOf(unit).map(fn => ({ unit, fn })))
  const [cold, warm] = [0, 1].map(() => {
    const start = performance.now()
    for (const { unit, fn } of functions) effectsOfBody(unit, fn, 'until ordered')
    return performance.now() - start
  })
  const cells = [files.length, functions.length, ...[cold, warm].flatMap(time => [time.toFixed(0), ((time * 1000) / functions.length).toFixed(1)])]
  return `| ${what} | ${cells.join(' | ')} |`
}

function functionsOf({ ast }) {
  const found = []
  walk(ast, node => {
    if (isFunction(node)) found.push(node)
  })
  return found
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true }).map(String).filter(name => /\.ts$/.test(name) && !/\.d\.ts$/.test(name) && !name.includes('node_modules')).map(name => path.join(folder, name))
}

/** Fifty functions a file, each of which calls the one with half its number. */
function generated(size) {
  const folder = path.join(root, 'bench/out/effects-generated', String(size))
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const fileOf = at => Math.floor(at / 50)
  const files = Array.from({ length: Math.ceil(size / 50) }, (_, file) => {
    const own = Array.from({ length: Math.min(50, size - file * 50) }, (_, at) => file * 50 + at)
    const callees = [...new Set(own.map(at => at >> 1).filter(at => fileOf(at) !== file))]
    const imports = callees.map(at => `import { f${at} } from './file${fileOf(at)}.js'\n`)
    const body = at => (at === 0 ? '(await fetch(`/x/${id}`)).status' : `(await f${at >> 1}(id)) + ${at}`)
    const text = `${imports.join('')}${own.map(at => `export async function f${at}(id: number): Promise<number> {\n  return ${body(at)}\n}\n`).join('')}`
    const name = path.join(folder, `file${file}.ts`)
    writeFileSync(name, text)
    return name
  })
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict: true, target: 'es2022', module: 'nodenext', lib: ['es2022', 'dom'], types: [], noEmit: true, skipLibCheck: true }, include: ['*.ts'] }))
  return files
}
