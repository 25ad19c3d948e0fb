import { describe, expect, it } from 'vitest'
import { runCodemod } from '../../codemods/codemod.js'
import { allTasksToTaskGroup } from '../../codemods/all-tasks-to-task-group.js'
import { readings } from '../programs.js'
import { typeErrors } from '../type-check.js'

const head = "import { allTasks, background, createTask, gather, run, wait } from 'structured-async'\ndeclare function work(x?: number): Promise<number>\n"

function transform(code: string): string {
  const { text, refused } = runCodemod(allTasksToTaskGroup, head + code, readings['TypeScript with types'], { target: 'structured-async' })
  expect(refused).toEqual([])
  expect(runCodemod(allTasksToTaskGroup, text, readings['TypeScript with types'], { target: 'structured-async' }).text).toBe(text)
  const [after, before] = typeErrors([text, head + code])
  expect(after).toEqual(before)
  return text.slice(text.indexOf('run('))
}

describe('makes a group', () => {
  it('of the tasks in front of the wait, where the file starts no others', () => {
    expect(transform('run(async () => {\n  createTask(() => work(1))\n  createTask(() =>\n    work(2),\n  )\n  await wait(allTasks())\n  return 1\n})\n')).toBe('run(async () => {\n  await taskGroup(async tg => {\n    tg.createTask(() => work(1))\n    tg.createTask(() =>\n      work(2),\n    )\n  })\n  return 1\n})\n')
  })

  it('with CRLF, tabs and semicolons', () => {
    expect(transform('run(async () => {\r\n\tcreateTask(work);\r\n\tawait gather(allTasks());\r\n});\r\n')).toBe('run(async () => {\r\n\tawait taskGroup(async tg => {\r\n\t\ttg.createTask(work);\r\n\t});\r\n});\r\n')
  })
})

describe('leaves the task that waits out', () => {
  it.each([
    ['where a result is used', 'run(async () => {\n  createTask(work)\n  const [done] = await wait(allTasks())\n  return done\n})\n', 'wait(otherTasks())'],
    ['where another task is started elsewhere', 'run(async () => {\n  background(() => work(2))\n  console.log(1)\n  createTask(work)\n  await wait(allTasks())\n})\n', 'wait(otherTasks())'],
    ['where something else is done with the wait', 'run(async () => {\n  createTask(work)\n  await wait(allTasks()).then(() => console.log(1))\n})\n', 'await wait(otherTasks()).then(() => console.log(1))'],
    ['where a comment would be lost', 'run(async () => {\n  createTask(work)\n  await wait(/* all */ allTasks())\n})\n', 'await wait(/* all */ otherTasks())'],
    ['of a loop', 'run(async () => {\n  for (const task of allTasks()) await task\n})\n', 'of otherTasks()'],
  ])('%s', (_name, code, words) => {
    expect(transform(code)).toContain(words)
  })
})

it('leaves alone what runs outside of any task', () => {
  const code = `${head}await wait(allTasks())\n`
  expect(runCodemod(allTasksToTaskGroup, code, readings['TypeScript with types'], { target: 'structured-async' }).text).toBe(code)
})
