import { describe, expect, it } from 'vitest'
import { floatingToTaskGroup } from '../../codemods/floating-to-task-group.js'
import { runCodemod, type CodemodResult } from '../../codemods/codemod.js'
import { loadUnit } from '../../host/units.js'
import { applyEverySuggestion, lint } from '../lint.js'
import { readings, typedFile } from '../programs.js'
import { typeErrors } from '../type-check.js'

const head = `declare function f(x?: unknown): Promise<void>
declare function g(): Promise<number>
declare const c: boolean
`

function transform(code: string, target: 'structured-async' | 'native' = 'structured-async'): CodemodResult {
  return runCodemod(floatingToTaskGroup, code, text => loadUnit(typedFile, text).unit, { target })
}

/** Before, after; the declarations above and the import are left out of both. */
const cases: Record<string, [before: string, after: string]> = {
  'one call': [
    `export async function main() {
  f()
}`,
    `export async function main() {
  await taskGroup(async (tg) => {
    tg.createTask(() => f())
  })
}`,
  ],
  'several calls, one group': [
    `export async function main() {
  f()
  await g()
  f(1)
}`,
    `export async function main() {
  await taskGroup(async (tg) => {
    tg.createTask(() => f())
    await g()
    tg.createTask(() => f(1))
  })
}`,
  ],
  'a loop fans out, the group stays outside it': [
    `export async function main(ids: number[]) {
  for (const id of ids) {
    f(id)
  }
}`,
    `export async function main(ids: number[]) {
  await taskGroup(async (tg) => {
    for (const id of ids) {
      tg.createTask(() => f(id))
    }
  })
}`,
  ],
  'a body that returns a value': [
    `export async function main(): Promise<'a' | 'b'> {
  f()
  if (c) return 'a'
  return 'b'
}`,
    `export async function main(): Promise<'a' | 'b'> {
  return await taskGroup(async (tg) => {
    tg.createTask(() => f())
    if (c) return 'a'
    return 'b'
  })
}`,
  ],
  'bare returns stay': [
    `export async function main() {
  if (c) return
  f()
}`,
    `export async function main() {
  await taskGroup(async (tg) => {
    if (c) return
    tg.createTask(() => f())
  })
}`,
  ],
  'this, arguments and super': [
    `class Base { async save(x: number) { return x } }
export class Store extends Base {
  override async save(x: number) {
    f(this)
    f(arguments[0])
    super.save(x)
    return x
  }
}`,
    `class Base { async save(x: number) { return x } }
export class Store extends Base {
  override async save(x: number) {
    return await taskGroup(async (tg) => {
      tg.createTask(() => f(this))
      tg.createTask(() => f(arguments[0]))
      tg.createTask(() => super.save(x))
      return x
    })
  }
}`,
  ],
  'comments, directives, blank lines and templates': [
    `export async function main() { // the entry
  'use server'
  // first

  f(\`one
two\`) // trailing
  /* last */
}`,
    `export async function main() { // the entry
  'use server'
  await taskGroup(async (tg) => {
    // first

    tg.createTask(() => f(\`one
two\`)) // trailing
    /* last */
  })
}`,
  ],
  'a function on one line': [`export const main = async () => { f() }`, `export const main = async () => { await taskGroup(async (tg) => { tg.createTask(() => f()) }) }`],
  'a body that starts behind its brace': [
    `export const main = async () => { f()
  f() }`,
    `export const main = async () => {
  await taskGroup(async (tg) => {
    tg.createTask(() => f())
    tg.createTask(() => f())
  })
}`,
  ],
  'operands, optional calls and chains': [
    `export async function main(o?: { m(): Promise<void> }) {
  c && f()
  c ? f(1) : f(2)
  o?.m()
  f().then(() => {})
  f().finally(() => {})
}`,
    `export async function main(o?: { m(): Promise<void> }) {
  await taskGroup(async (tg) => {
    c && tg.createTask(() => f())
    c ? tg.createTask(() => f(1)) : tg.createTask(() => f(2))
    tg.createTask(() => o?.m())
    tg.createTask(() => f().then(() => {}))
    tg.createTask(() => f().finally(() => {}))
  })
}`,
  ],
  'lists are joined by a child': [
    `export async function main(ids: number[]) {
  ids.map(async id => { await f(id) })
}`,
    `export async function main(ids: number[]) {
  await taskGroup(async (tg) => {
    tg.createTask(() => gather(ids.map(async id => { await f(id) })))
  })
}`,
  ],
  'an invoked function is the child': [
    `export async function main() {
  (async () => {
    await f()
  })()
}`,
    `export async function main() {
  await taskGroup(async (tg) => {
    tg.createTask(async () => {
      await f()
    })
  })
}`,
  ],
  'functions in functions': [
    `export async function main() {
  f()
  const inner = async () => {
    f(1)
  }
  await inner()
}`,
    `export async function main() {
  await taskGroup(async (tg) => {
    tg.createTask(() => f())
    const inner = async () => {
      await taskGroup(async (tg) => {
        tg.createTask(() => f(1))
      })
    }
    await inner()
  })
}`,
  ],
  'what a closure would forget stays outside one': [
    `export async function main(o: { name?: string }, list: string[]) {
  let last: string | undefined
  for (const x of list) last = x
  if (last) f(last.length)
  if (o.name) f(o.name.length)
  const grown = []
  grown.push(1)
  f(grown)
  f(await g())
}`,
    `export async function main(o: { name?: string }, list: string[]) {
  await taskGroup(async (tg) => {
    let last: string | undefined
    for (const x of list) last = x
    if (last) tg.createTask(f(last.length))
    if (o.name) tg.createTask(f(o.name.length))
    const grown = []
    grown.push(1)
    tg.createTask(f(grown))
    tg.createTask(f(await g()))
  })
}`,
  ],
  'the name of the group is free': [
    `export async function main(tg: number) {
  f(tg)
}`,
    `export async function main(tg: number) {
  await taskGroup(async (group) => {
    group.createTask(() => f(tg))
  })
}`,
  ],
}

const withImport = (code: string): string => `import { ${['taskGroup', 'gather'].filter(name => code.includes(`${name}(`)).join(', ')} } from 'structured-async'\n\n${head}${code}\n`

describe('structured-async target', () => {
  it.each(Object.entries(cases))('%s', (_name, [before, after]) => {
    const { text, refused } = transform(`${head}${before}\n`)
    expect(text).toBe(withImport(after))
    expect(refused).toEqual([])
  })

  it.each(Object.entries(cases))('%s: a second run changes nothing, and nothing floats', (_name, [, after]) => {
    expect(transform(withImport(after)).text).toBe(withImport(after))
    expect(lint(withImport(after), { mode: 'typed' })).toEqual([])
    expect(lint(withImport(after), { mode: 'untyped' })).toEqual([])
  })

  it('type-checks before and after', () => {
    const texts = Object.values(cases).flatMap(([before, after]) => [`${head}${before}\n`, withImport(after)])
    expect(typeErrors(texts)).toEqual(texts.map(() => []))
  })

  it.each(Object.entries(cases))('%s: the suggestions of the rule, taken one by one, give the same', (_name, [before]) => {
    const code = `${head}${before}\n`
    expect(applyEverySuggestion(code, 'ownInTaskGroup')).toBe(transform(code).text)
  })

  it('works on JavaScript without types', () => {
    const code = `const { a } = require('./a')\n\nasync function f() {}\nexports.main = async function () {\n\tf();\n};\n`
    expect(runCodemod(floatingToTaskGroup, code, readings.JavaScript, { target: 'structured-async' }).text).toBe(
      `const { a } = require('./a')\nconst { taskGroup } = require('structured-async')\n\nasync function f() {}\nexports.main = async function () {\n\tawait taskGroup(async (tg) => {\n\t\ttg.createTask(() => f());\n\t})\n};\n`,
    )
  })

  it('keeps CRLF line ends', () => {
    const code = `${head}export async function main() {\n  f()\n}\n`.replaceAll('\n', '\r\n')
    const { text } = transform(code)
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(text.replaceAll('\r\n', '\n')).toBe(transform(code.replaceAll('\r\n', '\n')).text)
  })

  it('adds to an import that is there, and uses the name it has', () => {
    expect(transform(`import { gather } from 'structured-async'\n${head}export async function main() {\n  f()\n}\n`).text).toContain(`import { gather, taskGroup } from 'structured-async'\n`)
    expect(transform(`import { taskGroup as group } from 'structured-async'\n${head}export async function main() {\n  f()\n}\n`).text).toContain('await group(async (tg) => {')
  })

  it('leaves a comment about the first statement with it', () => {
    expect(transform(`// @ts-expect-error - x\n// eslint-disable-next-line no-undef\nnope()\n${head}export async function main() {\n  f()\n}\n`).text).toMatch(/^import .*\n\n\/\/ @ts-expect-error/)
  })

  it('leaves the header of a file where it is', () => {
    expect(transform(`#!/usr/bin/env node\n// Copyright me\n\n// about f\n${head}export async function main() {\n  f()\n}\n`).text).toMatch(/^#!\/usr\/bin\/env node\n\/\/ Copyright me\n\nimport \{ taskGroup \} from 'structured-async'\n\n\/\/ about f\n/)
  })
})

describe('refusals', () => {
  const refusals: Record<string, [code: string, reason: RegExp]> = {
    'a generator': ['export async function* main() {\n  f()\n  yield 1\n}', /generator/],
    'a sync function': ['export function main() {\n  f()\n}', /not async/],
    'the top level': ['f()', /top level/],
    'a class field': ['export class C { x = (f(), 1); static { f() } }', /static block/],
    'a path without the value that another returns': ['export async function main(): Promise<number | undefined> {\n  f()\n  if (c) return 1\n}', /returns a value on one path/],
    'a bare return beside a value': ['export async function main(): Promise<number | undefined> {\n  f()\n  if (c) return\n  return 1\n}', /returns a value on one path/],
    'a parameter declared again': ['export async function main(x: number) {\n  f()\n  var x = 1\n  return x\n}', /declares a parameter again/],
    'a caller that tells errors apart': ['async function main() {\n  f()\n}\nexport async function caller() {\n  try { await main() } catch (e) { if (e instanceof TypeError) return 1; throw e }\n  return 2\n}', /line 8 tells this function's errors apart/],
    'a handler that reads a code': ['async function main() {\n  f()\n}\nmain().catch(e => { if (e.code === 1) c })', /tells this function's errors apart/],
    'a method whose caller tells errors apart': ['export class C {\n  async a() {\n    f()\n  }\n  async b() {\n    try { await this.a() } catch (e) { if (isGone(e)) return }\n  }\n}\ndeclare function isGone(e: unknown): boolean', /tells this function's errors apart/],
    'a named handler': ['async function main() {\n  f()\n}\nfunction onError(e: any) { if (e.code === 1) c }\nmain().catch(onError)', /line 7 tells this function's errors apart/],
    'the second handler of a then': ['async function main() {\n  f()\n}\nmain().then(() => c, e => { if (e.code === 1) c })', /tells this function's errors apart/],
    'a handler behind another step': ['async function main() {\n  f()\n}\nmain().then(() => c).catch(e => { if (e.code === 1) c })', /tells this function's errors apart/],
    'a promise that is kept first': ['async function main() {\n  f()\n}\nexport async function caller() {\n  const p = main()\n  try { await p } catch (e) { if (e instanceof TypeError) return }\n}', /tells this function's errors apart/],
    "a caller's caller": ['async function main() {\n  f()\n}\nconst twice = async () => { await main(); return await main() }\nexport async function caller() {\n  try { await twice() } catch (e) { if (e instanceof TypeError) return }\n}', /tells this function's errors apart/],
    'a caller that rethrows to one that tells errors apart': ['async function main() {\n  f()\n}\nasync function middle() {\n  try { await main() } catch (e) { console.log(e); throw e }\n}\nmiddle().catch(e => { if (e.code === 1) c })', /tells this function's errors apart/],
    'a function on the spot that catches all': ['export function main() {\n  ;(async () => {\n    try { f() } catch (e) { console.log(e) }\n  })()\n}', /catches all its errors/],
    'a static method that returns its class': ['export class C {\n  static async make() {\n    f()\n    return this\n  }\n}', /Declare its return type/],
    'a name that is taken': ['export async function main() {\n  f()\n  const taskGroup = 1\n  return taskGroup\n}', /`taskGroup` means something else/],
  }
  it.each(Object.entries(refusals))('%s', (_name, [code, reason]) => {
    const result = transform(`${head}${code}\n`)
    expect(result.text).toBe(`${head}${code}\n`)
    expect(result.refused.map(refusal => refusal.reason).join()).toMatch(reason)
  })

  it('a try that does not wait for the call is no reason', () => {
    const { text, refused } = transform(`${head}async function main() {\n  f()\n}\nexport async function caller() {\n  try { main() } catch (e) { if (e instanceof TypeError) return }\n}\n`)
    expect(refused).toEqual([])
    expect(transform(text).text).toBe(text)
  })

  it('a handler that ends the rejection is no reason to look further out', () => {
    const { refused } = transform(`${head}async function main() {\n  f()\n}\nasync function middle() {\n  try { await main() } catch (e) { console.log(e) }\n}\nmiddle().catch(e => { if (e.code === 1) c })\n`)
    expect(refused).toEqual([])
  })

  it('a caller that only logs is no reason', () => {
    const { refused } = transform(`${head}async function main() {\n  f()\n}\nmain().catch(e => { console.error(e.message, e) })\n`)
    expect(refused).toEqual([])
  })
})

describe('what a careful reader found', () => {
  const both: Record<string, [before: string, structured: string | null, native: string | null]> = {
    'the left operand decides what runs, so it stays': ['export async function main(m: Map<string, Promise<void>>) {\n  m.get("a") ?? f()\n  f(1) && f(2)\n}', 'export async function main(m: Map<string, Promise<void>>) {\n  await taskGroup(async (tg) => {\n    m.get("a") ?? tg.createTask(() => f())\n    f(1) && tg.createTask(() => f(2))\n  })\n}', 'export async function main(m: Map<string, Promise<void>>) {\n  m.get("a") ?? await f()\n  f(1) && await f(2)\n}'],
    'a semicolon that guards the next line': ['export async function main() {\n  f(3)\n  f(4)\n  ;[1, 2].forEach(String)\n}', 'export async function main() {\n  await taskGroup(async (tg) => {\n    tg.createTask(() => f(3))\n    tg.createTask(() => f(4))\n    ;[1, 2].forEach(String)\n  })\n}', 'export async function main() {\n  await Promise.all([\n    f(3),\n    f(4),\n  ])\n  ;[1, 2].forEach(String)\n}'],
    'a call that ends at the brace': ['export const h = { onClick: async () => {f()} }', 'export const h = { onClick: async () => { await taskGroup(async (tg) => { tg.createTask(() => f()) }) } }', 'export const h = { onClick: async () => {await f()} }'],
    'a statement behind a loop on its line': ['export async function main(xs: number[]) {\n  for (const x of xs) { f(x) } g; c\n}', null, 'export async function main(xs: number[]) {\n  const pending: unknown[] = []\n  for (const x of xs) { pending.push(f(x)) }\n  await Promise.all(pending); g; c\n}'],
    'a list behind a condition, or of something that may not be there': ['export async function main(xs?: number[]) {\n  c && [1].map(f)\n  xs?.map(f)\n}', 'export async function main(xs?: number[]) {\n  await taskGroup(async (tg) => {\n    c && tg.createTask(() => gather([1].map(f)))\n    tg.createTask(() => gather(xs?.map(f) ?? []))\n  })\n}', 'export async function main(xs?: number[]) {\n  c && await Promise.all([1].map(f))\n  await Promise.all(xs?.map(f) ?? [])\n}'],
    'an optional call that must stay outside a function': ['export async function main(open: () => Promise<{ close(): Promise<void> }>) {\n  let conn: { close(): Promise<void> } | undefined\n  try { conn = await open() } finally { conn?.close() }\n}', 'export async function main(open: () => Promise<{ close(): Promise<void> }>) {\n  await taskGroup(async (tg) => {\n    let conn: { close(): Promise<void> } | undefined\n    try { conn = await open() } finally { tg.createTask(Promise.resolve(conn?.close())) }\n  })\n}', null],
    'one literal that is returned': ["export async function status(): Promise<'ok' | 'failed'> {\n  f()\n  return 'ok'\n}", "export async function status(): Promise<'ok' | 'failed'> {\n  return await taskGroup(async (tg) => {\n    tg.createTask(() => f())\n    return 'ok'\n  })\n}", null],
    'a function that never returns': ['export async function die(e: Error): Promise<never> {\n  f()\n  throw e\n}', 'export async function die(e: Error): Promise<never> {\n  return await taskGroup(async (tg) => {\n    tg.createTask(() => f())\n    throw e\n  })\n}', null],
    'a method that was narrowed': ['export async function main(o: { onDone?: (n: number) => Promise<void> }) {\n  if (o.onDone) o.onDone(1)\n}', 'export async function main(o: { onDone?: (n: number) => Promise<void> }) {\n  await taskGroup(async (tg) => {\n    if (o.onDone) tg.createTask(o.onDone(1))\n  })\n}', null],
    'what is thrown before there is a promise is for the catch around it': ['export async function main(check: () => Promise<void>) {\n  try { check() } catch { return }\n}', 'export async function main(check: () => Promise<void>) {\n  await taskGroup(async (tg) => {\n    try { tg.createTask(check()) } catch { return }\n  })\n}', null],
    'a promise that is looked at only behind the new await': ["export async function main() {\n  const user = g()\n  f()\n  try { return await user } catch { return 0 }\n}", "export async function main() {\n  return await taskGroup(async (tg) => {\n    const user = g()\n    tg.createTask(() => f())\n    try { return await user } catch { return 0 }\n  })\n}", 'refused'],
    'neighbours of which one waits': ['export async function main() {\n  f(1)\n  f(await g())\n}', null, 'export async function main() {\n  await f(1)\n  await f(await g())\n}'],
    'a loop that waits when it disposes': ['export async function main(xs: AsyncDisposable[]) {\n  for (const x of xs) {\n    await using y = x\n    f(y)\n  }\n}', null, 'refused'],
  }
  it.each(Object.entries(both))('%s', (_name, [before, structured, native]) => {
    for (const [target, after] of [['structured-async', structured], ['native', native]] as const) {
      if (after === null) continue
      const { text } = transform(`${head}${before}\n`, target)
      const body = text.replace(/^import .* from ['"]structured-async['"]\n\n?/, '')
      expect(body).toBe(`${head}${after === 'refused' ? before : after}\n`)
      expect(transform(text, target).text).toBe(text)
      // Some of these programs have an error of their own.
      expect(typeErrors([text])).toEqual(typeErrors([`${head}${before}\n`]))
    }
  })

  it('a directive stays first', () => {
    const { text } = transform(`'use client'\n${head}export async function main() {\n  f()\n}\n`)
    expect(text).toMatch(/^'use client'\n\nimport \{ taskGroup \} from 'structured-async'\n/)
  })

  it('an import before a semicolon that guards the next line', () => {
    const before = "import fs from 'node:fs'\n;(async () => { for (const x of [1, 2]) f(x) })().catch(console.error)\nvoid fs\n"
    const { text } = transform(`${before}${head}`)
    expect(text).toMatch(/^import fs from 'node:fs'\nimport \{ taskGroup \} from 'structured-async'\n;\(async \(\) => \{ await taskGroup/)
    expect(typeErrors([text])).toEqual(typeErrors([`${before}${head}`]))
  })
})

describe('native target', () => {
  const native: Record<string, [before: string, after: string]> = {
    'one call is awaited': ['export async function main() {\n  f()\n}', 'export async function main() {\n  await f()\n}'],
    'neighbours stay together': ['export async function main() {\n  f();\n  f(1); // one\n  c\n  f(2);\n}', 'export async function main() {\n  await Promise.all([\n    f(),\n    f(1),\n  ]) // one\n  c\n  await f(2);\n}'],
    'a list is joined': ['export async function main(ids: number[]) {\n  ids.map(async id => { await f(id) })\n}', 'export async function main(ids: number[]) {\n  await Promise.all(ids.map(async id => { await f(id) }))\n}'],
    'a loop stays concurrent': ['export async function main(ids: number[]) {\n  for (const id of ids) f(id)\n}', 'export async function main(ids: number[]) {\n  const pending: unknown[] = []\n  for (const id of ids) pending.push(f(id))\n  await Promise.all(pending)\n}'],
    'nested loops are joined once': [
      'export async function main(ids: number[][]) {\n  f();\n  outer: for (const row of ids) {\n    for (const id of row) {\n      if (id > 9) continue outer;\n      c && f(id); // later\n      row.map(g);\n    }\n  } // rows\n  return c;\n}',
      'export async function main(ids: number[][]) {\n  await f();\n  const pending: unknown[] = []\n  outer: for (const row of ids) {\n    for (const id of row) {\n      if (id > 9) continue outer;\n      c && pending.push(f(id)); // later\n      pending.push(...row.map(g));\n    }\n  } // rows\n  await Promise.all(pending)\n  return c;\n}',
    ],
    'two loops, two names': [
      'export async function main(ids: number[], pending3: 1) {\n  for (const id of ids) f(id)\n  ;[1].forEach(String)\n  while (c) f()\n  ;[2].forEach(String)\n}',
      'export async function main(ids: number[], pending3: 1) {\n  const pending: unknown[] = []\n  for (const id of ids) pending.push(f(id))\n  await Promise.all(pending)\n  ;[1].forEach(String)\n  const pending2: unknown[] = []\n  while (c) pending2.push(f())\n  await Promise.all(pending2)\n  ;[2].forEach(String)\n}',
    ],
    'a line that starts like an operator gets its semicolon': ['export async function main(ids: number[]) {\n  for (const id of ids) { f(id) }\n  [1].forEach(String)\n}', 'export async function main(ids: number[]) {\n  const pending: unknown[] = []\n  for (const id of ids) { pending.push(f(id)) }\n  await Promise.all(pending);\n  [1].forEach(String)\n}'],
    'parentheses only where they are needed': ['export async function main() {\n  (f() as Promise<void>)\n  new Promise(() => {})\n}', 'export async function main() {\n  await Promise.all([\n    (f() as Promise<void>),\n    new Promise(() => {}),\n  ])\n}'],
  }
  it.each(Object.entries(native))('%s', (_name, [before, after]) => {
    const { text } = transform(`${head}${before}\n`, 'native')
    expect(text).toBe(`${head}${after}\n`)
    expect(transform(text, 'native').text).toBe(text)
    expect(typeErrors([text])).toEqual([[]])
  })

  const refused: Record<string, [code: string, why: RegExp]> = {
    'a loop that awaits': ['export async function main(ids: number[]) {\n  for (const id of ids) {\n    f(id)\n    await g()\n  }\n}', /loop awaits too/],
    'a loop that returns': ['export async function main(ids: number[]) {\n  for (const id of ids) {\n    f(id)\n    if (c) return\n  }\n}', /`return` on line 7 leaves the loop/],
    'a loop that throws': ['export async function main(ids: number[]) {\n  for (const id of ids) {\n    f(id)\n    if (c) throw new Error()\n  }\n}', /`throw` on line 7 leaves the loop/],
    'a jump to a block around the loop': ['export async function main(ids: number[]) {\n  out: {\n    for (const id of ids) {\n      f(id)\n      break out\n    }\n  }\n}', /jump on line 8 leaves the loop/],
    'a loop that is no statement of a block': ['export async function main(ids: number[]) {\n  if (c) for (const id of ids) f(id)\n}', /Put braces around it first/],
    'a sync function': ['export function main(ids: number[]) {\n  for (const id of ids) f(id)\n}', /not async/],
  }
  it.each(Object.entries(refused))('refuses %s', (_name, [code, why]) => {
    const result = transform(`${head}${code}\n`, 'native')
    expect(result.text).toBe(`${head}${code}\n`)
    expect(result.refused.map(({ reason }) => reason)).toEqual([expect.stringMatching(why)])
  })
})
