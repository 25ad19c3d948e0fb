// Take results as they come, and say how far it is.
import { asCompleted, createTask, run, sleep } from 'structured-async'

async function measure(place, ms) {
  await sleep(ms)
  if (place === 'bridge') throw new Error('the bridge has no power')
  return `${place} after ${ms} ms`
}

await run(async () => {
  const places = [['harbour', 30], ['bridge', 20], ['tower', 10]]
  // asyncio gives no way back from a result to what it belongs to; here each is the task that was put in.
  const tasks = places.map(([place, ms]) => createTask(() => measure(place, ms), { name: place }))
  let count = 0
  for await (const task of asCompleted(tasks)) {
    count++
    try {
      console.log(`${count}/3 ${task.result()}`)
    } catch (error) {
      console.log(`${count}/3 ${task.name} failed: ${error.message}`)
    }
  }

  try {
    for await (const task of asCompleted([() => sleep(1, 'quick'), () => sleep(60_000)], { timeout: 10 })) console.log(task.result())
  } catch (error) {
    console.log(error.name)
  }
})

// Prints:
// 1/3 tower after 10 ms
// 2/3 bridge failed: the bridge has no power
// 3/3 harbour after 30 ms
// quick
// TimeoutError
