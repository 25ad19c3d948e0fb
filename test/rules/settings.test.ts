import { Linter } from 'eslint'
import { describe, expect, it } from 'vitest'
import plugin from '../../index.js'
import { lint } from '../lint.js'

const given = (settings: unknown): { settings: Record<string, unknown> } => ({ settings: { 'structured-async': settings } })

describe('effects', () => {
  const rule = 'no-sequential-awaits'
  const code = "import { writeFile } from 'node:fs/promises'\nimport { parse } from 'acme'\nconst a = await writeFile('a', 'b')\nconst b = await writeFile('c', 'd')\nconst c = await parse()\nconst d = await parse()\nexport { a, b, c, d }\n"
  const found = (effects: unknown): (readonly [number, string])[] => lint(code, { rule, mode: 'espree', ...given({ effects }) }).map(({ line, message }) => [line, message] as const)
  const lines = (effects: unknown): number[] => found(effects).map(([line]) => line)

  it('say what a library does, and are asked before the catalogue', () => {
    expect(lines([])).toEqual([])
    expect(found([{ package: 'acme', member: 'p*', does: 'reads', what: 'the ledger' }])).toEqual([[6, expect.stringMatching(/^Nothing keeps `parse` from starting.*\(`parse` reads the ledger\)/)]])
    expect(lines([{ package: 'acme', member: ['x', 'parse'], does: 'writes' }])).toEqual([])
    expect(lines([{ package: 'node:*', member: 'writeFile', does: 'reads' }])).toEqual([])
    expect(lines([{ package: 'node:fs/promises', member: 'writeFile', does: 'reads' }])).toEqual([4])
    expect(lines([{ package: 'acme', type: 'Client', member: 'parse', does: 'reads' }])).toEqual([])
  })

  it('are asked before a body', () => {
    const own = 'async function user() {\n  return (await fetch("/u")).status\n}\nasync function posts() {\n  return (await fetch("/p")).status\n}\nconst b = await user()\nconst c = await posts()\nexport { b, c }\n'
    const settings = given({ effects: [{ package: 'eslint-plugin-structured-async', member: 'user', does: 'writes' }] })
    expect([lint(own, { rule }).length, lint(own, { rule, ...settings }).length]).toEqual([1, 0])
  })
})

describe('waits', () => {
  const rule = 'no-self-await'
  const lines = (code: string, waits: unknown): number[] => lint(code, { rule, mode: 'espree', ...given({ waits }) }).map(({ line }) => line)

  it.each([
    ['a queue', "import { Queue } from '@acme/queue'\nconst queue = new Queue()\nqueue.push(async () => {\n  await queue.drained()\n})\n", { package: '@acme/queue', type: 'Queue', until: 'idle', runs: ['push', 'unshift'], waits: 'drained' }, 4],
    ['a queue that is given its worker', "import { Queue } from '@acme/queue'\nconst queue = new Queue(async () => {\n  await queue.drained()\n})\n", { package: '@acme/queue', type: 'Queue', until: 'idle', runs: 'new', waits: 'drained' }, 3],
    ['a lock', "import { Gate } from '@acme/lock'\nconst gate = new Gate()\nawait gate.with(async () => {\n  await gate.with(async () => 1)\n})\n", { package: '@acme/lock', type: 'Gate', until: 'free', runs: 'with' }, 4],
    ['a lock that is held', "import { Gate } from '@acme/lock'\nconst gate = new Gate()\nawait gate.enter()\nawait gate.enter()\ngate.leave()\n", { package: '@acme/lock', until: 'free', acquires: 'enter', releases: 'leave' }, 4],
    ['a server', "import { serve } from '@acme/http'\nconst server = serve()\nserver.route('/stop', async () => {\n  await server.stop()\n})\n", { package: '@acme/http', until: 'closed', runs: 'route', waits: 'stop' }, 4],
    ['a class of the project', "class Gate {\n  async with(f) {\n    return f()\n  }\n}\nconst gate = new Gate()\nawait gate.with(async () => {\n  await gate.with(async () => 1)\n})\n", { package: 'eslint-plugin-structured-async', type: 'Gate', until: 'free', runs: 'with' }, 8],
  ])('name %s', (_name, code, row, line) => {
    expect([lines(code, []), lines(code, [row])]).toEqual([[], [line]])
    expect(lines(code, [{ ...row, package: 'other' }])).toEqual([])
  })
})

it('tests are files that count as tests', () => {
  const code = 'await Promise.race([fetch("/"), new Promise(resolve => setTimeout(resolve, 30_000))])\n'
  const at = (tests: unknown): number => lint(code, { rule: 'no-leaky-race', mode: 'espree', ...given({ tests }) }).length
  expect([at('**/*.check.js'), at(['x.js', 'file.*']), at('**/file.{js,ts}')]).toEqual([1, 0, 0])
})

it('target is what suggestions call', () => {
  const code = 'async function f() {\n  const [a, b] = [await fetch("/a"), await fetch("/b")]\n  return [a, b]\n}\nf()\n'
  const offers = (target: unknown): string[] => lint(code, { rule: 'no-sequential-awaits', mode: 'espree', ...given({ target }) }).flatMap(({ suggestions = [] }) => suggestions.map(({ desc }) => desc))
  expect([offers(undefined), offers('structured-async'), offers('native')]).toEqual([['Start them together, with gather().'], ['Start them together, with gather().'], ['Start them together, with Promise.all().']])
})

describe('what says nothing is told once in the first line', () => {
  const told = (settings: unknown): string[] => lint('f()\n', { mode: 'espree', ...given(settings) }).map(({ line, message }) => `${line}: ${message}`)
  it.each([
    [7, /^1: settings\['structured-async'\] is no object\. It may have `target`, `tests`, `effects`, `waits`\.$/],
    [{ test: 7 }, / has no 'test'\. It has target, tests, effects, waits\.$/],
    [{ target: 'bun' }, /\.target is 'bun'\. It is one of structured-async, native\.$/],
    [{ tests: [] }, /\.tests is neither a name nor a list of names\.$/],
    [{ effects: 7 }, /^1: settings\['structured-async'\]\.effects is no list\.$/],
    [{ effects: [7] }, /\.effects\[0\] is no object such as/],
    [{ effects: [{ package: 'acme', member: 'parse', does: 'read' }] }, /\.effects\[0\]\.does is 'read'\. It is one of pure, reads, writes, orders\.$/],
    [{ effects: [{ package: 'acme', member: 'parse' }] }, /\.does is no text\. It is one of/],
    [{ effects: [{ package: 'acme', members: 'parse', does: 'reads' }] }, /\.effects\[0\] has no 'members'\. It has package, type, member, does, what\.$/],
    [{ effects: [{ package: 'acme', member: [], does: 'reads' }] }, /\.member is neither a name nor a list of names\.$/],
    [{ effects: [{ package: 'acme', member: undefined, does: 'reads' }] }, /\.member is neither a name nor a list of names\.$/],
    [{ waits: [7] }, /\.waits\[0\] is no object such as/],
    [{ waits: [{ package: 'acme', until: 'empty' }] }, /\.until is 'empty'\. It is one of idle, free, closed\.$/],
    [{ waits: [{ package: 'acme', until: 'idle', runs: 'add' }] }, /does not say both what runs and what waits\.$/],
    [{ waits: [{ package: 'acme', until: 'free' }] }, /names nothing that holds the lock: it has runs or acquires\.$/],
    [{ waits: [{ package: 'acme', until: 'idle', runs: 'add', waits: 'empty', acquires: 'take' }] }, /which is what a lock does: its until is 'free'\.$/],
  ])('%j', (settings, message) => {
    expect(told(settings)).toEqual([expect.stringMatching(message)])
  })
})

it('by whichever rule comes first', () => {
  const messages = new Linter().verify('f()\n', [plugin.configs.recommended, { settings: { 'structured-async': { target: 'bun' } } }])
  expect(messages.map(({ message }) => message)).toEqual([expect.stringMatching(/\.target is 'bun'/)])
})
