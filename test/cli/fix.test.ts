import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { askWhatToRun } from '../../cli/fix/choose.js'
import { command, folderWith, read, run } from './folder.js'

const floating = 'async function save() {}\nasync function main() {\n  save()\n}\nmain().catch(console.error)\n'
const two = `${floating}async function again() {\n  save()\n}\nagain().catch(console.error)\n`

/** Runs `fix --interactive` in a folder and types these lines. */
function typed(folder: string, ...lines: string[]): Promise<{ status: number | null; stdout: string }> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [command, 'fix', 'floating-to-task-group', '--interactive'], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } })
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.on('close', status => resolve({ status, stdout }))
    child.stdin.end(lines.map(line => `${line}\n`).join(''))
  })
}

describe('--interactive', () => {
  it('shows one change with its reason, and writes what is taken', async () => {
    const folder = folderWith({ 'a.js': two })
    const { status, stdout } = await typed(folder, 'n', 'y')
    expect(stdout).toMatch(/^\na\.js:3 {2}floating-to-task-group\nNothing waits for the promise from `save\(\)`/)
    expect(stdout).toContain('Changed 1 place in 1 file of 1.')
    expect(status).toBe(0)
    expect(read(folder, 'a.js')).toContain('async function main() {\n  save()\n}')
    expect(read(folder, 'a.js')).toContain('tg.createTask(() => save())')
  })

  it.each([
    ['a takes all that follow, in other files too', ['a'], 2],
    ['q leaves all that follow', ['y', 'q'], 1],
    ['so does the end of the input', ['y'], 1],
    ['? says what the letters mean, and asks again', ['?', 'n', 'n', 'n', 'n'], 0],
  ])('%s', async (_name, lines, changed) => {
    const folder = folderWith({ 'a.js': floating, 'b.js': floating })
    const { status, stdout } = await typed(folder, ...lines)
    expect(status).toBe(0)
    expect(['a.js', 'b.js'].filter(file => read(folder, file).includes('createTask'))).toHaveLength(changed)
    expect(stdout.includes('y: make this change')).toBe(lines[0] === '?')
  })
})

it('says that nothing is changed where nothing was taken', async () => {
  expect((await typed(folderWith({ 'a.js': floating }), 'n')).stdout).toMatch(/\nNothing is changed\.\n$/)
})

it('--check says which files would change, and no more', () => {
  const folder = folderWith({ 'a.js': two })
  expect(run(folder, 'fix', '--check')).toMatchObject({ status: 1, stdout: 'a.js: 2 places\n\nWould change 2 places in 1 file of 1.\nRun it again with --write to make the changes, or with --interactive to choose.\n' })
  expect(read(folder, 'a.js')).toBe(two)
})

it('--json reports what changed, what was refused, and why', () => {
  const folder = folderWith({ 'a.js': `${floating}save()\n`, 'b.js': 'function (\n' })
  const { status, stdout } = run(folder, 'fix', 'floating-to-task-group', '--json')
  expect(status).toBe(2)
  expect(JSON.parse(stdout)).toMatchObject({
    files: 2,
    written: false,
    changed: [{ path: 'a.js', places: [{ line: 3, column: 3, by: 'floating-to-task-group', reason: expect.stringMatching(/^Nothing waits for/) as string }] }],
    refused: [{ path: 'a.js', line: 6, column: 1, by: 'floating-to-task-group', reason: expect.stringMatching(/^This runs at the top level/) as string }],
    needsRuntime: true,
    failures: [{ path: 'b.js' }],
  })
})

it('counts lines and columns in the file as it is, whatever another codemod has made of it before', () => {
  const code = "\nasync function log() {}\nexport async function main() {\n  log()\n  const a = await fetch('/a')\n  const b = await fetch('/b')\n  return [a, b]\n}\n"
  const folder = folderWith({ 'a.js': code, 'tsconfig.json': '{ "compilerOptions": { "checkJs": true, "module": "nodenext", "types": [] }, "include": ["*.js"] }' })
  const { changed } = JSON.parse(run(folder, 'fix', '--likely', '--json').stdout) as { changed: { places: { line: number; column: number; by: string; reason: string }[] }[] }
  expect(changed[0]?.places.map(({ line, column, by, reason }) => [line, column, by, /\(line \d+\)/.exec(reason)?.[0]])).toEqual([
    [4, 3, 'floating-to-task-group', undefined],
    [6, 13, 'sequential-to-gather', '(line 5)'],
  ])
})

describe('--todo', () => {
  const refusedOnes = 'async function save() {}\nexport function* f() {\n  if (1) save()\n  yield 1\n}\n\tsave() // here\n'

  it('leaves one comment in front of each statement with the reason, and none the second time', () => {
    const folder = folderWith({ 'a.js': refusedOnes })
    const said = run(folder, 'fix', 'floating-to-task-group', '--todo', '--write')
    const once = read(folder, 'a.js')
    expect(said.stdout).toContain('Changed 2 comments in 1 file of 1.')
    expect(once).toBe('async function save() {}\nexport function* f() {\n  // TODO(structured-async) floating-to-task-group: A generator stops at every yield, so a group around its body would stay open for as long as its consumer likes. Await the call, or give it to background().\n  if (1) save()\n  yield 1\n}\n\t// TODO(structured-async) floating-to-task-group: This runs at the top level, where no function can wait for it. Move it to an async function.\n\tsave() // here\n')
    expect(run(folder, 'fix', 'floating-to-task-group', '--todo', '--write').stdout).toContain('Nothing to change in 1 file.')
    expect(read(folder, 'a.js')).toBe(once)
  })

  it('gives an old comment the new reason', () => {
    const folder = folderWith({ 'a.js': 'async function save() {}\n// TODO(structured-async) floating-to-task-group: It is so.\n// why\nsave()\n' })
    run(folder, 'fix', 'floating-to-task-group', '--todo', '--write')
    expect(read(folder, 'a.js')).toBe('async function save() {}\n// TODO(structured-async) floating-to-task-group: This runs at the top level, where no function can wait for it. Move it to an async function.\n// why\nsave()\n')
  })
})

describe('--todo, where other comments stand', () => {
  const reason = 'This runs at the top level, where no function can wait for it. Move it to an async function.'
  it.each([
    ['stands above what speaks of the next line', '// why\n// eslint-disable-next-line no-console\n/* istanbul ignore next-line */\nsave()\n', `// why\n// TODO(structured-async) floating-to-task-group: ${reason}\n// eslint-disable-next-line no-console\n/* istanbul ignore next-line */\nsave()\n`],
    ['takes an old comment with another indentation', 'if (1) {\n// TODO(structured-async) floating-to-task-group: Old.\n    save()\n}\n', `if (1) {\n// TODO(structured-async) floating-to-task-group: ${reason}\n    save()\n}\n`],
    ['keeps one of two reasons for one statement', "// TODO(structured-async) floating-to-task-group: This runs in a class field or a static block, where no function can wait for it. Move it to an async function.\nclass A { static { save() } static b = function* () { save() } }\n", "// TODO(structured-async) floating-to-task-group: This runs in a class field or a static block, where no function can wait for it. Move it to an async function.\nclass A { static { save() } static b = function* () { save() } }\n"],
  ])('%s', (_name, before, after) => {
    const folder = folderWith({ 'a.js': `async function save() {}\n${before}` })
    run(folder, 'fix', 'floating-to-task-group', '--todo', '--write')
    expect(read(folder, 'a.js')).toBe(`async function save() {}\n${after}`)
    expect(run(folder, 'fix', 'floating-to-task-group', '--todo', '--check').status).toBe(0)
  })
})

it('leaves a file that somebody has changed meanwhile', async () => {
  const folder = folderWith({ 'a.js': floating })
  const child = spawn(process.execPath, [command, 'fix', 'floating-to-task-group', '--interactive'], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = new Promise<number | null>(resolve => child.on('close', resolve))
  while (!stdout.includes('Make this change?')) await new Promise(resolve => setTimeout(resolve, 5))
  writeFileSync(path.join(folder, 'a.js'), `${floating}// mine\n`)
  child.stdin.end('y\n')
  expect(await ended).toBe(2)
  expect(stderr).toContain('Failed: a.js. It has changed since it was read, so it is left as it is. Run it again.')
  expect(read(folder, 'a.js')).toBe(`${floating}// mine\n`)
})

describe('--shard', () => {
  it('splits the files among runs, each in one of them', () => {
    const folder = folderWith(Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map(name => [`${name}.js`, floating])))
    const files = [1, 2, 3].flatMap(index => (JSON.parse(run(folder, 'scan', '--format', 'json', '--shard', `${index}/3`).stdout) as { findings: { path: string }[] }).findings.map(({ path: file }) => file))
    expect(files).toEqual(['a.js', 'b.js', 'c.js', 'd.js', 'e.js'])
  })

  it.each(['0/2', '3/2', '2', 'a/b'])('%s is an error', shard => {
    expect(run(folderWith({ 'a.js': floating }), 'fix', '--shard', shard)).toMatchObject({ status: 2, stderr: expect.stringContaining('A shard is one of several parts, as in 2/5') as string })
  })
})

describe('the runtime', () => {
  it.each([
    ['npm', {}, /npm i(?:nstall)? structured-async@\^/],
    ['pnpm', { 'pnpm-lock.yaml': '' }, /pnpm add structured-async@\^/],
    ['yarn', { 'yarn.lock': '' }, /yarn add structured-async@\^/],
    ['bun', { 'bun.lock': '{}' }, /bun add structured-async@\^/],
  ])('says how to install it with %s', (_name, files, line) => {
    expect(run(folderWith({ 'package.json': '{}', 'a.js': floating, ...files }), 'fix', '--write').stderr).toMatch(line)
  })

  it('--install adds it with the package manager that the project uses', () => {
    const folder = folderWith({ 'package.json': '{}', 'yarn.lock': '', 'a.js': floating, 'bin/yarn': '#!/bin/sh\necho "$@" > said\n' })
    chmodSync(path.join(folder, 'bin/yarn'), 0o755)
    run(folder, { PATH: `${path.join(folder, 'bin')}${path.delimiter}${process.env.PATH ?? ''}` }, 'fix', '--write', '--install')
    expect(read(folder, 'said')).toMatch(/^add structured-async@\^\d/)
  })
})

it('--install that fails is an error', () => {
  const folder = folderWith({ 'package.json': '{}', 'yarn.lock': '', 'a.js': floating, 'bin/yarn': '#!/bin/sh\necho no\nexit 1\n' })
  chmodSync(path.join(folder, 'bin/yarn'), 0o755)
  const { status, stdout, stderr } = run(folder, { PATH: `${path.join(folder, 'bin')}${path.delimiter}${process.env.PATH ?? ''}` }, 'fix', '--write', '--install', '--json')
  expect(status).toBe(2)
  expect(JSON.parse(stdout)).toMatchObject({ written: true })
  expect(stderr).toContain('no\n')
})

describe('the formatter of the project', () => {
  const prettier = { 'node_modules/prettier/package.json': '{ "name": "prettier", "bin": "bin.cjs" }', 'node_modules/prettier/bin.cjs': "require('node:fs').appendFileSync('said', process.argv.slice(2).join(' ') + '\\n')\n" }
  const biome = { 'node_modules/@biomejs/biome/package.json': '{ "name": "@biomejs/biome", "bin": { "biome": "bin.cjs" } }', 'node_modules/@biomejs/biome/bin.cjs': prettier['node_modules/prettier/bin.cjs'] }

  it.each([
    ['prettier where it is configured', { ...prettier, '.prettierrc': '{}' }, /^--write --log-level warn .*a\.js\n$/],
    ['prettier by a key of package.json', { ...prettier, 'package.json': '{ "prettier": {} }' }, /^--write /],
    ['biome where it is configured', { ...biome, 'biome.json': '{}' }, /^format --write .*a\.js\n$/],
  ])('runs %s, over changed files only', (_name, files, said) => {
    const folder = folderWith({ 'a.js': floating, 'b.js': '', ...files })
    run(folder, 'fix', '--write')
    expect(read(folder, 'said')).toMatch(said)
    expect(read(folder, 'said')).not.toContain('b.js')
  })

  it('runs none that is not configured, that is not installed, or with --no-format', () => {
    for (const [files, ...options] of [[prettier], [{ '.prettierrc': '{}' }], [{ ...prettier, '.prettierrc': '{}' }, '--no-format']] as [Record<string, string>, ...string[]][]) {
      const folder = folderWith({ 'a.js': floating, ...files })
      expect(run(folder, 'fix', '--write', ...options).status).toBe(0)
      expect(existsSync(path.join(folder, 'said'))).toBe(false)
    }
  })
})

it.each([['--write', '--check'], ['--interactive', '--check'], ['--interactive', '--json']])('%s and %s are an error together', (...options) => {
  expect(run(folderWith({ 'a.js': floating }), 'fix', ...options)).toMatchObject({ status: 2, stderr: `${options[0]} and ${options[1]} say opposite things. Leave one of them out.\n` })
})

it('Ctrl-C ends behind the file that is being read, which is whole, and says so', async () => {
  const folder = folderWith({})
  mkdirSync(path.join(folder, 'src'))
  for (let at = 0; at < 400; at++) writeFileSync(path.join(folder, `src/${String(at).padStart(3, '0')}.js`), floating)
  const child = spawn(process.execPath, [command, 'fix', '--write'], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = new Promise<number | null>(resolve => child.on('close', resolve))
  while (read(folder, 'src/000.js') === floating) await new Promise(resolve => setTimeout(resolve, 5))
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  const done = Number(/Stopped after (\d+) of 400 files/.exec(stderr)?.[1])
  const changed = Array.from({ length: 400 }, (_, at) => read(folder, `src/${String(at).padStart(3, '0')}.js`)).filter(text => text !== floating)
  expect(changed.length).toBe(done)
  expect(new Set(changed).size).toBe(1)
})

it('asks where and what, with how much each codemod would change', async () => {
  const folder = folderWith({ 'src/a.js': two })
  const before = process.cwd()
  process.chdir(folder)
  try {
    const input = new PassThrough()
    let shown = ''
    const output = new Writable({ write: (chunk: Buffer, _encoding, done) => void ((shown += chunk.toString()), done()) })
    const choice = askWhatToRun({ types: false }, { input, output })
    input.write('\r')
    while (!shown.includes('What?')) await new Promise(resolve => setTimeout(resolve, 5))
    input.write('\r')
    expect(await choice).toMatchObject({ codemods: [{ name: 'floating-to-task-group' }], paths: ['.'] })
    expect(shown).toContain('floating-to-task-group  2 places')
  } finally {
    process.chdir(before)
  }
})
