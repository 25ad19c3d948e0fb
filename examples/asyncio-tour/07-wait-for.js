// At most so long; then the work is cancelled.
import { gather, run, sleep, waitFor } from 'structured-async'

async function slow() {
  console.log('slow begins')
  try {
    await sleep(60_000)
    console.log('never printed')
  } finally {
    console.log('slow is stopped and cleans up')
  }
}

await run(async () => {
  try {
    await waitFor(slow, 10)
  } catch (error) {
    console.log(`${error.name}: ${error.message}`)
  }
  console.log(await waitFor(() => sleep(1, 'in time'), 60_000))

  // Around gather, the limit holds for all of it.
  await waitFor(() => gather([slow, slow]), 10).catch((error) => console.log(error.name))

  // asyncio's wait_for is a coroutine, which begins when it is awaited. Here both run from their calls on.
  const first = waitFor(() => sleep(10, 'first'), 1000)
  const second = waitFor(() => sleep(5, 'second'), 1000)
  await second.then(console.log)
  await first.then(console.log)
})

// Prints:
// slow begins
// slow is stopped and cleans up
// TimeoutError: The deadline has passed.
// in time
// slow begins
// slow begins
// slow is stopped and cleans up
// slow is stopped and cleans up
// TimeoutError
// second
// first
