// At the end of main, wait for everything that was started on the way: all tasks but the current one.
import { allTasks, createTask, currentTask, otherTasks, run, sleep, wait } from 'structured-async'

async function deliver(number, ms) {
  await sleep(ms)
  delivered.push(number)
}

const delivered = []
await run(async () => {
  // Delays that go up and down, so that the order of the ends is not that of the starts.
  for (let number = 0; number < 20; number++) createTask(() => deliver(number, 10 * ((number * 7) % 20)))
  const rest = allTasks()
  rest.delete(currentTask())
  console.log(`main waits for ${rest.size} tasks, as otherTasks() would: ${otherTasks().size}`)
  await wait(rest)
})
console.log(`${delivered.length} delivered, the first ${delivered[0]}, the last ${delivered.at(-1)}`)

// Prints:
// main waits for 20 tasks, as otherTasks() would: 20
// 20 delivered, the first 0, the last 17
