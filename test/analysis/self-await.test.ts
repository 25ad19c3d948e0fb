import { expect, it } from 'vitest'
import { findAll } from '../../analysis/find.js'
import { selfAwaitFinder } from '../../analysis/tasks/self-await.js'
import { readings, testPrograms } from '../programs.js'

testPrograms('test/fixtures/programs/self-await.ts', unit => findAll(selfAwaitFinder, unit, {}))

it.each([
  ['all tasks', "import { run } from 'structured-async'\nimport { drain } from './waits.js'\nrun(async () => {\n  await drain()\n})\n", 4, 'the function on line 3 awaits `drain` (line 4), which awaits every promise in all tasks (waits.ts:4)'],
  ['outside of any task', "import { drain } from './waits.js'\nawait drain()\n", undefined, undefined],
  ['a field, by what a class extends', "import { Connection } from './waits.js'\ndeclare function open(): Promise<void>\nexport class Client extends Connection {\n  start() {\n    this.ready = this.init()\n  }\n  private async init() {\n    await open()\n    await this.query('x')\n  }\n}\n", 9, '`init` awaits `query` (line 9), which awaits `this.ready` (waits.ts:11)'],
  ['a Set that is handed on', "import { finish } from './waits.js'\ndeclare function open(): Promise<void>\nconst tasks = new Set<Promise<unknown>>()\nasync function work() {\n  await open()\n  await finish(tasks)\n}\ntasks.add(work())\n", 6, '`work` awaits `finish` (line 6), which awaits every promise in `tasks` (waits.ts:17)'],
])('follows calls into other files: %s', (_name, code, line, chain) => {
  const facts = findAll(selfAwaitFinder, readings['TypeScript with types'](code), {})
  expect(facts.map(fact => [fact.node.loc.start.line, fact.chain])).toEqual(line === undefined ? [] : [[line, chain]])
})
