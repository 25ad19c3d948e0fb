// What a codemod run costs: whole processes over the sources of the sweep packages, alternating, dry: the command with and without types and
// threads, against jscodeshift's own runner with a transform that does nothing, which parses each file and no more.
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import path from 'node:path'
import { copySources, root } from './packages.mjs'
import { median, version, writeSection } from './results.mjs'

const rounds = process.argv.includes('--short') ? 1 : 3
const sources = copySources('codemod')
const folder = path.join(root, 'bench/out/codemod')
mkdirSync(folder, { recursive: true })
const transform = path.join(root, 'bench/out/nothing.cjs')
writeFileSync(transform, 'module.exports = ({ source }) => source\nmodule.exports.parser = "tsx"\n')
const parsing = path.join(root, 'bench/out/parsing.cjs')
writeFileSync(parsing, 'module.exports = ({ source }, { j }) => void j(source)\nmodule.exports.parser = "ts"\n')

const command = (...words) => [path.join(root, 'dist/cli/main.js'), 'fix', ...words, folder, '--json', '--target', 'native']
const jscodeshift = (script, ...options) => [path.join(root, 'node_modules/jscodeshift/bin/jscodeshift.js'), '--dry', '--silent', '--extensions=ts', '--ignore-pattern=**/*.d.ts', ...options, '-t', script, folder]
const variants = {
  'jscodeshift, a transform that does nothing': jscodeshift(transform),
  'jscodeshift, a transform that parses': jscodeshift(parsing),
  'the same, `--no-babel`': jscodeshift(parsing, '--no-babel'),
  '`fix floating-to-task-group --no-types --workers 1`': command('floating-to-task-group', '--no-types', '--workers', '1'),
  '`fix --no-types --workers 1`, every codemod': command('--no-types', '--workers', '1'),
  '`fix --no-types`, every codemod, 2 threads': command('--no-types', '--workers', '2'),
  '`fix --workers 1`, every codemod, with types': command('--workers', '1'),
  '`fix`, every codemod, with types, 2 threads': command('--workers', '2'),
}

const measured = Object.fromEntries(Object.keys(variants).map(name => [name, []]))
for (let round = 0; round <= rounds; round++) {
  for (const [name, args] of Object.entries(variants)) {
    const one = await run(args)
    if (round > 0) measured[name].push(one)
  }
}

const files = sources.reduce((sum, { folder: of }) => sum + readdirSync(path.join(of, 'src'), { recursive: true }).filter(name => /(?<!\.d)\.ts$/.test(name)).length, 0)
const lines = [
  `${files} files of ${sources.map(({ name, version: of }) => `${name}@${of}`).join(', ')}; ${rounds} rounds, alternating, after one to warm up; medians; nothing is written. Memory is what a process and its children hold at most, sampled ten times a second.`,
  '',
  '| | seconds | MB at most |',
  '|---|---:|---:|',
  ...Object.entries(measured).map(([name, runs]) => `| ${name} | ${median(runs.map(({ seconds }) => seconds)).toFixed(1)} | ${median(runs.map(({ megabytes }) => megabytes)).toFixed(0)} |`),
]
const report = ['## Codemods: `npm run bench -- codemod`', '', `Node ${process.version}, jscodeshift ${version('jscodeshift')}, TypeScript ${version('typescript')}, ${cpus().length} cores.`, '', ...lines].join('\n')
console.log(report)
if (rounds > 1) writeSection(report)

function run(args) {
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint()
    const child = spawn(process.execPath, ['--max-old-space-size=8192', ...args], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
    let complaints = ''
    child.stderr.on('data', data => (complaints += data))
    let most = 0
    const sampler = setInterval(() => (most = Math.max(most, held(child.pid))), 100)
    child.on('error', reject)
    child.on('close', code => {
      clearInterval(sampler)
      if (code !== 0 && code !== 1) reject(new Error(`${args.join(' ')} ended with ${code}\n${complaints}`))
      else resolve({ seconds: Number(process.hrtime.bigint() - started) / 1e9, megabytes: most / 1024 })
    })
  })
}

/** Kilobytes that a process and its children hold; 0 where there is no /proc. */
function held(pid) {
  try {
    const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
    const children = readdirSync(`/proc/${pid}/task`).flatMap(task => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean))
    return children.reduce((sum, child) => sum + held(child), own)
  } catch {
    return 0
  }
}
