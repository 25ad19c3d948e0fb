// What linting costs: whole ESLint processes over the sweep packages, alternating between a run with one empty rule that
// asks the type of every call (the floor), and the same with a rule of ours, or rules of typescript-eslint that do the same, added.
// The cost of a rule is its time above the floor; without the floor's questions a rule that asks fewer would come out below
// it. Whole processes scatter by seconds, rules cost tenths of one: so the time in the rules themselves is measured too, as ESLint's
// --stats counts it; in processes of their own, since counting costs each rule's every step. Then the findings of both, place by place, on copies whose awaits were stripped.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import path from 'node:path'
import { copySources, root } from './packages.mjs'
import { median, version, writeSection } from './results.mjs'
import { stripAwaits } from './strip-awaits.mjs'

const asked = process.argv.indexOf('--rounds')
const rounds = process.argv.includes('--short') ? 1 : asked > 0 ? Number(process.argv[asked + 1]) : 9
const countedRounds = Math.min(rounds, 3)
const variants = {
  floor: 'one empty rule that asks the type of every call',
  statements: 'and structured-async/no-floating-promises, statements only',
  theirs: 'and @typescript-eslint/no-floating-promises',
  ours: 'and structured-async/no-floating-promises, all its options on',
  rest: 'and recommendedTypeChecked of structured-async without no-sequential-awaits and no-concurrent-connection-use',
  all: 'and recommendedTypeChecked of structured-async',
  both: 'and @typescript-eslint/no-floating-promises and no-misused-promises',
  three: 'and @typescript-eslint/no-floating-promises, no-misused-promises and await-thenable',
}
const names = Object.keys(variants)
const eslint = path.join(root, 'node_modules/eslint/bin/eslint.js')

/** Why the two rules differ at a place; one that is missing here is printed as such. */
const explained = {
  'puppeteer-core/src/bidi/CDPSession.ts:42': 'an async function that is called where it is written and catches all its errors, see the page of the rule',
}

// One package is enough for the cost: it is about the rule's work per file, and more rounds scatter less than more files.
const clean = copySources('lint', ['mongodb'])
const stripped = copySources('lint-stripped')
for (const { folder } of stripped) stripAwaits(folder)
const cpuFile = path.join(root, 'bench/out/cpu-seconds')
const timed = { 'as published': 'bench/out/lint' }
mkdirSync(path.join(root, 'bench/out'), { recursive: true })

const lines = [`Cost on ${clean.map(({ name, version }) => `${name}@${version}`).join(', ')}. ${rounds} rounds, alternating, after one round to warm up; whole processes; seconds, median (lowest to highest). CPU counts all threads of a process. "In the rules" is what ESLint counts for their listeners, the floor's included, in ${countedRounds} more.`, '']
for (const [what, folder] of Object.entries(timed)) {
  const clock = Object.fromEntries(names.map(variant => [variant, []]))
  const cpu = Object.fromEntries(names.map(variant => [variant, []]))
  const memory = Object.fromEntries(names.map(variant => [variant, []]))
  const inRules = Object.fromEntries(names.map(variant => [variant, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const variant of names) {
      const started = process.hrtime.bigint()
      lint(variant, folder, '--format', 'json')
      if (round === 0) continue
      clock[variant].push(Number(process.hrtime.bigint() - started) / 1e9)
      const { seconds, megabytes } = JSON.parse(readFileSync(cpuFile, 'utf8'))
      cpu[variant].push(seconds)
      memory[variant].push(megabytes)
      if (round <= countedRounds) inRules[variant].push(secondsInRules(JSON.parse(lint(variant, folder, '--stats', '--format', 'json'))))
    }
  }
  lines.push(`| sources ${what} | in the rules | above the floor | CPU | above the floor | clock | above the floor | MB at most |`, '|---|---|---|---|---|---|---|---:|')
  for (const variant of names) {
    const cells = [inRules, cpu, clock].flatMap(measured => [spread(measured[variant]), variant === 'floor' ? '' : (median(measured[variant]) - median(measured.floor)).toFixed(2)])
    lines.push(`| ${variants[variant]} | ${cells.join(' | ')} | ${median(memory[variant]).toFixed(0)} |`)
  }
  const share = median(cpu.all) / median(cpu.floor) - 1
  lines.push('', `All rules of recommendedTypeChecked together add ${(share * 100).toFixed(0)} % to the CPU time of a typed run without them (goal: at most 25 %).`, '')
}

const places = Object.fromEntries(['statements', 'theirs'].map(variant => [variant, findings(variant, 'bench/out/lint-stripped')]))
const onlyOurs = [...places.statements].filter(place => !places.theirs.has(place))
const onlyTheirs = [...places.theirs].filter(place => !places.statements.has(place))
lines.push(`Findings in ${stripped.map(({ name, version }) => `${name}@${version}`).join(', ')} with the awaits stripped, by line: ours ${places.statements.size}, theirs ${places.theirs.size}, both ${places.statements.size - onlyOurs.length}.`, '')
lines.push('| only in | place | why |', '|---|---|---|')
for (const [who, list] of [['ours', onlyOurs], ['theirs', onlyTheirs]]) for (const place of list) lines.push(`| ${who} | \`${place}\` | ${explained[place] ?? 'not explained yet'} |`)

const heading = '## Linting: `npm run bench -- lint`'
const versions = `Node ${process.version}, ESLint ${version('eslint')}, typescript-eslint ${version('typescript-eslint')}, TypeScript ${version('typescript')}, ${cpus().length} cores.`
const report = [heading, '', versions, '', ...lines].join('\n').trimEnd()
console.log(report)
if (rounds > 1) writeSection(report)

function lint(variant, folder, ...more) {
  const config = path.join(root, 'bench/lint.config.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--max-old-space-size=8192', '--import', path.join(root, 'bench/cpu-usage.mjs'), eslint, '--no-config-lookup', '--no-inline-config', '-c', config, folder, ...more], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, VARIANT: variant, CPU_FILE: cpuFile } })
  if (status !== 0 && status !== 1) throw new Error(`${variant}: ${stderr}`)
  return stdout
}

function secondsInRules(results) {
  const perRule = results.flatMap(({ stats }) => stats.times.passes.flatMap(({ rules }) => Object.values(rules ?? {})))
  return perRule.reduce((sum, { total }) => sum + total, 0) / 1000
}

/** `file:line` of every statement that is reported; theirs starts at the statement, ours at the promise in it. */
function findings(variant, folder) {
  const places = new Set()
  for (const { filePath, messages } of JSON.parse(lint(variant, folder, '--format', 'json'))) {
    for (const { line, fatal, message } of messages) {
      if (fatal) throw new Error(`${filePath}: ${message}`)
      places.add(`${path.relative(path.join(root, folder), filePath)}:${line}`)
    }
  }
  return places
}

function spread(numbers) {
  return `${median(numbers).toFixed(2)} (${Math.min(...numbers).toFixed(2)} to ${Math.max(...numbers).toFixed(2)})`
}
