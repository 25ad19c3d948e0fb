import { expect, it } from 'vitest'
import { applySuggestion, lint } from '../lint.js'

const rule = 'no-self-await'

it('names who waits for whom, down to its own promise', () => {
  const code = `declare function open(): Promise<void>
export class Client {
  readonly ready: Promise<void>
  constructor() {
    this.ready = this.init()
  }
  private async init() {
    await open()
    await this.query('create table')
  }
  async query(sql: string) {
    await this.ready
    return sql
  }
}
`
  const [message, ...others] = lint(code, { rule })
  expect(others).toEqual([])
  expect(message?.line).toBe(9)
  expect(message?.message).toBe('This waits for itself: `init` awaits `query` (line 9), which awaits `this.ready` (line 12), which is the promise of this very work. It never settles, and a process with nothing else to do exits without a word. Await `this.ready` outside of what makes it.')
})

it.each([
  ['all tasks', `import { allTasks, run, wait } from 'structured-async'\nrun(async () => {\n  await wait(allTasks())\n})\n`, 'the function on line 2 awaits every promise in all tasks (line 3), which has the waiting task in it.'],
  ['a queue', `import PQueue from 'p-queue'\nconst queue = new PQueue()\nawait queue.add(async () => {\n  await queue.onIdle()\n})\n`, 'the function on line 3 waits until nothing is left to do in `queue` (line 4), which runs this very function (line 3).'],
  ['a lock', `import { Mutex } from 'async-mutex'\nconst mutex = new Mutex()\nasync function save() {\n  await mutex.runExclusive(() => 1)\n}\nawait mutex.runExclusive(async () => {\n  await save()\n})\n`, 'the function on line 6 awaits `save` (line 7), which waits until nobody holds `mutex` (line 4), which this code holds since line 6'],
  ['each other', `declare function f(): Promise<void>\nconst a = one()\nconst b = two()\nasync function one() {\n  await f()\n  await b\n}\nasync function two() {\n  await a\n}\n`, '`one` awaits `b` (line 6), which awaits `a` on line 9.'],
])('says what for, of %s', (_name, code, words) => {
  expect(lint(code, { rule }).map(({ message }) => message)).toEqual([expect.stringContaining(words)])
})

it('offers a group, or to leave the task out, with the imports that it wants', () => {
  const code = `import { allTasks, createTask, run, wait } from 'structured-async'\nrun(async () => {\n  createTask(async () => 1)\n  await wait(allTasks())\n})\n`
  const [group, others] = lint(code, { rule })[0]?.suggestions ?? []
  expect(applySuggestion(code, group as never)).toBe(`import { allTasks, createTask, run, wait, taskGroup } from 'structured-async'\nrun(async () => {\n  await taskGroup(async tg => {\n    tg.createTask(async () => 1)\n  })\n})\n`)
  expect(applySuggestion(code, others as never)).toBe(`import { otherTasks, createTask, run, wait } from 'structured-async'\nrun(async () => {\n  createTask(async () => 1)\n  await wait(otherTasks())\n})\n`)
})
