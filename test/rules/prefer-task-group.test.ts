import { expect, it } from 'vitest'
import { applySuggestion, lint } from '../lint.js'

const rule = 'prefer-task-group'
const code = `export async function pages(url: string) {\n  return await Promise.all([fetch(url), fetch(url + '/2')])\n}\n`

it('says what goes on', () => {
  expect(lint(code, { rule }).map(({ message }) => message)).toEqual(['If one of these fails, the others go on while the error is handled already: `fetch(url)` takes a signal and gets none. Start them in a task group, which cancels the rest, waits until they have ended, and then throws.'])
})

it('offers the group', () => {
  const [suggestion] = lint(code, { rule })[0]?.suggestions ?? []
  expect(applySuggestion(code, suggestion as never)).toBe(`import { taskGroup } from 'structured-async'\n\nexport async function pages(url: string) {\n  return await taskGroup(async tg => Promise.all([tg.createTask(task => fetch(url, { signal: task.signal })), tg.createTask(task => fetch(url + '/2', { signal: task.signal }))]))\n}\n`)
})
