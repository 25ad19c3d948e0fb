import { expect, it } from 'vitest'
import { minifiedBytes } from '../../bench/size.mjs'

// Bytes after minifying and gzip -9, as `npm run bench -- runtime` lists them: a feature that makes them more has to be worth it.
it.each([
  ['structured-async, whole', 5310],
  ['structured-async: taskGroup', 2620],
  ['structured-async: gather', 2200],
  ['structured-async: createTask', 1770],
])('%s takes at most %d bytes in a bundle', async (name, most) => {
  const [bundle] = await minifiedBytes([name])
  expect(bundle?.gzip).toBeGreaterThan(1000)
  expect(bundle?.gzip).toBeLessThanOrEqual(most)
})
