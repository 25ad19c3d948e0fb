// allTasks() holds the current task too, and a task that waits for itself never ends. With plain promises the program
// would just stop; here the wait says so.
import { allTasks, createTask, currentTask, gather, otherTasks, run, sleep, wait } from 'structured-async'

const start = () => Array.from({ length: 3 }, (_, at) => createTask(() => sleep(5), { name: `worker-${at}` }))

await run(async (main) => {
  main.name = 'main'
  for (const waitForAll of [
    async () => {
      for (const task of allTasks()) await task
    },
    () => wait(allTasks()),
    () => gather(allTasks()),
  ]) {
    start()
    await waitForAll().catch((error) => console.log(`${error.name}: ${error.message}`))
  }

  let awaited = 0
  for (const task of allTasks()) {
    if (task === currentTask()) continue
    await task
    awaited++
  }
  console.log(`skipping itself, main waited for ${awaited}`)

  start()
  await wait(allTasks({ except: main }))
  start()
  await wait(otherTasks())
  console.log('left:', [...allTasks()].map((task) => task.name).join())

  // Two that wait for each other are no better.
  const left = createTask(async () => {
    await sleep(1)
    await right
  }, { name: 'left' })
  const right = createTask(async () => {
    await sleep(2)
    await left
  }, { name: 'right' })
  await right.catch((error) => console.log(error.message))
  await left.catch(() => {})
})

// Prints:
// DeadlockError: main waits for main for ever: use otherTasks().
// DeadlockError: main waits for main for ever: use otherTasks().
// DeadlockError: main waits for main for ever: use otherTasks().
// skipping itself, main waited for 9
// left: main
// right waits for left waits for right for ever: use otherTasks().
