// Every task can ask who it is and who else runs.
import { allTasks, createTask, currentTask, run, sleep } from 'structured-async'

const names = () => [...allTasks()].map((task) => task.name).join(' ')

async function station(number) {
  console.log(`station ${number} is ${currentTask().name}`)
  await sleep(10)
}

console.log('outside', currentTask())
await run(async (main) => {
  console.log('alone:', names())
  const stations = [1, 2, 3].map((number) => createTask(() => station(number)))
  stations[2].name = 'last-station'
  console.log('main is the current task:', currentTask() === main)
  console.log('together:', names())
  for (const task of stations) await task
  console.log('at the end:', names())
})

// Prints:
// outside null
// alone: Task-1
// station 1 is Task-2
// station 2 is Task-3
// station 3 is Task-4
// main is the current task: true
// together: Task-1 Task-2 Task-3 last-station
// at the end: Task-1
