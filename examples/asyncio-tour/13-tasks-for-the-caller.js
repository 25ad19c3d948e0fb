// Three answers to "who waits for what I started?": I do, my caller does, nobody does.
import { createTask, run, sleep } from 'structured-async'

async function cleanUp(who) {
  await sleep(10)
  console.log(`cleaned up for ${who}`)
}

async function waitsItself() {
  const task = createTask(() => cleanUp('the patient one'))
  console.log('the patient one has its answer')
  await task
}

async function handsItOn() {
  const task = createTask(() => cleanUp('the prompt one'))
  console.log('the prompt one has its answer')
  // In an object: a promise that an async function returns is awaited before its caller gets it.
  return { outstanding: [task] }
}

async function forgets() {
  createTask(() => cleanUp('the forgetful one'), { name: 'forgotten' }).addDoneCallback((task) => console.log(`${task.name}: cancelled is ${task.cancelled()}`))
}

await run(async () => {
  await waitsItself()
  const { outstanding } = await handsItOn()
  console.log(`${outstanding.length} task is the caller's now`)
  for (const task of outstanding) await task
  await forgets()
})
console.log('run has ended')

// Prints:
// the patient one has its answer
// cleaned up for the patient one
// the prompt one has its answer
// 1 task is the caller's now
// cleaned up for the prompt one
// forgotten: cancelled is true
// run has ended
