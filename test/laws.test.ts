import { Linter } from 'eslint'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import * as runtime from 'structured-async'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import plugin from '../index.js'
import { codemods } from '../codemods/all.js'
import { rules } from '../rules/all.js'
import { root } from './programs.js'

/** What each folder may import: other folders of ours, and packages. Node's own modules are free outside runtime/. */
const mayImport: Record<string, { folders: string[]; packages: string[]; typesOnly?: string[] }> = {
  analysis: { folders: [], packages: ['@typescript-eslint/visitor-keys'], typesOnly: ['@typescript-eslint/types', '@typescript-eslint/scope-manager'] },
  rewrite: { folders: ['analysis'], packages: [], typesOnly: ['@typescript-eslint/types', '@typescript-eslint/scope-manager'] },
  host: { folders: ['analysis'], packages: ['@eslint/plugin-kit', '@typescript-eslint/scope-manager', '@typescript-eslint/typescript-estree', 'tinyglobby'], typesOnly: ['@typescript-eslint/types', 'typescript'] },
  rules: { folders: ['rewrite', 'analysis'], packages: [], typesOnly: ['@typescript-eslint/types', '@typescript-eslint/scope-manager'] },
  codemods: { folders: ['host', 'rewrite', 'analysis'], packages: [], typesOnly: ['@typescript-eslint/types'] },
  cli: { folders: ['rules', 'codemods', 'rewrite', 'host', 'analysis', '.'], packages: ['@clack/prompts', 'cli-progress', 'commander', 'diff', 'package-manager-detector', 'picocolors'], typesOnly: ['@typescript-eslint/types', 'sarif'] },
  'runtime/src': { folders: [], packages: [] },
}
/** What reads other files needs the parser itself; settings have globs. */
const parsing: Record<string, string[]> = { 'analysis/project.ts': ['@typescript-eslint/scope-manager', '@typescript-eslint/typescript-estree'], 'analysis/settings/settings.ts': ['picomatch'] }
/** One file per folder may know more: the checker, ESLint. */
const exceptions: Record<string, string[]> = {
  'analysis/project.ts': ['typescript'],
  'analysis/types/from-typescript.ts': ['typescript'],
  'analysis/types/typescript-specifiers.ts': ['typescript'],
  'analysis/types/typescript-callbacks.ts': ['typescript'],
  'analysis/types/typescript-callees.ts': ['typescript'],
  'rules/adapter.ts': ['eslint', 'json-schema'],
}

function sourcesIn(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts')).map(name => path.join(folder, name).replaceAll('\\', '/'))
}

function importsOf(file: string): { from: string; typeOnly: boolean }[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest)
  return source.statements.flatMap(statement => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return []
    if (!statement.moduleSpecifier || !ts.isStringLiteral(statement.moduleSpecifier)) return []
    const typeOnly = ts.isImportDeclaration(statement) ? statement.importClause?.isTypeOnly === true : statement.isTypeOnly
    return [{ from: statement.moduleSpecifier.text, typeOnly }]
  })
}

describe('imports run one way', () => {
  for (const [folder, allowed] of Object.entries(mayImport)) {
    it.each(sourcesIn(folder))('%s', file => {
      for (const { from, typeOnly } of importsOf(file)) {
        if (from.startsWith('.')) {
          const target = path.relative(root, path.resolve(root, path.dirname(file), from))
          const targetFolder = target.includes(path.sep) ? target.split(path.sep)[0] : '.'
          expect([folder.split('/')[0], ...allowed.folders], `${file} imports ${from}`).toContain(targetFolder)
        } else if (from.startsWith('node:')) expect(folder, `${file} imports ${from}`).not.toBe('runtime/src')
        else {
          const packages = [...allowed.packages, ...(typeOnly ? (allowed.typesOnly ?? []) : []), ...(typeOnly ? (exceptions[file] ?? []) : []), ...(parsing[file] ?? [])]
          expect(packages, `${file} imports ${from}`).toContain(from)
        }
      }
    })
  }
})

describe('a rule is a definition, a page, a test and a row', () => {
  it.each(rules.map(rule => [rule.name, rule] as const))('%s', (name, rule) => {
    const page = readFileSync(path.join(root, `docs/rules/${name}.md`), 'utf8')
    expect(page.startsWith(`# ${name}\n\n${rule.description}.\n`)).toBe(true)
    for (const option of Object.keys(rule.defaultOptions)) expect(page).toContain(`### \`${option}\``)
    expect(existsSync(path.join(root, `test/rules/${name}.test.ts`))).toBe(true)
    expect(readFileSync(path.join(root, 'README.md'), 'utf8')).toContain(`[\`${name}\`](docs/rules/${name}.md) | ${rule.description}`)
    for (const message of Object.values(rule.messages)) expect(message).toMatch(/^[A-Z].*\.$/)
  })

  it('has no file without a definition', () => {
    const pages = readdirSync(path.join(root, 'docs/rules')).map(page => page.replace('.md', ''))
    expect(pages).toEqual(rules.map(({ name }) => name))
    expect(sourcesIn('rules').filter(file => path.dirname(file) === 'rules').map(file => path.basename(file, '.ts')).filter(name => !['adapter', 'all', 'rule', 'specifiers'].includes(name))).toEqual(rules.map(({ name }) => name))
    expect(Object.keys(plugin.rules)).toEqual(rules.map(({ name }) => name))
  })

  it('is in the presets that it names, at error', () => {
    for (const [preset, config] of Object.entries(plugin.configs).filter(([name]) => name !== 'instead-of')) {
      const expected = rules.filter(rule => (rule.presets as readonly string[]).includes(preset)).map(({ name, strictOptions }) => [`structured-async/${name}`, preset === 'strictTypeChecked' && strictOptions ? ['error', strictOptions] : 'error'])
      expect(config.rules).toEqual(Object.fromEntries(expected))
      expect(config.name).toBe(`structured-async/${preset}`)
    }
  })
})

it('`instead-of` turns off rules of others, without their plugins', () => {
  const { rules: off = {} } = plugin.configs['instead-of']
  expect(Object.values(off).every(level => level === 'off')).toBe(true)
  expect(Object.keys(off).filter(name => name.startsWith('structured-async/'))).toEqual([])
  expect(new Linter().verify('new Promise(async () => {})\n', [{ rules: { 'no-async-promise-executor': 'error' } }, plugin.configs['instead-of']])).toEqual([])
})

describe('a codemod is a definition, a page and a test', () => {
  it.each(codemods.map(codemod => [codemod.name, codemod] as const))('%s', (name, codemod) => {
    expect(readFileSync(path.join(root, `docs/codemods/${name}.md`), 'utf8').startsWith(`# ${name}\n\n${codemod.description}\n`)).toBe(true)
    expect(existsSync(path.join(root, `test/codemods/${name}.test.ts`))).toBe(true)
    expect(readFileSync(path.join(root, 'README.md'), 'utf8')).toContain(`](docs/codemods/${name}.md)`)
  })

  it('has no file without a definition', () => {
    expect(readdirSync(path.join(root, 'docs/codemods')).map(page => page.replace('.md', ''))).toEqual(codemods.map(({ name }) => name))
    expect(sourcesIn('codemods').map(file => path.basename(file, '.ts')).filter(name => !['adapter', 'all', 'codemod'].includes(name))).toEqual(codemods.map(({ name }) => name))
  })
})

it('what rewrites import, the runtime exports', () => {
  const named = sourcesIn('rewrite').flatMap(file => [...readFileSync(path.join(root, file), 'utf8').matchAll(/name: '(\w+)', from: runtime/g)].map(([, name]) => name as string))
  expect(named.length).toBeGreaterThan(2)
  for (const name of named) expect(Object.keys(runtime)).toContain(name)
})

it('both packages have the same version', () => {
  const version = (manifest: string): string => (JSON.parse(readFileSync(path.join(root, manifest), 'utf8')) as { version: string }).version
  expect(version('runtime/package.json')).toBe(version('package.json'))
})

it('no folder is named after nothing', () => {
  const folders = spawnSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).stdout.split('\n').flatMap(file => path.dirname(file).split('/'))
  for (const name of ['utils', 'util', 'helpers', 'common', 'misc', 'lib']) expect(folders).not.toContain(name)
})

describe('the packages hold what their users need and nothing else', () => {
  const packed = (folder: string): string[] => {
    const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], { cwd: path.join(root, folder), encoding: 'utf8', shell: process.platform === 'win32' })
    return (JSON.parse(stdout) as [{ files: { path: string }[] }])[0].files.map(file => file.path)
  }

  it('eslint-plugin-structured-async', () => {
    const files = packed('.')
    for (const file of files) expect(file).toMatch(/^(?:dist\/(?:index|version|(?:analysis|rewrite|host|rules|codemods|cli)\/[\w/-]+)\.(?:js|d\.ts)|docs\/(?:(?:rules|codemods)\/)?[\w-]+\.md|README\.md|CHANGELOG\.md|LICENSE|package\.json)$/)
    for (const needed of ['dist/index.js', 'dist/index.d.ts', 'dist/cli/main.js', 'README.md', 'LICENSE', ...codemods.map(({ name }) => `dist/codemods/${name}.js`)]) expect(files).toContain(needed)
  })

  it('structured-async', () => {
    const files = packed('runtime')
    for (const file of files) expect(file).toMatch(/^(?:dist\/(?:esm|cjs)\/[\w-]+\.(?:js|d\.ts)|dist\/cjs\/package\.json|README\.md|LICENSE|package\.json)$/)
    for (const needed of ['dist/esm/index.js', 'dist/cjs/index.js', 'dist/cjs/index.d.ts', 'README.md', 'LICENSE']) expect(files).toContain(needed)
  })
})
