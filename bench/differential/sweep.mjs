// npm run sweep -- differential [--programs <n>] [--seed <n>]: at least 10 000 random programs, unless told otherwise.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { gather } from 'structured-async'

const part = fileURLToPath(new URL('part.mjs', import.meta.url))
const partSize = 500

/** Prints what became of the programs, and each counterexample; returns whether there was none. */
export async function sweepPrograms(args) {
  const number = (option, otherwise) => (args.includes(option) ? Number(args[args.indexOf(option) + 1]) : otherwise)
  const count = number('--programs', 10_000)
  const seed = number('--seed', Math.floor(Math.random() * 1e6))
  console.log(`${count} programs from seed ${seed}`)
  const start = performance.now()
  const totals = { programs: 0, rewritten: 0, places: 0, runs: 0, faster: 0, counterexamples: [] }
  const parts = Array.from({ length: Math.ceil(count / partSize) }, (_, at) => async () => {
    const result = await inOwnProcess(Math.min(partSize, count - at * partSize), seed + at * partSize)
    for (const key of Object.keys(totals)) totals[key] = Array.isArray(totals[key]) ? [...totals[key], ...result[key]] : totals[key] + result[key]
    console.log(`${totals.programs} programs, ${totals.places} places rewritten, ${totals.counterexamples.length} counterexamples so far`)
  })
  await gather(parts, { limit: availableParallelism() })
  const { counterexamples } = totals
  console.log(`${totals.programs} programs, ${totals.rewritten} rewritten in ${totals.places} places, ${totals.runs} runs of both, ${totals.faster} of them faster than before, ${counterexamples.length} counterexamples, ${((performance.now() - start) / 1000).toFixed(0)} s`)
  for (const { problem, seed: at, target, before, after } of counterexamples) console.log(`\n${problem}, seed ${at}, target ${target}\n${before}\n=> \n${after}`)
  return counterexamples.length === 0
}

async function inOwnProcess(count, seed) {
  const child = fork(part, [String(count), String(seed)])
  const ended = once(child, 'exit')
  const [result] = await Promise.race([once(child, 'message'), ended.then(([code]) => [{ failed: code }])])
  await ended
  if ('failed' in result) throw new Error(`The part from seed ${seed} ended with code ${result.failed} and no result.`)
  return result
}
