// A task runs beside whoever created it. Keep it: it is how you get its value, its error and its name.
import { createTask, run, sleep } from 'structured-async'

async function bake(what, ms) {
  await sleep(ms)
  return `${what} is out of the oven`
}

await run(async () => {
  const bread = createTask(() => bake('bread', 20), { name: 'bread' })
  const cake = createTask(() => bake('cake', 10), { name: 'cake' })
  cake.addDoneCallback((task) => console.log(`${task.name}: done is ${task.done()}`))
  console.log(`started ${bread.name} and ${cake.name}, done is ${bread.done()}`)

  console.log(await bread)
  console.log(cake.result())

  const burnt = createTask(() => sleep(60_000), { name: 'burnt' })
  burnt.cancel('the oven is off')
  await burnt.catch((error) => console.log(`${burnt.name}: ${error.name}, ${error.message}; cancelled is ${burnt.cancelled()}`))
})

// Prints:
// started bread and cake, done is false
// cake: done is true
// bread is out of the oven
// cake is out of the oven
// burnt: AbortError, the oven is off; cancelled is true
