import { expect, it } from 'vitest'
import type { Stretch, TimelineStep } from '../../cli/timeline.js'
import { folderWith, run } from './folder.js'

const head = 'declare function load(id?: string): Promise<string>\ndeclare function save(id: string): Promise<void>\ndeclare const ids: string[]\n'
const tsconfig = '{ "compilerOptions": { "strict": true, "types": [], "lib": ["es2022", "dom"] }, "include": ["*.ts"] }'

/** `=` is waited for, `/` is not. */
function drawn(code: string, rule: string): string[] {
  const folder = folderWith({ 'tsconfig.json': tsconfig, 'a.ts': head + code })
  const { findings } = JSON.parse(run(folder, 'scan', '--format', 'json').stdout) as { findings: { rule: string; timeline?: { steps: TimelineStep[] } }[] }
  const bars = (stretches: readonly Stretch[]): string => stretches.reduce((line, { start, length, isAlone }) => line.padEnd(start) + (isAlone ? '/' : '=').repeat(length), '')
  const found = findings.filter(finding => finding.rule === rule)
  expect(found.length).toBeGreaterThan(0)
  return found.flatMap(({ timeline }) => (timeline?.steps ?? []).map(({ name, line, now, after }) => `${line} ${name} |${bars(now)}|${bars(after)}|`))
}

it.each<[what: string, code: string, rule: string, lines: string[]]>([
  ['what a statement drops runs beside the next await', 'export async function main() {\n  load()\n  await save("a")\n}', 'no-floating-promises', ['5 load() |/|=|', '6 save("a") |=| =|']],
  ['… or beside what follows', 'load()', 'no-floating-promises', ['4 load() |/|=|', '4 what follows |=| =|']],
  ['a function that is done at once hangs behind nobody', 'async function log() { ids.pop() }\nlog()', 'no-floating-promises', []],
  ['a promise in a variable', 'export async function main() {\n  const p = load()\n  await save("a")\n}', 'no-floating-promises', ['5 load() |/|=|', '6 save("a") |=| =|']],
  ['the rounds of forEach', 'export async function main() {\n  ids.forEach(async id => { await load(id) })\n  await save("a")\n}', 'no-floating-promises', ['5 round 1 |/|=|', '5 round 2 |/|=|', '5 round 3 |/|=|', '5 round 4 |/|=|', '6 save("a") |=| =|']],
  ['a late await has no handler at first', 'export async function main() {\n  const p = load()\n  await save("a")\n  return await p\n}', 'no-late-await', ['5 load() |/=|==|', '6 save("a") |=|=|']],
  ['a timer outlives its race', 'export async function f() {\n  return await Promise.race([load(), new Promise((_, reject) => setTimeout(reject, 10_000))])\n}', 'no-leaky-race', ['5 load() |=|=|', '5 new Promise((_, reject) => setTimeout(r… |=///|=|']],
  ['siblings go on when one has failed', "export async function f() {\n  await Promise.all([load(), fetch('/', { method: 'POST' })])\n}", 'prefer-task-group', ['5 load() |=|=|', "5 fetch('/', { method: 'POST' }) |=/|=|"]],
  ['… or rounds do', "export async function f() {\n  await Promise.all(ids.map(id => fetch(id, { method: 'POST' })))\n}", 'prefer-task-group', ['5 round 1 |=|=|', '5 round 2 |=/|=|', '5 round 3 |=/|=|', '5 round 4 |=/|=|']],
])('%s', (_what, code, rule, lines) => {
  expect(drawn(code, rule)).toEqual(lines)
}, 30_000)
