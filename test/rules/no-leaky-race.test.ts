import { expect, it } from 'vitest'
import { applySuggestion, lint } from '../lint.js'

const rule = 'no-leaky-race'
const head = 'declare function work(): Promise<string>\n'

it('says what stays, and for how long', () => {
  const [timer] = lint(`${head}await Promise.race([work(), new Promise(resolve => setTimeout(resolve, 60 * 1000))])\n`, { rule })
  expect(timer?.message).toBe('The timer of this race (line 2) goes on when the race is over: nothing clears it for up to 60000 ms, so it keeps the process alive and all that it can reach in memory, once for each race. Work that loses against it goes on as well. Use waitFor() or a signal from AbortSignal.timeout(), which stop both, or clear the timer.')
  const [loop] = lint(`${head}const closed = work()\nwhile (true) await Promise.race([work(), closed])\nexport {}\n`, { rule })
  expect(loop?.message).toBe('The promise in `closed` is there before the loop, and each round of the loop leaves a reaction on it that stays until it settles: memory grows with each round. Make the promise that ends the loop anew in each round, or listen for an abort signal and remove the listener.')
})

it('takes a shortest time that matters', () => {
  const code = `${head}await Promise.race([work(), new Promise(resolve => setTimeout(resolve, 500))])\n`
  expect(lint(code, { rule })).toEqual([])
  expect(lint(code, { rule, options: { minimumDelay: 100 } })).toHaveLength(1)
})

it('offers to clear the timer, to give the work a signal, and to wait with a limit', () => {
  const code = `await Promise.race([fetch('/'), new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 5000))])\nexport {}\n`
  const fixed = (lint(code, { rule })[0]?.suggestions ?? []).map(suggestion => applySuggestion(code, suggestion as never))
  expect(fixed).toEqual([
    `let timer: ReturnType<typeof setTimeout> | undefined;\nawait Promise.race([fetch('/'), new Promise((_, reject) => { timer = setTimeout(() => reject(new Error('late')), 5000); })]).finally(() => clearTimeout(timer))\nexport {}\n`.replaceAll(';', ''),
    `await fetch('/', { signal: AbortSignal.timeout(5000) })\nexport {}\n`,
    `import { waitFor } from 'structured-async'\n\nawait waitFor(task => fetch('/', { signal: task.signal }), 5000)\nexport {}\n`,
  ])
})
