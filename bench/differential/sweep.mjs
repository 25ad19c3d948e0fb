// npm run sweep -- differential [--programs <n>] [--seed <n>]: at least 10 000 random programs, unless told otherwise.
import { performance } from 'node:perf_hooks'
import { gather } from 'structured-async'
import { runCodemod } from '../../dist/codemods/codemod.js'
import { loopToGather } from '../../dist/codemods/loop-to-gather.js'
import { sequentialToGather } from '../../dist/codemods/sequential-to-gather.js'
import { loadUnit } from '../../dist/host/units.js'
import { checkPrograms } from './differential.mjs'

function progress({ programs, places, counterexamples }) {
  console.log(`${programs} programs, ${places} places rewritten, ${counterexamples.length} counterexamples so far`)
}

/** Prints what became of the programs, and each counterexample; returns whether there was none. */
export async function sweepPrograms(args) {
  const number = (option, otherwise) => (args.includes(option) ? Number(args[args.indexOf(option) + 1]) : otherwise)
  const count = number('--programs', 10_000)
  const seed = number('--seed', Math.floor(Math.random() * 1e6))
  console.log(`${count} programs from seed ${seed}`)
  const start = performance.now()
  const { counterexamples, ...totals } = await checkPrograms({ count, seed, tools: { loadUnit, runCodemod, codemods: [loopToGather, sequentialToGather], gather }, onBatch: progress })
  console.log(`${totals.programs} programs, ${totals.rewritten} rewritten in ${totals.places} places, ${totals.runs} runs of both, ${totals.faster} of them faster than before, ${counterexamples.length} counterexamples, ${((performance.now() - start) / 1000).toFixed(0)} s`)
  for (const { problem, seed: at, target, before, after } of counterexamples) console.log(`\n${problem}, seed ${at}, target ${target}\n${before}\n=> \n${after}`)
  return counterexamples.length === 0
}
