import { expect, it } from 'vitest'
import { inSteps, texts } from '../../bench/endpoints.mjs'
import { runCodemod } from '../../codemods/codemod.js'
import { loopToGather } from '../../codemods/loop-to-gather.js'
import { sequentialToGather } from '../../codemods/sequential-to-gather.js'
import { loadUnit } from '../../host/units.js'

it('the three endpoints give the same, and take as many steps as their dependences ask for', async () => {
  const { before, after } = texts({ runCodemod, codemods: [loopToGather, sequentialToGather], loadUnit })
  const [slow, fast] = [await inSteps(before), await inSteps(after)]
  const part = (found: typeof slow, key: 'steps' | 'value'): Record<string, unknown> => Object.fromEntries(Object.entries(found).map(([name, one]) => [name, one[key]]))
  expect(part(fast, 'value')).toEqual(part(slow, 'value'))
  expect(part(slow, 'steps')).toEqual({ profile: 3, friends: 8, buy: 4 })
  expect(part(fast, 'steps')).toEqual({ profile: 1, friends: 2, buy: 3 })
})
