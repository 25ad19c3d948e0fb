// Which linter finds what: each program of test/fixtures/programs/peers.ts, read by the four of them with types and with every
// rule on that could speak about it. `npm run bench -- peers` writes the table into README.md; a test checks the columns of the two
// that run in ESLint.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import plugin from '../dist/index.js'
import { root } from './packages.mjs'
import { installTools } from './peer-tools.mjs'

// Outside the repository, whose ignored folders oxlint and Biome leave out.
const folder = mkdtempSync(path.join(tmpdir(), 'peers-'))
const prelude = `import knex from 'knex'
import { Mutex } from 'async-mutex'
import type { PrismaPromise } from '@prisma/client/runtime/client'
declare function f(x?: unknown): Promise<number>
declare function find(): PrismaPromise<number>
declare const ids: number[]
declare const c: boolean
declare const handler: any
declare const list: any[]
const db = knex({ client: 'pg' })
export {}
`

const table = ['<!-- peers -->', '<!-- /peers -->']

let toolFolder = ''

/** The rows of the table, as README has them; without `all`, their first three columns. */
export async function peerRows({ all }) {
  const programs = programsIn(readFileSync(path.join(root, 'test/fixtures/programs/peers.ts'), 'utf8'))
  writePrograms(programs)
  const found = [await eslintFinds(ours()), await eslintFinds(typescriptEslint()), ...(all ? [oxlintFinds(), biomeFinds()] : [])]
  rmSync(folder, { recursive: true })
  return programs.map(({ name }, at) => `| ${name} | ${found.map(files => (files.has(fileName(at)) ? 'yes' : 'no')).join(' | ')} |`)
}

/** The rows that README has. */
export function rowsInReadme() {
  const text = readFileSync(path.join(root, 'README.md'), 'utf8')
  return text.slice(text.indexOf(table[0]), text.indexOf(table[1])).split('\n').filter(line => line.startsWith('| ')).slice(1)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href || process.argv[2] === 'peers') {
  toolFolder = installTools()
  const rows = await peerRows({ all: true })
  const readme = path.join(root, 'README.md')
  const text = readFileSync(readme, 'utf8')
  const [start, end] = table.map(mark => text.indexOf(mark))
  if (start < 0 || end < 0) throw new Error(`README.md has no ${table.join(' and ')} to write the table between.`)
  const head = '| | this | typescript-eslint | oxlint (tsgolint) | Biome |\n|---|---|---|---|---|'
  writeFileSync(readme, `${text.slice(0, start + table[0].length)}\n${head}\n${rows.join('\n')}\n${text.slice(end)}`)
  console.log(rows.join('\n'))
}

function programsIn(text) {
  return text.split(/^\/\/# /m).slice(1).map(part => ({ name: part.slice(0, part.indexOf('\n')), code: part.slice(part.indexOf('\n') + 1) }))
}

function fileName(at) {
  return `program-${at + 1}.ts`
}

function writePrograms(programs) {
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  programs.forEach(({ code }, at) => writeFileSync(path.join(folder, fileName(at)), prelude + code))
  const compilerOptions = { strict: true, target: 'es2022', module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom'], types: [], noEmit: true, skipLibCheck: true }
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  const oxlintRules = ['typescript/no-floating-promises', 'typescript/no-misused-promises', 'typescript/strict-void-return', 'eslint/no-async-promise-executor', 'eslint/no-await-in-loop', 'promise/catch-or-return']
  writeFileSync(path.join(folder, '.oxlintrc.json'), JSON.stringify({ plugins: ['typescript', 'promise'], categories: { correctness: 'off' }, rules: Object.fromEntries(oxlintRules.map(rule => [rule, 'error'])) }))
  const biomeRules = { nursery: { noFloatingPromises: 'error', noMisusedPromises: 'error' }, performance: { noAwaitInLoops: 'error' }, suspicious: { noAsyncPromiseExecutor: 'error' } }
  writeFileSync(path.join(folder, 'biome.json'), JSON.stringify({ root: true, linter: { domains: { types: 'all' }, rules: { preset: 'none', ...biomeRules } } }))
}

function programFiles() {
  return readdirSync(folder).filter(name => name.startsWith('program-'))
}

function ours() {
  return { plugins: { 'structured-async': plugin }, rules: plugin.configs.strictTypeChecked.rules }
}

function typescriptEslint() {
  const rules = ['@typescript-eslint/no-floating-promises', '@typescript-eslint/no-misused-promises', '@typescript-eslint/strict-void-return', 'no-async-promise-executor', 'no-await-in-loop', 'array-callback-return']
  return { plugins: { '@typescript-eslint': tseslint.plugin }, rules: Object.fromEntries(rules.map(rule => [rule, 'error'])) }
}

async function eslintFinds(config) {
  const eslint = new ESLint({ cwd: folder, overrideConfigFile: true, ignore: false, overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true, tsconfigRootDir: folder } }, ...config }] })
  const results = await eslint.lintFiles(['*.ts'])
  const broken = results.flatMap(({ messages }) => messages).find(({ fatal }) => fatal)
  if (broken) throw new Error(broken.message)
  return new Set(results.filter(({ messages }) => messages.length > 0).map(({ filePath }) => path.basename(filePath)))
}

function oxlintFinds() {
  const { stdout } = run('oxlint/bin/oxlint', ['--type-aware', '-c', '.oxlintrc.json', '--format', 'json', ...programFiles()])
  return new Set(JSON.parse(stdout).diagnostics.map(({ filename }) => path.basename(filename)))
}

function biomeFinds() {
  const { stdout } = run('@biomejs/biome/bin/biome', ['lint', '--reporter=json', '--max-diagnostics=none', '.'])
  const { diagnostics } = JSON.parse(stdout.slice(stdout.indexOf('{"summary"')))
  return new Set(diagnostics.filter(({ category }) => category?.startsWith('lint/')).map(({ location }) => path.basename(typeof location.path === 'string' ? location.path : location.path.file)))
}

function run(bin, args) {
  const result = spawnSync(process.execPath, [path.join(toolFolder, 'node_modules', bin), ...args], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26, timeout: 60_000, env: { ...process.env, OXLINT_TSGOLINT_PATH: path.join(toolFolder, 'node_modules/.bin/tsgolint') } })
  if (!result.stdout.includes('{')) throw new Error(`${bin}: ${result.stderr || result.stdout}`)
  return result
}
