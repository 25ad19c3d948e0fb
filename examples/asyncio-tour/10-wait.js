// Which are done and which are not: it throws nothing, cancels nothing and decides nothing for you.
import { createTask, run, sleep, wait } from 'structured-async'

async function lap(ms, error) {
  await sleep(ms)
  if (error) throw new Error(error)
}

const start = (...laps) => laps.map(([name, ms, error]) => createTask(() => lap(ms, error), { name }))
const names = (tasks) => [...tasks].map((task) => task.name).join(' ') || 'nobody'
const show = (title, [done, pending]) => console.log(`${title}: done ${names(done)}, pending ${names(pending)}`)

await run(async () => {
  show('ALL_COMPLETED', await wait(start(['a', 5], ['b', 10, 'a fall'])))
  show('FIRST_COMPLETED', await wait(start(['a', 5], ['b', 30], ['c', 30]), { returnWhen: 'FIRST_COMPLETED' }))
  show('FIRST_EXCEPTION', await wait(start(['a', 5], ['b', 10, 'a fall'], ['c', 40]), { returnWhen: 'FIRST_EXCEPTION' }))
  show('timeout', await wait(start(['a', 5], ['b', 40]), { timeout: 20 }))

  // A dispatcher: wait for the next one, act on it, until none is left.
  let pending = new Set(start(['x', 5], ['y', 15, 'a puncture'], ['z', 25]))
  while (pending.size > 0) {
    const [done, rest] = await wait(pending, { returnWhen: 'FIRST_COMPLETED' })
    for (const task of done) console.log(`${task.name}: ${task.exception()?.message ?? 'fine'}, ${rest.size} to go`)
    pending = rest
  }
})

// Prints:
// ALL_COMPLETED: done a b, pending nobody
// FIRST_COMPLETED: done a, pending b c
// FIRST_EXCEPTION: done a b, pending c
// timeout: done a, pending b
// x: fine, 2 to go
// y: a puncture, 1 to go
// z: fine, 0 to go
