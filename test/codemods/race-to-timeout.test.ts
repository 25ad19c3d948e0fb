import { describe, expect, it } from 'vitest'
import { runCodemod } from '../../codemods/codemod.js'
import { raceToTimeoutCodemod } from '../../codemods/race-to-timeout.js'
import { readings } from '../programs.js'
import { typeErrors } from '../type-check.js'

const head = 'declare function work(x?: number): Promise<string>\ndeclare const url: string\n'

function transform(code: string, target: 'structured-async' | 'native' = 'native'): { text: string; refused: string[] } {
  const { text, refused } = runCodemod(raceToTimeoutCodemod, head + code, readings['TypeScript with types'], { target })
  expect(runCodemod(raceToTimeoutCodemod, text, readings['TypeScript with types'], { target }).text).toBe(text)
  const [after, before] = typeErrors([text, head + code])
  expect(after).toEqual(before)
  return { text: text.replace(head, '').replace(/^import \{ waitFor \} from 'structured-async'\n\n/, ''), refused: refused.map(({ reason }) => reason) }
}

const late = "new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), 5000))"
const main = (body: string): string => `export async function main() {\n${body}}\n`

describe('waits with a limit', () => {
  it.each([
    ['for a call', `  return await Promise.race([work(1), ${late}])\n`, '  return await waitFor(work(1), 5000)\n'],
    ['whichever comes first', `  return await Promise.race([${late}, work(1)])\n`, '  return await waitFor(work(1), 5000)\n'],
    ['with a signal for fetch', `  return await Promise.race([fetch(url, { method: 'PUT' }), ${late}])\n`, "  return await waitFor(task => fetch(url, { method: 'PUT', signal: task.signal }), 5000)\n"],
  ])('%s', (_name, before, after) => {
    expect(transform(main(before), 'structured-async').text).toBe(main(after))
  })

  it('with a signal for a function that takes one', () => {
    const load = 'async function load(id: number, signal?: AbortSignal) {\n  return await fetch(`${url}/${id}`, { signal: signal ?? null })\n}\n'
    expect(transform(`${load}${main(`  return await Promise.race([load(1), ${late}])\n`)}`, 'structured-async').text).toBe(`${load}${main('  return await waitFor(task => load(1, task.signal), 5000)\n')}`)
    expect(transform(`${load}${main(`  return await Promise.race([load(1), ${late}])\n`)}`).text).toBe(`${load}${main('  return await load(1, AbortSignal.timeout(5000))\n')}`)
  })

  it('by what a helper is given', () => {
    const helper = `const limit = (ms: number) => new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), ms))\n`
    expect(transform(`${helper}${main('  return await Promise.race([work(), limit(3000)])\n')}`, 'structured-async').text).toBe(`${helper}${main('  return await waitFor(work(), 3000)\n')}`)
  })
})

describe('clears the timer', () => {
  it.each([
    ['natively', `  const text = await Promise.race([work(1), ${late}])\n  return text\n`, `  let timer: ReturnType<typeof setTimeout> | undefined\n  const text = await Promise.race([work(1), new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error('late')), 5000) })]).finally(() => clearTimeout(timer))\n  return text\n`],
    ['of a constant', `  const limit = new Promise<undefined>(resolve => {\n    setTimeout(resolve, 5000)\n  })\n  return await Promise.race([work(1), limit])\n`, `  let timer: ReturnType<typeof setTimeout> | undefined\n  const limit = new Promise<undefined>(resolve => {\n    timer = setTimeout(resolve, 5000)\n  })\n  return await Promise.race([work(1), limit]).finally(() => clearTimeout(timer))\n`],
  ])('%s', (_name, before, after) => {
    expect(transform(main(before)).text).toBe(main(after))
  })

  it('where a catch looks at the error, and a name is taken', () => {
    const before = `  const timer = 1\n  try {\n    return await Promise.race([work(timer), ${late}])\n  } catch (error) {\n    if (error instanceof Error && error.message === 'late') return undefined\n    throw error\n  }\n`
    expect(transform(main(before), 'structured-async').text).toContain("new Promise<never>((_, reject) => { raceTimer = setTimeout(() => reject(new Error('late')), 5000) })]).finally(() => clearTimeout(raceTimer))")
  })
})

it('refuses, with a reason', () => {
  const sleep = 'const sleep = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))\n'
  expect(transform(`${sleep}${main('  return await Promise.race([work(), sleep(3000)])\n')}`, 'structured-async')).toEqual({
    text: `${sleep}${main('  return await Promise.race([work(), sleep(3000)])\n')}`,
    refused: ['The timer gives a value when time is up, where waitFor() and signals reject. Handle the TimeoutError where the value was looked at.'],
  })
})

describe('keeps away from', () => {
  const untouched = (code: string, target?: 'native'): void => expect(transform(code, target).text).toBe(code)

  it('a deadline of several races', () => {
    untouched(main(`  const limit = ${late}\n  await Promise.race([work(1), limit])\n  return await Promise.race([work(2), limit])\n`))
  })

  it('a timer in parentheses, and a class field, which have no room for its handle', () => {
    untouched(main('  return await Promise.race([work(1), new Promise(resolve => (setTimeout(resolve, 5000)))])\n'))
    untouched('export class Page {\n  text = Promise.race([work(1), new Promise(resolve => setTimeout(resolve, 5000))])\n}\n')
  })

  it('a closure that would see another `task`, or know less', () => {
    expect(transform(main(`  const task = { url }\n  return await Promise.race([fetch(task.url), ${late}])\n`), 'structured-async').text).toContain('await waitFor(fetch(task.url), 5000)')
    expect(transform(main(`  let at: string | undefined = url\n  if (at === '') at = undefined\n  if (!at) return\n  const page = await Promise.race([fetch(at), ${late}])\n  at = ''\n  return page\n`), 'structured-async').text).toContain('await waitFor(fetch(at), 5000)')
  })
})
