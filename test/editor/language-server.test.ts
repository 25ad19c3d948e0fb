import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rules } from '../../rules/all.js'
import { root } from '../programs.js'
import { typeErrors } from '../type-check.js'
import { Editor, type Diagnostic } from './client.js'

const folder = path.join(root, '.cache/editor')
const file = (name: string): string => path.join(folder, name)
const callee = 'export async function save(id: number) {\n  await fetch(String(id))\n}\n'
const caller = "import { save } from './callee.js'\n\nexport async function saveAll(ids: number[]) {\n  for (const id of ids) {\n    save(id)\n  }\n}\n"

/** By rule: what is underlined in a program, and what is offered, in order. */
const programs: readonly [rule: string, marked: readonly string[], offered: readonly string[], text: string][] = [
  ['no-late-await', ['b()'], ['Attach a handler where it is made, so that only the await throws its error.'], 'async function a() {\n  return (await fetch("/a")).status\n}\nasync function b() {\n  return (await fetch("/b")).status\n}\nexport async function f() {\n  const first = a()\n  const second = b()\n  return [await first, await second]\n}\n'],
  ['no-misused-lazy-thenables', ['db(\'users\').insert({ name })'], ['Await it here, so that it runs.'], "import { knex } from 'knex'\nconst db = knex({ client: 'pg' })\nexport async function register(name: string) {\n  db('users').insert({ name })\n  return db('users').select('name')\n}\n"],
  ['no-sequential-awaits', ['await load(2)'], ['Start them together, with gather().'], 'async function load(id: number) {\n  return (await fetch(`/x/${id}`)).status\n}\nexport async function f() {\n  const a = await load(1)\n  const b = await load(2)\n  return [a, b]\n}\n'],
  ['no-concurrent-connection-use', ["trx('lines').insert({ order: 1 })"], ['Await one after the other.'], "import type { Knex } from 'knex'\nexport async function order(trx: Knex.Transaction) {\n  await Promise.all([\n    trx('orders').insert({ id: 1 }),\n    trx('lines').insert({ order: 1 }),\n  ])\n}\n"],
  ['no-self-await', ['await wait(allTasks())'], ['Start the tasks in a task group, which waits for them.', 'Wait for the other tasks, with otherTasks().'], "import { allTasks, createTask, run, wait } from 'structured-async'\nasync function work() {\n  await fetch('/x')\n}\nexport const done = run(async () => {\n  createTask(work)\n  await wait(allTasks())\n})\n"],
  ['no-leaky-race', ['Promise.race'], ['Clear the timer when the race is over.', 'Wait with waitFor(), which clears the timer and cancels the work.'], "async function work() {\n  return (await fetch('/x')).status\n}\nexport async function f() {\n  return await Promise.race([work(), new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), 30_000))])\n}\n"],
  ['no-ignored-outcomes', ['Promise.allSettled'], ['Throw the first error, with Promise.all().'], 'export async function f(urls: string[]) {\n  await Promise.allSettled(urls.map(url => fetch(url)))\n}\n'],
  ['prefer-task-group', ['Promise.all'], ['Start them in a task group.'], "export async function f(url: string) {\n  await Promise.all([fetch(url, { method: 'PUT' }), fetch(`${url}/2`, { method: 'PUT' })])\n}\n"],
]

let editor: Editor
beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const files = {
    'package.json': '{ "type": "module" }',
    'tsconfig.json': '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2023", "lib": ["es2023", "dom"], "types": [] }, "include": ["*.ts"] }',
    'eslint.config.js': `import tseslint from 'typescript-eslint'\nimport structuredAsync from ${JSON.stringify(pathToFileURL(path.join(root, 'dist/index.js')).href)}\nexport default [{ files: ['*.ts'], ...tseslint.configs.base, ignores: [] }, { files: ['*.ts'], ...structuredAsync.configs.strictTypeChecked, languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } } }]\n`,
    'callee.ts': callee,
    'caller.ts': caller,
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(file(name), text)
  editor = await Editor.open(folder)
}, 60_000)
afterAll(() => editor.close())

const textAt = (text: string, { range: { start, end } }: Diagnostic): string => text.split('\n')[start.line]?.slice(start.character, start.line === end.line ? end.character : undefined) ?? ''

describe('the ESLint language server, with a typed file', () => {
  it('has short squiggles, with links to their pages', async () => {
    await editor.type(file('caller.ts'), caller)
    const [diagnostic, ...others] = await editor.squiggles(file('caller.ts'))
    expect(others).toEqual([])
    expect(diagnostic).toMatchObject({ code: 'structured-async/no-floating-promises', codeDescription: { href: 'https://github.com/structured-async/structured-async/blob/main/docs/rules/no-floating-promises.md' } })
    expect(textAt(caller, diagnostic as Diagnostic)).toBe('save(id)')
  }, 60_000)

  it('has quick fixes, the safest first, each of which gives a file that type-checks and has no squiggle there', async () => {
    const alone = caller.replace("import { save } from './callee.js'\n", callee.replace('export ', ''))
    await editor.type(file('caller.ts'), alone)
    const [diagnostic] = await editor.squiggles(file('caller.ts'))
    const actions = (await editor.fixes(file('caller.ts'), diagnostic as Diagnostic)).filter(({ command }) => command?.command === 'eslint.applySuggestion')
    expect(actions.map(({ title }) => title.replace(/ \(structured-async\/.*/, ''))).toEqual(['Await it here.', 'Run it in a task group that this function waits for.', 'Give it to background(), which reports its error.', 'Mark it with void: its error may get lost.'])
    for (const action of actions) {
      const text = await editor.applied(file('caller.ts'), action)
      expect(typeErrors([text])).toEqual([[]])
      await editor.type(file('caller.ts'), text)
      expect(await editor.squiggles(file('caller.ts'))).toEqual([])
      await editor.type(file('caller.ts'), alone)
      await editor.squiggles(file('caller.ts'))
    }
  }, 60_000)

  it.each(programs)('%s: short squiggles, and quick fixes that type-check and leave none', async (rule, marked, offered, programText) => {
    await editor.type(file('caller.ts'), programText)
    const found = (await editor.squiggles(file('caller.ts'))).filter(({ code }) => code === `structured-async/${rule}`)
    expect(found.map(diagnostic => textAt(programText, diagnostic))).toEqual(marked)
    const titles: string[] = []
    for (const diagnostic of found) {
      expect(diagnostic.codeDescription?.href).toMatch(new RegExp(`/docs/rules/${rule}\\.md$`))
      const actions = (await editor.fixes(file('caller.ts'), diagnostic)).filter(({ command }) => command?.command === 'eslint.applySuggestion')
      titles.push(...actions.map(({ title }) => title))
      for (const action of actions) {
        const text = await editor.applied(file('caller.ts'), action)
        const [after, before] = typeErrors([text, programText])
        expect(after).toEqual(before)
        await editor.type(file('caller.ts'), text)
        expect((await editor.squiggles(file('caller.ts'))).filter(({ code }) => code === `structured-async/${rule}`).length).toBeLessThan(found.length)
        await editor.type(file('caller.ts'), programText)
        await editor.squiggles(file('caller.ts'))
      }
    }
    expect(titles.map(title => title.replace(/ \(structured-async\/.*/, ''))).toEqual(offered)
  }, 60_000)

  it('every rule has a program here', () => {
    expect([...programs.map(([rule]) => rule), 'no-floating-promises'].sort()).toEqual(rules.map(({ name }) => name).sort())
  })

  it('has fresh squiggles within half a second of typing', async () => {
    await editor.type(file('caller.ts'), caller)
    await editor.squiggles(file('caller.ts'))
    const times: number[] = []
    for (let at = 0; at < 5; at++) {
      const typed = caller.replace('    save(id)\n', `    const p${at} = save(id)\n    if (id > ${at}) await p${at}\n`)
      const before = performance.now()
      await editor.type(file('caller.ts'), typed)
      const [diagnostic] = await editor.squiggles(file('caller.ts'))
      times.push(performance.now() - before)
      expect(diagnostic?.message).toMatch(new RegExp(`p${at}.*when the condition on line 6 is false`))
      expect(textAt(typed, diagnostic as Diagnostic)).toBe('save(id)')
    }
    expect(Math.min(...times)).toBeLessThan(500)
  }, 60_000)

  it('follows what is typed into a callee', async () => {
    await editor.type(file('caller.ts'), caller)
    await editor.type(file('callee.ts'), callee)
    await editor.squiggles(file('callee.ts'))
    expect(await editor.squiggles(file('caller.ts'))).toHaveLength(1)
    const changed = 'export function save(id: number) {\n  console.log(id)\n}\n'
    writeFileSync(file('callee.ts'), changed)
    await editor.type(file('callee.ts'), changed)
    await editor.squiggles(file('callee.ts'))
    await editor.type(file('caller.ts'), `${caller}\n`)
    expect(await editor.squiggles(file('caller.ts'))).toEqual([])
  }, 60_000)
})
