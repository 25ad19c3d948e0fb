// npm run matrix [-- 20 22 24]: lints one project under every version that is supported of Node, ESLint and TypeScript, from the packed tarballs,
// installed from the registry. All must report the same.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build, install, root } from './setup.mjs'

const nodes = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['20', '22', '24']
const eslints = ['9', '10']
const typescripts = ['5.9', '6.0']

const files = {
  'package.json': '{ "type": "module", "private": true }',
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022", "lib": ["es2022", "dom"], "types": [], "noEmit": true }, "include": ["*.ts"] }',
  'eslint.config.js': `import tseslint from 'typescript-eslint'
import structuredAsync from 'eslint-plugin-structured-async'

export default [
  { files: ['*.js'], ...structuredAsync.configs.recommended },
  { files: ['*.ts'], ...structuredAsync.configs.strictTypeChecked, languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } } },
]
`,
  'typed.ts': `import { save, load } from './other.js'

export async function all(ids: number[], url: string) {
  save(1)
  ids.forEach(async id => save(id))
  const a = await load(1)
  const b = await load(2)
  const late = load(a)
  await Promise.all([save(b), save(a)])
  await Promise.race([late, new Promise((_, reject) => setTimeout(reject, 30_000))])
  await Promise.allSettled([save(1)])
}
`,
  'other.ts': 'export async function save(id: number) {\n  await fetch(`/x/${id}`, { method: \'PUT\' })\n}\nexport async function load(id: number) {\n  return (await fetch(`/x/${id}`)).status\n}\n',
  'plain.js': 'async function save() {}\nsave()\nexport async function f() {\n  const p = save()\n  if (Math.random() > 0.5) return\n  await p\n}\n',
}
const expected = {
  typed: ['no-floating-promises:4', 'no-floating-promises:5', 'no-ignored-outcomes:11', 'no-late-await:8', 'no-leaky-race:10', 'no-sequential-awaits:7', 'prefer-task-group:9'],
  plain: ['no-floating-promises:2', 'no-floating-promises:4'],
}

install()
build()
const folder = mkdtempSync(path.join(tmpdir(), 'structured-async-matrix-'))
const tarballs = [root, path.join(root, 'runtime')].map(source => {
  const before = new Set(readdirSync(folder))
  must('npm', ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder], source)
  return path.join(folder, readdirSync(folder).find(file => !before.has(file)))
})
const rows = []
for (const eslint of eslints) {
  for (const typescript of typescripts) {
    const project = path.join(folder, `eslint-${eslint}-typescript-${typescript}`)
    mkdirSync(project)
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(project, name), text)
    must('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', `eslint@${eslint}`, `typescript@${typescript}`, 'typescript-eslint@8', ...tarballs], project)
    for (const node of nodes) {
      const found = reported(project, node)
      const isRight = Object.keys(expected).every(name => JSON.stringify(found[name]) === JSON.stringify(expected[name]))
      rows.push(isRight)
      console.log(`${isRight ? 'the same' : 'DIFFERENT'}  Node ${node}, ESLint ${eslint}, TypeScript ${typescript}${isRight ? '' : `: ${JSON.stringify(found)}`}`)
    }
  }
}
// No parser reads it, so there the command brings its own.
const project = path.join(folder, 'typescript-7')
mkdirSync(project)
for (const [name, text] of Object.entries(files)) writeFileSync(path.join(project, name), text)
must('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', 'typescript@7', ...tarballs], project)
for (const node of nodes) {
  const { stdout, stderr } = withNode(project, node, 'node_modules/eslint-plugin-structured-async/dist/cli/main.js', 'scan', 'typed.ts', '--format', 'json')
  const found = stdout === '' ? stderr : JSON.stringify(JSON.parse(stdout).findings.map(({ rule, line }) => `${rule}:${line}`).sort())
  rows.push(found === JSON.stringify(expected.typed))
  console.log(`${rows.at(-1) ? 'the same' : 'DIFFERENT'}  Node ${node}, the command, TypeScript 7${rows.at(-1) ? '' : `: ${found}`}`)
}
rmSync(folder, { recursive: true, force: true })
const wrong = rows.filter(isRight => !isRight).length
console.log(wrong > 0 ? `\n${wrong} of ${rows.length} report something else.` : `\nAll ${rows.length} report the same.`)
process.exit(wrong > 0 ? 1 : 0)

/** What ESLint reports in each file: rule and line, sorted. */
function reported(project, node) {
  const { stdout, stderr } = withNode(project, node, 'node_modules/eslint/bin/eslint.js', '--format', 'json', 'typed.ts', 'plain.js')
  try {
    const results = JSON.parse(stdout)
    return Object.fromEntries(results.map(({ filePath, messages }) => [path.basename(filePath).split('.')[0], messages.map(({ ruleId, line, message }) => `${ruleId?.replace('structured-async/', '') ?? message}:${line}`).sort()]))
  } catch {
    return { error: stderr }
  }
}

function withNode(cwd, node, ...args) {
  return spawnSync('npx', ['-y', '-p', `node@${node}`, 'node', ...args], { cwd, encoding: 'utf8', shell: process.platform === 'win32' })
}

function must(command, args, cwd) {
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stderr}`)
}
