import path from 'node:path'
import { gather } from 'structured-async'
import { expect, it } from 'vitest'
import { checkPrograms } from '../../bench/differential/differential.mjs'
import { runCodemod } from '../../codemods/codemod.js'
import { loopToGather } from '../../codemods/loop-to-gather.js'
import { sequentialToGather } from '../../codemods/sequential-to-gather.js'
import { loadUnit } from '../../host/units.js'
import { root } from '../programs.js'

/** Another one each week, so that CI sees new programs and a failure can be seen again. */
const seed = Math.floor(Date.now() / (7 * 24 * 60 * 60 * 1000)) * 1000

it(`random programs do the same before and after loop-to-gather and sequential-to-gather, from seed ${seed}`, { timeout: 240_000 }, async () => {
  const { counterexamples, ...totals } = await checkPrograms({ count: 240, seed, batch: 120, folder: path.join(root, '.cache/differential-test'), tools: { loadUnit, runCodemod, codemods: [loopToGather, sequentialToGather], gather } })
  expect(counterexamples).toEqual([])
  expect(totals.programs).toBe(240)
  // A generator or a codemod that does nothing would find nothing.
  expect(totals.rewritten).toBeGreaterThan(120)
  expect(totals.faster).toBeGreaterThan(totals.runs / 3)
})
