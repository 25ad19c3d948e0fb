import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { runCodemod } from '../../codemods/codemod.js'
import { promiseAllToTaskGroup } from '../../codemods/promise-all-to-task-group.js'
import { readings, root } from '../programs.js'
import { typeErrors } from '../type-check.js'

const head = `declare const url: string
async function load(id: number, signal?: AbortSignal) {
  return (await fetch(\`\${url}/\${id}\`, { signal: signal ?? null })).text()
}
`

function transform(code: string, target: 'structured-async' | 'native' = 'structured-async'): { text: string; refused: string[] } {
  const { text, refused } = runCodemod(promiseAllToTaskGroup, head + code, readings['TypeScript with types'], { target })
  expect(runCodemod(promiseAllToTaskGroup, text, readings['TypeScript with types'], { target }).text).toBe(text)
  const [after, before] = typeErrors([text, head + code])
  expect(after).toEqual(before)
  return { text: text.replace(head, '').replace(/^import \{ taskGroup \} from ["']structured-async["']\n\n/, ''), refused: refused.map(({ reason }) => reason) }
}

const main = (body: string): string => `export async function main(ids: number[]) {\n${body}}\n`

describe('gives the members a group', () => {
  it.each([
    ['in order, with their types, and each its signal', '  const [page, text]: [Response, string] = await Promise.all([fetch(url), load(1)])\n  return [page, text]\n', '  const [page, text]: [Response, string] = await taskGroup(async tg => Promise.all([tg.createTask(task => fetch(url, { signal: task.signal })), tg.createTask(task => load(1, task.signal))]))\n  return [page, text]\n'],
    ['with the signal among their options', '  const fetchText = async (id: number, { signal }: { signal?: AbortSignal } = {}): Promise<string> => load(id, signal)\n  await Promise.all([fetchText(1), fetchText(2, {})])\n', '  const fetchText = async (id: number, { signal }: { signal?: AbortSignal } = {}): Promise<string> => load(id, signal)\n  await taskGroup(async tg => Promise.all([tg.createTask(task => fetchText(1, { signal: task.signal })), tg.createTask(task => fetchText(2, { signal: task.signal }))]))\n'],
    ['of a list', '  const texts: string[] = await Promise.all(ids.map(id => load(id)))\n  return texts\n', '  const texts: string[] = await taskGroup(async tg => Promise.all(ids.map(id => tg.createTask(task => load(id, task.signal)))))\n  return texts\n'],
    ['of async callbacks', '  await Promise.all(ids.map(async (id, at) => {\n    const text = await load(id)\n    console.log(at, text)\n  }))\n', '  await taskGroup(async tg => Promise.all(ids.map((id, at) => tg.createTask(async task => {\n    const text = await load(id, task.signal)\n    console.log(at, text)\n  }))))\n'],
    ['where another call has no signal', '  await Promise.all([fetch(url, { method: "PUT" }), load(1, new AbortController().signal)])\n', '  await taskGroup(async tg => Promise.all([tg.createTask(task => fetch(url, { method: "PUT", signal: task.signal })), tg.createTask(() => load(1, new AbortController().signal))]))\n'],
    ['and its lone error as it is, where a handler looks at it', '  try {\n    await Promise.all([load(1), load(2)])\n  } catch (error) {\n    if (error instanceof TypeError) return\n    throw error\n  }\n', '  try {\n    await taskGroup(async tg => Promise.all([tg.createTask(task => load(1, task.signal)), tg.createTask(task => load(2, task.signal))]), { unwrapSingle: true })\n  } catch (error) {\n    if (error instanceof TypeError) return\n    throw error\n  }\n'],
  ])('%s', (_name, before, after) => {
    expect(transform(main(before)).text).toBe(main(after))
  })

  it.each([
    ['and the statements that fill a list', '  const pending: Promise<string>[] = []\n  for (const id of ids) {\n    pending.push(load(id))\n  }\n  await Promise.all(pending)\n', '  await taskGroup(async tg => {\n    const pending: PromiseLike<string>[] = []\n    for (const id of ids) {\n      pending.push(tg.createTask(task => load(id, task.signal)))\n    }\n    await Promise.all(pending)\n  })\n'],
    ['and the results of a list', '  const pending = []\n  for (const id of ids) pending.push(load(id))\n  const texts: string[] = await Promise.all(pending)\n  return texts\n', '  const texts: string[] = await taskGroup(async tg => {\n    const pending = []\n    for (const id of ids) pending.push(tg.createTask(task => load(id, task.signal)))\n    return Promise.all(pending)\n  })\n  return texts\n'],
    ['and the results of a Set that is returned', '  const pending = new Set<Promise<string>>()\n  for (const id of ids) pending.add(load(id))\n  return await Promise.all(pending)\n', '  return await taskGroup(async tg => {\n    const pending = new Set<PromiseLike<string>>()\n    for (const id of ids) pending.add(tg.createTask(task => load(id, task.signal)))\n    return Promise.all(pending)\n  })\n'],
    ['and lets an error of something else out as it is', '  const pending = []\n  const page = await fetch(url)\n  for (const id of ids) pending.push(load(id + page.status))\n  await Promise.all(pending)\n', '  await taskGroup(async tg => {\n    const pending = []\n    const page = await fetch(url)\n    for (const id of ids) pending.push(tg.createTask(task => load(id + page.status, task.signal)))\n    await Promise.all(pending)\n  }, { unwrapSingle: true })\n'],
    ['and the callback that fills a list', '  const pending = ids.map(id => load(id))\n  await Promise.all(pending);\n', '  await taskGroup(async tg => {\n    const pending = ids.map(id => tg.createTask(task => load(id, task.signal)))\n    await Promise.all(pending);\n  });\n'],
  ])('%s', (_name, before, after) => {
    expect(transform(main(before)).text).toBe(main(after))
  })
})

describe('refuses', () => {
  it.each([
    ['a variable that the checker knows more about here', '  let first: number | undefined = ids[0]\n  if (first === undefined) return\n  await Promise.all([load(first), load(2)])\n  first = undefined\n', /^The type checker knows more/],
    ['a list behind which something leaves', '  const pending = []\n  for (const id of ids) {\n    if (id === 0) return\n    pending.push(load(id))\n  }\n  await Promise.all(pending)\n', /^Something between the list and its join leaves/],
    ['a list with something between that is used behind', '  const pending = []\n  const size = ids.length\n  for (const id of ids) pending.push(load(id))\n  await Promise.all(pending)\n  console.log(size)\n', /^`size` is declared between/],
    ['a throw between, which would come out as something else', '  const pending = []\n  if (ids.length > 9) throw new RangeError(url)\n  for (const id of ids) pending.push(load(id))\n  await Promise.all(pending)\n', /^Something between the list and its join leaves/],
    ['a join in parentheses', '  const pending = []\n  for (const id of ids) pending.push(load(id))\n  const texts = (await Promise.all(pending))\n  return texts\n', /^The join stands in parentheses/],
    ['a var of a loop that is used behind', '  const pending = []\n  for (var at = 0; at < 3; at++) pending.push(load(at))\n  await Promise.all(pending)\n  return at\n', /^`at` is declared between/],
    ['a list that a cast types', '  const pending = [] as Promise<string>[]\n  for (const id of ids) pending.push(load(id))\n  await Promise.all(pending)\n', /^The list is declared for something else/],
    ['a loop over what is called as the task is', '  const pending = []\n  for (const task of ids) pending.push(load(task))\n  await Promise.all(pending)\n', /^The name `task` means something else/],
    ['a callback over what is called as the task is', '  const pending = ids.map(task => load(task))\n  await Promise.all(pending)\n', /^The name `task` means something else/],
    ['a list of another type', '  type Text = Promise<string>\n  const pending: Text[] = []\n  for (const id of ids) pending.push(load(id))\n  await Promise.all(pending)\n', /^The list is declared for something else/],
    ['a list that another block joins', '  const pending = []\n  for (const id of ids) pending.push(load(id))\n  if (ids.length > 1) await Promise.all(pending)\n', /^The list is not joined by a statement of the block/],
    ['where the name of the task is taken', '  const task = 1\n  await Promise.all([load(task), load(2)])\n', /^The name `task` means something else/],
  ])('%s', (_name, code, reason) => {
    const { text, refused } = transform(main(code))
    expect(text).toBe(main(code))
    expect(refused).toEqual([expect.stringMatching(reason)])
  })

  it('an export between', () => {
    const code = 'const pending: Promise<string>[] = []\nexport const more = [3]\nfor (const id of [1, 2]) pending.push(load(id))\nawait Promise.all(pending)\n'
    expect(transform(code)).toEqual({ text: code, refused: [expect.stringMatching(/^Something between the list and its join can stand at no other place/)] })
  })

  it('a target without groups', () => {
    expect(transform(main('  await Promise.all([load(1), load(2)])\n'), 'native').refused).toEqual(['The language has nothing that owns a group of tasks. Use the runtime, or thread an AbortSignal by hand.'])
  })
})

it('stops the sibling of what fails, and only then lets the error out', async () => {
  const program = `import { setTimeout as delay } from 'node:timers/promises'
async function fail() {
  await delay(10)
  throw new Error('no')
}
async function goOn(ms: number, { signal }: { signal?: AbortSignal }) {
  try {
    await delay(ms, undefined, { signal })
    console.log('went on')
  } catch {
    console.log('stopped')
  }
}
try {
  await Promise.all([fail(), goOn(100, {})])
} catch {
  console.log('caught')
}
`
  const { text } = runCodemod(promiseAllToTaskGroup, program, readings['TypeScript with types'], { target: 'structured-async' })
  const run = async (code: string): Promise<string> => {
    const { outputText } = ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } })
    return (await promisify(execFile)(process.execPath, ['--input-type=module', '-e', outputText], { cwd: root })).stdout
  }
  expect(await run(program)).toBe('caught\nwent on\n')
  expect(await run(text)).toBe('stopped\ncaught\n')
})
