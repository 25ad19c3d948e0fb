// The results of many, in the order in which they were given, whoever ends first.
import { createTask, gather, run, sleep } from 'structured-async'

async function read(sensor, ms) {
  await sleep(ms)
  if (sensor === 'broken') throw new Error('no signal')
  return `${sensor}: ok`
}

await run(async () => {
  console.log(await gather([() => read('roof', 20), () => read('cellar', 10), () => read('yard', 15)]))

  // The first error goes to the caller at once; the others go on.
  const slow = createTask(() => read('slow', 20), { name: 'slow' })
  await gather([() => read('broken', 5), slow]).catch((error) => console.log(`${error.message}, and ${slow.name} goes on: ${!slow.done()}`))
  console.log(await slow)

  const results = await gather([() => read('roof', 5), () => read('broken', 1)], { returnExceptions: true })
  for (const result of results) console.log(result instanceof Error ? `failed: ${result.message}` : result)

  // A cancel of the whole reaches all that have not ended.
  const both = [createTask(() => read('a', 60_000)), createTask(() => read('b', 60_000))]
  const all = gather(both)
  all.cancel()
  await all.catch((error) => console.log(error.name, both.map((task) => task.cancelled())))
})

// Prints:
// [ 'roof: ok', 'cellar: ok', 'yard: ok' ]
// no signal, and slow goes on: true
// slow: ok
// roof: ok
// failed: no signal
// AbortError [ true, true ]
