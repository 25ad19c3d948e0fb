// What a host takes by the clock: the rules without types in oxlint and in ESLint, over one package, each above the same host with one
// empty JavaScript rule; and the typed promise rules of oxlint (tsgolint) and of typescript-eslint, above the same without them.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import structuredAsync from '../dist/index.js'
import { copySources, root } from './packages.mjs'
import { installTools, tools } from './peer-tools.mjs'
import { median, version, writeSection } from './results.mjs'
import { stripAwaits } from './strip-awaits.mjs'

const rounds = process.argv.includes('--short') ? 1 : 5
const toolFolder = installTools(['oxlint', 'oxlint-tsgolint'])
const [{ name, version: packageVersion, folder: copy }] = copySources('hosts', ['mongodb'])
// Each has something to find, so that what runs is seen to run.
stripAwaits(copy)
// Outside the repository, whose ignored folders oxlint leaves out.
const folder = mkdtempSync(path.join(tmpdir(), 'hosts-'))
cpSync(copy, folder, { recursive: true })
symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))

const plugin = path.join(root, 'dist/index.js')
const empty = path.join(folder, 'empty.mjs')
writeFileSync(empty, 'export default { meta: { name: "empty" }, rules: { empty: { create: () => ({ CallExpression() {} }) } } }\n')
const promiseRules = ['no-floating-promises', 'no-misused-promises']
const recommended = structuredAsync.configs.recommended.rules
const variants = {
  'ESLint, no types: an empty rule': eslint(`[{ plugins: { empty }, rules: { 'empty/empty': 'error' } }]`),
  'ESLint, no types: recommended of structured-async': eslint(`[{ plugins: { empty, 'structured-async': ours }, rules: { 'empty/empty': 'error', ...${JSON.stringify(recommended)} } }]`),
  'oxlint: an empty rule in JavaScript': oxlint('empty', { jsPlugins: [empty], rules: { 'empty/empty': 'error' } }),
  'oxlint: recommended of structured-async': oxlint('ours', { jsPlugins: [empty, plugin], rules: { 'empty/empty': 'error', ...recommended } }),
  'typescript-eslint, typed: no-floating-promises, no-misused-promises': eslint(`[{ plugins: { '@typescript-eslint': tseslint.plugin }, languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } }, rules: ${JSON.stringify(errors('@typescript-eslint'))} }]`, 'typed'),
  'oxlint (tsgolint), typed: no-floating-promises, no-misused-promises': oxlint('typed', { plugins: ['typescript'], rules: errors('typescript') }, '--type-aware'),
}

const seconds = Object.fromEntries(Object.keys(variants).map(variant => [variant, []]))
for (let round = 0; round <= rounds; round++) {
  for (const [variant, run] of Object.entries(variants)) {
    const started = process.hrtime.bigint()
    const isEmpty = variant.includes('empty')
    if (run() !== (isEmpty ? 0 : 1)) throw new Error(`${variant}: ${isEmpty ? 'it found something' : 'it found nothing'}.`)
    if (round > 0) seconds[variant].push(Number(process.hrtime.bigint() - started) / 1e9)
  }
}
rmSync(folder, { recursive: true })

const rows = Object.entries(seconds).map(([variant, all]) => `| ${variant} | ${median(all).toFixed(2)} (${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)}) |`)
const report = ['## Hosts: `npm run bench -- hosts`', '', `Node ${process.version}, ESLint ${version('eslint')}, typescript-eslint ${version('typescript-eslint')}, oxlint ${tools.oxlint}, tsgolint ${tools['oxlint-tsgolint']}, ${cpus().length} cores. ${name}@${packageVersion} with its awaits taken out, whole processes, ${rounds} rounds after one to warm up, seconds by the clock, median (lowest to highest).`, '', '| | seconds |', '|---|---|', ...rows].join('\n')
console.log(report)
if (rounds > 1) writeSection(report)

function errors(prefix) {
  return Object.fromEntries(promiseRules.map(rule => [`${prefix}/${rule}`, 'error']))
}

function eslint(text, use = 'plain') {
  const config = path.join(folder, `eslint.${use}.${text.length}.mjs`)
  const imports = `import tseslint from 'typescript-eslint'\nimport ours from ${JSON.stringify(plugin)}\nimport empty from './empty.mjs'\n`
  writeFileSync(config, `${imports}export default ${text}.map(entry => ({ files: ['**/*.ts'], ...entry, languageOptions: { parser: tseslint.parser, ...entry.languageOptions } }))\n`)
  return () => run(process.execPath, ['--max-old-space-size=8192', path.join(root, 'node_modules/eslint/bin/eslint.js'), '--no-config-lookup', '--no-inline-config', '-c', config, 'src'])
}

function oxlint(use, settings, ...more) {
  const config = path.join(folder, `.oxlintrc.${use}.json`)
  writeFileSync(config, JSON.stringify({ categories: { correctness: 'off' }, ...settings }))
  return () => run(path.join(toolFolder, 'node_modules/.bin/oxlint'), [...more, '-c', config, '--format', 'json', 'src'])
}

/** The exit code, which is 1 where it finds something; anything but that and 0 is no measurement. */
function run(command, parameters) {
  const { status, stdout, stderr, error } = spawnSync(command, parameters, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, PATH: `${path.join(toolFolder, 'node_modules/.bin')}${path.delimiter}${process.env.PATH}` } })
  if (error || (status !== 0 && status !== 1)) throw new Error(`${command} ${parameters.join(' ')}: ${error ?? stderr ?? stdout}`)
  return status
}
