import { expect, it } from 'vitest'
import { minifiedBytes } from '../../bench/size.mjs'

// Bytes after minifying and gzip -9, as `npm run bench -- runtime` lists them: room for a fix, not for a feature unnoticed.
it.each([
  ['structured-async, whole', 6240],
  ['structured-async: taskGroup', 3200],
  ['structured-async: gather', 2690],
  ['structured-async: createTask', 2170],
])('%s takes at most %d bytes in a bundle', async (name, most) => {
  const [bundle] = await minifiedBytes([name])
  expect(bundle?.gzip).toBeGreaterThan(1000)
  expect(bundle?.gzip).toBeLessThanOrEqual(most)
})
