import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from './programs.js'

const folder = path.join(root, '.cache/consumer')
const tarballs: Record<string, string> = {}

function run(command: string, args: readonly string[], cwd = folder): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32', env: { ...process.env, NO_COLOR: '1' } })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}\n${stderr}`)
  return stdout
}

/** A project that has installed the packed tarballs; what they depend on is found above it. */
function consumer(name: string, files: Record<string, string>, links: Record<string, string> = {}): string {
  const project = path.join(folder, name)
  for (const [packageName, tarball] of Object.entries(tarballs)) {
    const target = path.join(project, 'node_modules', packageName)
    mkdirSync(target, { recursive: true })
    run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'])
  }
  for (const [packageName, target] of Object.entries(links)) symlinkSync(path.join(root, 'node_modules', target), path.join(project, 'node_modules', packageName), 'junction')
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(project, file), text)
  return project
}

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [name, source] of [['eslint-plugin-structured-async', root], ['structured-async', path.join(root, 'runtime')]] as const) {
    run('npm', ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder], source)
    tarballs[name] = path.join(folder, readdirSync(folder).find(file => file.startsWith(`${name}-`)) as string)
  }
})

const bin = (name: string): string => path.join(root, 'node_modules/.bin', name)

describe('the tarballs', () => {
  it('publint finds nothing', () => {
    for (const tarball of Object.values(tarballs)) expect(run(bin('publint'), ['--strict', tarball])).toMatch(/All good!/)
  })

  it('attw finds nothing', () => {
    run(bin('attw'), [tarballs['eslint-plugin-structured-async'] as string, '--profile', 'esm-only', '--exclude-entrypoints', './codemods/*'])
    run(bin('attw'), [tarballs['structured-async'] as string, '--exclude-entrypoints', './package.json'])
  })
})

const config = `import { defineConfig } from 'eslint/config'
import structuredAsync from 'eslint-plugin-structured-async'

export default defineConfig(
  { files: ['**/*.js'], plugins: { 'structured-async': structuredAsync }, extends: ['structured-async/recommended'] },
  structuredAsync.configs.recommendedTypeChecked,
  structuredAsync.configs['instead-of'],
)
`
const tsconfig = JSON.stringify({ compilerOptions: { strict: true, exactOptionalPropertyTypes: true, module: 'nodenext', target: 'es2023', types: [], noEmit: true, skipLibCheck: true }, include: ['*.ts'] })

describe('a consumer', () => {
  it.each([['10', 'eslint'], ['9', 'eslint9']])('ESLint %s: defineConfig accepts the plugin under strict types, and it reports', (version, eslint) => {
    const project = consumer(`eslint-${version}`, {
      'package.json': '{ "type": "module" }',
      'tsconfig.json': tsconfig,
      'config.ts': config,
      'eslint.config.js': config,
      'a.js': 'async function save() {}\nsave()\n',
    }, { eslint })
    run(bin('tsc'), ['-p', project])
    const { status, stdout } = spawnSync(process.execPath, [path.join(root, 'node_modules', eslint, 'bin/eslint.js'), '.', '--ignore-pattern', 'config.ts'], { cwd: project, encoding: 'utf8' })
    expect(status).toBe(1)
    expect(stdout).toMatch(/2:1 +error +Nothing waits for the promise from `save\(\)`.*structured-async\/no-floating-promises/)
  })

  it.each([['10', 'eslint'], ['9', 'eslint9']])('ESLint %s: --cache, --concurrency, --stats and --suppress-all do what they say', (version, eslint) => {
    const project = consumer(`flags-${version}`, {
      'package.json': '{ "type": "module" }',
      'eslint.config.js': `import structuredAsync from 'eslint-plugin-structured-async'\nexport default [structuredAsync.configs.recommended, structuredAsync.configs['instead-of']]\n`,
      'a.js': 'async function save() {}\nsave()\n',
      'b.js': 'export {}\n',
    }, { eslint })
    const lint = (...options: string[]): { status: number | null; stdout: string } => spawnSync(process.execPath, [path.join(root, 'node_modules', eslint, 'bin/eslint.js'), '.', ...options], { cwd: project, encoding: 'utf8' })
    const place = /2:1 +error .*structured-async\/no-floating-promises/
    for (const options of [['--cache'], ['--cache'], ['--concurrency', '2'], ['--stats']]) expect([options, lint(...options).status, place.test(lint(...options).stdout)]).toEqual([options, 1, true])
    expect(JSON.parse(lint('--stats', '--format', 'json').stdout)).toMatchObject([{ stats: { times: { passes: [{ rules: { 'structured-async/no-floating-promises': { total: expect.any(Number) as number } } }] } } }, {}, {}])
    expect(lint('--suppress-all').status).toBe(0)
    expect(lint().status).toBe(0)
    writeFileSync(path.join(project, 'b.js'), 'async function save() {}\nsave()\n')
    expect(lint()).toMatchObject({ status: 1, stdout: expect.stringContaining('b.js') as string })
  }, 60_000)

  it('reads the scripts of .vue files, with types', () => {
    const project = consumer('vue', {
      'package.json': '{ "type": "module" }',
      'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, module: 'esnext', moduleResolution: 'bundler', target: 'es2022', lib: ['es2022', 'dom'], types: [] }, include: ['*.vue', '*.ts'] }),
      'eslint.config.js': `import tseslint from 'typescript-eslint'\nimport vueParser from 'vue-eslint-parser'\nimport structuredAsync from 'eslint-plugin-structured-async'\nexport default [{ files: ['**/*.{ts,vue}'], ...structuredAsync.configs.recommendedTypeChecked, languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser, projectService: true, extraFileExtensions: ['.vue'] } } }]\n`,
      'api.ts': 'export async function load(id: number) {\n  return (await fetch(`/x/${id}`)).text()\n}\n',
      'page.vue': '<template><p @click="click">{{ 1 }}</p></template>\n<script setup lang="ts">\nimport { load } from \'./api\'\nasync function own(id: number) {\n  return load(id)\n}\nexport async function both() {\n  const a = await own(1)\n  const b = await load(2)\n  return a + b\n}\nfunction click() {\n  load(3)\n}\n</script>\n',
    })
    const { stdout } = spawnSync(process.execPath, [path.join(root, 'node_modules/eslint/bin/eslint.js'), 'page.vue', '--format', 'json'], { cwd: project, encoding: 'utf8' })
    const [{ messages, source }] = JSON.parse(stdout) as [{ messages: { ruleId: string; line: number; suggestions?: { fix: { range: [number, number]; text: string } }[] }[]; source: string }]
    expect(messages.map(({ ruleId, line }) => `${ruleId}:${line}`)).toEqual(['structured-async/no-sequential-awaits:9', 'structured-async/no-floating-promises:13'])
    const [{ range, text }] = (messages[0]?.suggestions ?? []).map(({ fix }) => fix) as [{ range: [number, number]; text: string }]
    expect(source.slice(0, range[0]) + text + source.slice(range[1])).toContain("<script setup lang=\"ts\">\nimport { load } from './api'\nimport { gather } from 'structured-async'\nasync function own(id: number) {\n  return load(id)\n}\nexport async function both() {\n  const [a, b] = await gather([own(1), load(2)])\n  return a + b\n}\n")
  }, 60_000)

  it('requires the plugin', () => {
    const project = consumer('require', { 'a.cjs': `const plugin = require('eslint-plugin-structured-async')\nconsole.log(JSON.stringify([plugin.meta.name, Object.keys(plugin.rules), Object.keys(plugin.configs)]))` })
    expect(JSON.parse(run(process.execPath, ['--no-warnings', 'a.cjs'], project))).toEqual(['eslint-plugin-structured-async', ['no-concurrent-connection-use', 'no-floating-promises', 'no-ignored-outcomes', 'no-late-await', 'no-leaky-race', 'no-misused-lazy-thenables', 'no-self-await', 'no-sequential-awaits', 'prefer-task-group'], ['recommended', 'recommendedTypeChecked', 'strictTypeChecked', 'instead-of']])
  })

  it('runs the command, and a transform by its export', () => {
    const project = consumer('command', { 'a.js': 'async function save() {}\nasync function main() {\n  save()\n}\nmain().catch(console.error)\n', 'transform.mjs': `import transform from 'eslint-plugin-structured-async/codemods/floating-to-task-group'\nconsole.log(typeof transform)` })
    const command = path.join(project, 'node_modules/eslint-plugin-structured-async/dist/cli/main.js')
    expect(run(process.execPath, [command, 'fix', 'a.js', '--write', '--allow-dirty'], project)).toMatch(/Changed 1 place/)
    expect(run(process.execPath, ['a.js'], project)).toBe('')
    expect(run(process.execPath, ['transform.mjs'], project)).toBe('function\n')
  })

  it('imports and requires the runtime, typed, under every module kind', () => {
    const project = consumer('runtime', {
      'esm.mjs': `import { gather, taskGroup } from 'structured-async'\nconsole.log(await gather([async () => 1]), await taskGroup(tg => tg.createTask(() => 2)))`,
      'cjs.cjs': `const { gather } = require('structured-async')\ngather({ a: 1 }).then(console.log)`,
      'use.ts': `import { gather, type GroupTask } from 'structured-async'\nexport const x: Promise<readonly [number, string]> = gather([async () => 1, Promise.resolve('a')])\nexport type T = GroupTask<number>\n`,
    })
    expect(run(process.execPath, ['esm.mjs'], project)).toBe('[ 1 ] 2\n')
    expect(run(process.execPath, ['cjs.cjs'], project)).toBe('{ a: 1 }\n')
    for (const [module, moduleResolution] of [['nodenext', 'nodenext'], ['esnext', 'bundler'], ['node16', 'node16'], ['commonjs', 'node10']]) {
      const compilerOptions = { strict: true, noEmit: true, target: 'es2022', types: [], ignoreDeprecations: '6.0', module, moduleResolution }
      writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }))
      run(bin('tsc'), ['-p', project])
    }
  })
})
