// npm run sweep [-- --short | labels <folder> | differential | oxlint]: labels.mjs measures rules against labelled code,
// differential/ runs random programs before and after, oxlint.mjs compares hosts. Else: scans and rewrites copies of each sweep package, for both targets: as it is, and with every
// `await f()` that is a statement made floating, which gives the rewrites hundreds of places that people wrote. Fails where
// anything crashes, the output does not parse, a second run changes something, or the type checker finds a new error.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { findFiles } from '../dist/host/files.js'
import { loadUnit } from '../dist/host/units.js'
import { runCodemod } from '../dist/codemods/codemod.js'
import { floatingToTaskGroup } from '../dist/codemods/floating-to-task-group.js'
import { copySources } from './packages.mjs'
import { stripAwaits } from './strip-awaits.mjs'

if (process.argv[2] === 'labels') {
  const { measureLabels } = await import('./labels.mjs')
  process.exit((await measureLabels(process.argv.slice(3))) ? 0 : 1)
}
if (process.argv[2] === 'differential') {
  const { sweepPrograms } = await import('./differential/sweep.mjs')
  process.exit((await sweepPrograms(process.argv.slice(3))) ? 0 : 1)
}
if (process.argv[2] === 'oxlint') {
  const { compareHosts } = await import('./oxlint.mjs')
  process.exit((await compareHosts()) ? 0 : 1)
}
const short = process.argv.includes('--short')
const targets = short ? ['structured-async'] : ['structured-async', 'native']
let failed = 0

for (const [target, stripped] of targets.flatMap(target => (short ? [[target, true]] : [[target, false], [target, true]]))) {
  for (const { name, version, folder } of copySources(`sweep-${target}${stripped ? '-stripped' : ''}`, short ? ['@trpc/server', 'puppeteer-core'] : undefined)) {
    const awaits = stripped ? stripAwaits(folder) : 0
    const before = typeErrors(folder)
    const totals = { files: 0, changed: 0, places: 0, refused: 0 }
    const reasons = new Map()
    for (const file of findFiles([path.join(folder, 'src')])) {
      totals.files++
      attempt(file, () => {
        const text = readFileSync(file, 'utf8')
        const result = rewrite(file, text, target)
        totals.refused += result.refused.length
        for (const { reason } of result.refused) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
        if (result.text === text) return
        totals.changed++
        totals.places += result.changed.length
        const again = rewrite(file, result.text, target)
        if (again.text !== result.text) problem(file, 'a second run changed it again')
        writeFileSync(file, result.text)
      })
    }
    const added = newErrors(before, typeErrors(folder))
    for (const error of added) problem(folder, `new type error: ${error}`)
    console.log(`${name}@${version}, target ${target}${stripped ? `, ${awaits} awaits stripped` : ''}: ${totals.files} files, ${totals.places} places rewritten in ${totals.changed} files, ${totals.refused} refused, ${before.length} type errors before, ${added.length} new`)
    for (const [reason, number] of [...reasons].sort((a, b) => b[1] - a[1])) console.log(`    ${String(number).padStart(4)} × ${reason}`)
  }
}
console.log(failed === 0 ? 'Sweep passed.' : `Sweep failed: ${failed} problems.`)
process.exitCode = failed === 0 ? 0 : 1

function rewrite(file, text, target) {
  return runCodemod(floatingToTaskGroup, text, next => loadUnit(file, next).unit, { target })
}

function attempt(file, action) {
  try {
    action()
  } catch (error) {
    problem(file, error.stack ?? String(error))
  }
}

function problem(file, text) {
  failed++
  console.error(`${path.relative(process.cwd(), file)}: ${text}`)
}

/** Errors as code, file and text: a rewrite moves lines, so places can't be compared. */
function typeErrors(folder) {
  const config = ts.readConfigFile(path.join(folder, 'tsconfig.json'), ts.sys.readFile).config
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, folder)
  const program = ts.createProgram(fileNames, options)
  return ts.getPreEmitDiagnostics(program).map(({ code, file, messageText }) => `TS${code} ${file ? path.relative(folder, file.fileName) : ''} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`)
}

function newErrors(before, after) {
  const known = new Map()
  for (const error of before) known.set(error, (known.get(error) ?? 0) + 1)
  return after.filter(error => {
    const left = known.get(error) ?? 0
    known.set(error, left - 1)
    return left <= 0
  })
}
