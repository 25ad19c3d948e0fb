import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../programs.js'
import { command, folderWith, read, run } from './folder.js'

const floating = 'async function save() {}\nasync function main() {\n  save()\n}\nmain().catch(console.error)\n'
const clean = 'async function save() {}\nsave().catch(console.error)\n'

function git(folder: string, ...args: string[]): void {
  const { status, stderr } = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}

describe('scan', () => {
  it('exits with 0 and says so where there is nothing', () => {
    const result = run(folderWith({ 'a.js': clean }), 'scan')
    expect(result).toMatchObject({ status: 0, stdout: 'No findings in 1 file.\n' })
  })

  it('exits with 1, reports place and message, and sums up by rule', () => {
    const { status, stdout } = run(folderWith({ 'src/a.js': floating }), 'scan')
    expect(status).toBe(1)
    expect(stdout).toMatch(/^src\/a\.js\n {2}3:3 {2}Nothing waits for the promise from `save\(\)`/)
    expect(stdout).toMatch(/1 finding in 1 file of 1:\n +1 {2}no-floating-promises\n$/)
  })

  it('prints JSON', () => {
    const report = JSON.parse(run(folderWith({ 'a.js': floating }), 'scan', '--format', 'json').stdout) as unknown
    expect(report).toMatchObject({
      files: 1,
      findings: [{ path: 'a.js', line: 3, column: 3, endLine: 3, endColumn: 9, rule: 'no-floating-promises', certainty: 'proven', because: ['`save` (line 1) gives one'] }],
      failures: [],
      untyped: [{ paths: ['a.js'] }],
      summary: { 'no-floating-promises': 1 },
    })
  })

  it('explains an await: what it does, which calls say so, and what keeps it', () => {
    const folder = folderWith({
      'tsconfig.json': '{ "compilerOptions": { "strict": true, "types": [], "lib": ["es2022", "dom"] }, "include": ["*.ts"] }',
      'load.ts': 'export async function load(id: number) {\n  return (await fetch(`/x/${id}`)).status\n}\nexport async function save(id: number) {\n  return (await fetch("/x", { method: "PUT", body: String(id) })).status\n}\n',
      'page.ts': "import { load, save } from './load.js'\nexport async function page(id: number) {\n  const a = await load(id)\n  const b = await load(id + 1)\n  const c = await save(id)\n  return [a, b, c]\n}\n",
    })
    expect(run(folder, 'scan', '--explain', 'page.ts:4')).toMatchObject({
      status: 0,
      stderr: '',
      stdout: 'page.ts:4  load\n  reads     `fetch` reads over the network (load.ts:2)\n              called by `load` (page.ts:4)\n  could start together with `load` (line 3)\n',
    })
    expect(run(folder, 'scan', '--explain', 'page.ts:5').stdout).toBe('page.ts:5  save\n  stays     `fetch` changes something over the network (load.ts:5)\n              called by `save` (page.ts:5)\n  stays where it is: see above\n')
    expect(run(folder, 'scan', '--explain', 'page.ts:6')).toMatchObject({ status: 2, stderr: 'No await that is reached on every path stands on line 6 of page.ts.\n' })
    expect(run(folder, 'scan', '--explain', 'page.ts')).toMatchObject({ status: 2, stderr: 'page.ts is no place in a file. Write file:line, as in src/page.ts:12.\n' })
    expect(run(folder, 'scan', '--explain', 'none.ts:1').status).toBe(2)
  })

  it('finds the tsconfig.json by itself and uses its types; says on stderr where there are none', () => {
    const folder = folderWith({
      'typed/tsconfig.json': '{ "compilerOptions": { "strict": true, "types": [] }, "include": ["*.ts"] }',
      'typed/a.ts': 'declare const db: { save(): Promise<void> }\ndb.save()\nexport {}\n',
      'loose/b.ts': 'declare const db: { save(): Promise<void> }\ndb.save()\nexport {}\n',
    })
    const { stdout, stderr } = run(folder, 'scan')
    expect(stdout).toMatch(/typed\/a\.ts\n {2}2:1/)
    expect(stdout).not.toMatch(/loose/)
    expect(stderr).toBe('Without type information: loose/b.ts (no tsconfig.json around it includes it). Only what the syntax proves is found there.\n')
    expect(run(folder, 'scan', '--no-types').stdout).toMatch(/No findings/)
  })

  it('follows the references of a solution-style tsconfig.json', () => {
    const folder = folderWith({
      'tsconfig.json': '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }',
      'tsconfig.app.json': '{ "compilerOptions": { "composite": true, "strict": true, "types": [] }, "include": ["src"] }',
      'src/a.ts': 'declare const db: { save(): Promise<void> }\ndb.save()\nexport {}\n',
    })
    expect(run(folder, 'scan')).toMatchObject({ status: 1, stderr: '' })
  })

  it("uses the project's own TypeScript where the parser supports it, and the one beside the parser where it does not", () => {
    const project = (version: string): string =>
      folderWith({
        'package.json': '{}',
        'tsconfig.json': '{ "compilerOptions": { "types": [] } }',
        'a.ts': 'declare const db: { save(): Promise<void> }\ndb.save()\nexport {}\n',
        'node_modules/typescript/package.json': JSON.stringify({ name: 'typescript', version, main: 'own.js' }),
        'node_modules/typescript/own.js': `console.error('own TypeScript'); module.exports = require(${JSON.stringify(path.join(root, 'node_modules/typescript'))})`,
        // The project service lives in a file of its own, which must come from the same version.
        'node_modules/typescript/lib/tsserverlibrary.js': `console.error('own project service'); module.exports = require(${JSON.stringify(path.join(root, 'node_modules/typescript/lib/tsserverlibrary.js'))})`,
      })
    expect(run(project('5.9.3'), 'scan')).toMatchObject({ status: 1, stderr: 'own TypeScript\nown project service\n' })
    expect(run(project('7.0.2'), 'scan')).toMatchObject({ status: 1, stderr: '' })
  })

  it('names a broken tsconfig.json and goes on without types', () => {
    const { status, stderr } = run(folderWith({ 'tsconfig.json': '{ "compilerOptions": {', 'a.ts': floating }), 'scan')
    expect(status).toBe(1)
    expect(stderr).toMatch(/tsconfig\.json is broken: '}' expected/)
  })

  it('a file that fails is named with its reason, the rest go on, and it exits with 2', () => {
    const { status, stdout, stderr } = run(folderWith({ 'a.js': floating, 'broken.ts': 'const x = ;', 'binary.js': '\0\u0001', 'empty.js': '', 'nul.js': `const nul = '\0'; ${'// '.repeat(100)}\n` }), 'scan')
    expect(status).toBe(2)
    expect(stdout).toMatch(/a\.js\n {2}3:3/)
    expect(stderr).toMatch(/Failed: broken\.ts\. It can't be parsed: Expression expected \(line 1, column 11\)\.\n/)
    expect(stderr).toMatch(/Failed: binary\.js\. It holds binary data\.\n/)
    expect(stderr).not.toMatch(/\n {4}at /)
  })

  it('reads every extension, never declarations, node_modules or links', () => {
    const names = ['a.ts', 'b.tsx', 'c.mts', 'd.cts', 'e.js', 'f.jsx', 'g.mjs', 'h.cjs']
    const folder = folderWith({ ...Object.fromEntries(names.map(name => [name, floating])), 'x.d.ts': 'export {}', 'x.d.mts': 'export {}', 'node_modules/p/i.js': floating, 'text.md': '' })
    symlinkSync(path.join(folder, 'a.ts'), path.join(folder, 'link.ts'))
    symlinkSync(folder, path.join(folder, 'loop'))
    symlinkSync(path.join(folder, 'nothing.ts'), path.join(folder, 'broken.ts'))
    const { files, findings } = JSON.parse(run(folder, 'scan', '--format', 'json').stdout) as { files: number; findings: { path: string }[] }
    expect(files).toBe(8)
    expect(findings.map(finding => finding.path).sort()).toEqual(names)
  })

  it('in a repository takes the files from git, so that .gitignore holds', () => {
    const folder = folderWith({ '.gitignore': '/generated/\n*.gen.js\n!keep.gen.js\n', 'generated/a.js': floating, 'b.gen.js': floating, 'keep.gen.js': floating, 'c.js': floating })
    git(folder, 'init', '-q')
    const { findings } = JSON.parse(run(folder, 'scan', '--format', 'json').stdout) as { findings: { path: string }[] }
    expect(findings.map(finding => finding.path).sort()).toEqual(['c.js', 'keep.gen.js'])
    expect(run(folder, 'scan', 'b.gen.js').status).toBe(1)
    expect(run(folder, 'scan', 'generated').status).toBe(1)
  })

  it('takes a wrong path, option or format for a mistake of the user', () => {
    const folder = folderWith({ 'a.js': clean, 'b.md': '' })
    for (const [args, message] of [
      [['scan', 'nothing'], /There is no file or folder at nothing\./],
      [['fix', 'floating-to-task-grup'], /There is no codemod and no file named floating-to-task-grup\. The codemods are: all-tasks-to-task-group, floating-to-task-group, late-await-to-gather, loop-to-gather, promise-all-to-task-group, race-to-timeout, sequential-to-gather\./],
      [['fix', '--limit', 'many'], /error: option '--limit <number>' argument 'many' is invalid\. The limit is a whole number of 1 or more, or none; not 'many'\./],
      [['scan', 'b.md'], /b\.md is no JavaScript or TypeScript source\./],
      [['scan', '--fromat', 'json'], /unknown option '--fromat'/],
      [['scan', '--format', 'yaml'], /Allowed choices are stylish, json/],
      [['fixx'], /unknown command 'fixx'/],
    ] as const) {
      const { status, stderr } = run(folder, ...args)
      expect(status).toBe(2)
      expect(stderr).toMatch(message)
      expect(stderr).not.toMatch(/\n {4}at /)
    }
  })
})

it('says in a sentence that TypeScript is not installed', () => {
  const folder = folderWith({
    'a.js': clean,
    'without.cjs': `const { Module } = require('node:module')
const original = Module._resolveFilename
Module._resolveFilename = function (request, ...rest) {
  if (/^typescript($|\\/)/.test(request)) throw Object.assign(new Error("Cannot find module '" + request + "'"), { code: 'MODULE_NOT_FOUND' })
  return original.call(this, request, ...rest)
}`,
  })
  const { status, stderr } = spawnSync(process.execPath, ['-r', './without.cjs', command, 'scan'], { cwd: folder, encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 2, stderr: "typescript is not installed, and structured-async can't read a file without it. Install it beside eslint-plugin-structured-async, in a version from 5.4 to 6.0.\n" })
})

describe('fix --likely', () => {
  it('rewrites also what a name decides', () => {
    const folder = folderWith({
      'tsconfig.json': '{ "compilerOptions": { "strict": true, "types": [] }, "include": ["*.ts"] }',
      'a.ts': 'declare function loadUser(): Promise<number>\ndeclare function loadPosts(): Promise<number>\nexport async function page() {\n  const a = await loadUser()\n  const b = await loadPosts()\n  return [a, b]\n}\n',
    })
    const without = run(folder, 'fix', 'sequential-to-gather', '--target', 'native')
    expect(without).toMatchObject({ status: 0 })
    expect(without.stdout).toContain('That they only read is likely, not proven: `loadPosts` is judged by its name. Pass --likely to rewrite it too.')
    expect(run(folder, 'fix', 'sequential-to-gather', '--target', 'native', '--likely').stdout).toContain('+  const [a, b] = await Promise.all([loadUser(), (async () => loadPosts())()])')
  })
})

describe('settings in package.json', () => {
  const files = {
    'package.json': '{ "name": "app", "structured-async": { "effects": [{ "package": "acme", "member": "parse", "does": "reads" }] } }',
    'a.mjs': "import { parse } from 'acme'\nconst a = await parse('a')\nconst b = await parse('b')\nexport { a, b }\n",
  }

  it('say what a library does', () => {
    expect(run(folderWith(files), 'scan').stdout).toContain('Nothing keeps `parse` from starting together')
  })

  it('that say nothing are an error for each file', () => {
    const { status, stderr } = run(folderWith({ ...files, 'package.json': '{ "structured-async": { "effect": [] } }' }), 'scan')
    expect(status).toBe(2)
    expect(stderr).toMatch(/^Failed: a\.mjs\. .*package\.json: structured-async has no 'effect'\. It has target, tests, effects, waits\./)
  })
})

describe('fix --limit', () => {
  it('says how many rounds of a loop run at once', () => {
    const folder = folderWith({
      'tsconfig.json': '{ "compilerOptions": { "strict": true, "types": [], "lib": ["es2022", "dom"] }, "include": ["*.ts"] }',
      'a.ts': 'async function load(id: number) {\n  return (await fetch(`/u/${id}`)).status\n}\nexport async function all(ids: number[]) {\n  const found: number[] = []\n  for (const id of ids) found.push(await load(id))\n  return found\n}\n',
    })
    expect(run(folder, 'fix', 'loop-to-gather').stdout).toContain('+  const found: number[] = await gather(ids.map(id => () => load(id)), { limit: 8 })\n')
    expect(run(folder, 'fix', 'loop-to-gather', '--limit', '2').stdout).toContain('{ limit: 2 })\n')
    expect(run(folder, 'fix', 'loop-to-gather', '--limit', 'none', '--target', 'native').stdout).toContain('await Promise.all(ids.map(id => load(id)))\n')
  })
})

describe('fix', () => {
  it('previews a unified diff, changes nothing and exits with 1', () => {
    const folder = folderWith({ 'a.js': floating })
    const { status, stdout, stderr } = run(folder, 'fix')
    expect(status).toBe(1)
    expect(stdout).toContain('--- a/a.js\n+++ b/a.js\n@@ -1,5 +1,9 @@\n')
    expect(stdout).toContain('-  save()\n+  await taskGroup(async (tg) => {\n+    tg.createTask(() => save())\n+  })\n')
    expect(stdout).toMatch(/Would change 1 place in 1 file of 1\.\nRun it again with --write/)
    expect(stderr).toMatch(/npm i structured-async@\^/)
    expect(read(folder, 'a.js')).toBe(floating)
  })

  it('--write changes the files, exits with 0, and has nothing to do the second time', () => {
    const folder = folderWith({ 'a.js': floating, 'b.js': clean })
    chmodSync(path.join(folder, 'a.js'), 0o755)
    expect(run(folder, 'fix', 'floating-to-task-group', '--write').status).toBe(0)
    expect(read(folder, 'a.js')).toContain('tg.createTask(() => save())')
    expect(read(folder, 'b.js')).toBe(clean)
    expect(readdirSync(folder).sort()).toEqual(['a.js', 'b.js'])
    const again = run(folder, 'fix', '--write')
    expect(again).toMatchObject({ status: 0 })
    expect(again.stdout).toMatch(/Nothing to change in 2 files\./)
  })

  it('keeps byte order marks, CRLF and everything else outside the edit', () => {
    const source = `\uFEFF${floating.replaceAll('\n', '\r\n')}`
    const folder = folderWith({ 'a.js': source })
    run(folder, 'fix', '--write', '--target', 'native')
    expect(read(folder, 'a.js')).toBe(source.replace('  save()', '  await save()'))
  })

  it('says what it left as it is, and why', () => {
    const { stdout } = run(folderWith({ 'a.js': 'async function f() {}\nf()\n' }), 'fix')
    expect(stdout).toMatch(/Left as it is: 1 place\n {2}a\.js:2:1 {2}This runs at the top level/)
  })

  it('refuses to write over uncommitted changes, unless told', () => {
    const folder = folderWith({ 'a.js': floating })
    git(folder, 'init', '-q')
    const refused = run(folder, 'fix', '--write')
    expect(refused.status).toBe(2)
    expect(refused.stderr).toMatch(/Git has uncommitted changes in this repository \(1 file\).*--allow-dirty/)
    expect(read(folder, 'a.js')).toBe(floating)
    git(folder, 'add', '-A')
    git(folder, 'commit', '-qm', 'x')
    expect(run(folder, 'fix', '--write').status).toBe(0)
    writeFileSync(path.join(folder, 'b.js'), floating)
    expect(run(folder, 'fix', '--write', '--allow-dirty').status).toBe(0)
  })

  it('a read-only file is named and left whole, the rest go on', () => {
    const folder = folderWith({ 'a.js': floating, 'b.js': floating })
    chmodSync(path.join(folder, 'a.js'), 0o444)
    const { status, stderr } = run(folder, 'fix', '--write')
    expect(status).toBe(2)
    expect(stderr).toMatch(/Failed: a\.js\. It can't be written: .*(?:read-only|permission denied)/)
    expect(read(folder, 'a.js')).toBe(floating)
    expect(read(folder, 'b.js')).toContain('taskGroup')
    expect(readdirSync(folder).sort()).toEqual(['a.js', 'b.js'])
  })

  it('refuses what is not UTF-8, and keeps its bytes', () => {
    const folder = folderWith({ 'b.js': floating })
    const latin1 = Buffer.from(`// caf\xe9\n${floating}`, 'latin1')
    writeFileSync(path.join(folder, 'a.js'), latin1)
    const { status, stderr } = run(folder, 'fix', '--write')
    expect(status).toBe(2)
    expect(stderr).toMatch(/Failed: a\.js\. It is not written in UTF-8\./)
    expect(readFileSync(path.join(folder, 'a.js'))).toEqual(latin1)
    expect(read(folder, 'b.js')).toContain('taskGroup')
  })

  it('looks for uncommitted changes in a folder with a dot in its name', () => {
    const folder = folderWith({ 'my.app/a.js': floating })
    git(path.join(folder, 'my.app'), 'init', '-q')
    expect(run(folder, 'fix', '--write', 'my.app')).toMatchObject({ status: 2, stderr: expect.stringMatching(/uncommitted changes/) as string })
    expect(read(folder, 'my.app/a.js')).toBe(floating)
  })

  it('gives what jscodeshift gives with the same transform', () => {
    const files = { 'a.js': floating, 'b.ts': floating.replace('save() {}', 'save(): Promise<void> {}'), 'c.js': floating.replaceAll('\n', '\r\n') }
    const [ours, theirs] = [folderWith(files), folderWith(files)]
    run(ours, 'fix', '--write')
    const jscodeshift = spawnSync(process.execPath, [path.join(root, 'node_modules/jscodeshift/bin/jscodeshift.js'), '-t', path.join(root, 'dist/codemods/floating-to-task-group.js'), '--extensions=js,ts', '--no-babel', '--fail-on-error', theirs], { cwd: root, encoding: 'utf8' })
    expect(jscodeshift.status, jscodeshift.stdout + jscodeshift.stderr).toBe(0)
    for (const name of Object.keys(files)) {
      expect(read(theirs, name)).toBe(read(ours, name))
      expect(read(ours, name)).toContain('taskGroup')
    }
  })
})

describe('a rewritten program', () => {
  it('shows the error that it lost before', () => {
    const { stdout } = spawnSync(process.execPath, [path.join(root, 'scripts/start.mjs')], { cwd: root, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } })
    const [, , before, , after] = stdout.split(/^=== /m)
    expect(before).toContain('4 receipts written.\n(exit code 1)')
    expect(after).toContain('Not all receipts were written. 1 failed in a task group: Error: Order 3 has no customer.\nReceipts on disk: 1.txt, 2.txt, 4.txt\n(exit code 1)')
  })
})
