// One deadline for several awaits.
import { run, sleep, timeout, timeoutAt } from 'structured-async'

await run(async () => {
  const total = await timeout(60_000, async () => {
    await sleep(1)
    await sleep(1)
    return 'both in time'
  })
  console.log(total)

  await timeout(10, async () => {
    await sleep(1)
    console.log('the first is in time')
    await sleep(60_000)
    console.log('never printed')
  }).catch((error) => console.log(error.name, '-', error.message))

  // The body can look at its deadline and move it.
  await timeout(null, async (deadline) => {
    console.log('no deadline yet:', deadline.when())
    deadline.reschedule(performance.now() + 5)
    await sleep(60_000)
  }).catch((error) => console.log(error.name))

  await timeoutAt(performance.now() + 60_000, async (deadline) => {
    await sleep(1)
    console.log('expired:', deadline.expired())
  })
})

// Prints:
// both in time
// the first is in time
// TimeoutError - The deadline has passed.
// no deadline yet: null
// TimeoutError
// expired: false
