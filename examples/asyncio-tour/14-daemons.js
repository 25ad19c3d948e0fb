// Work that nobody waits for: a daemon that ends with the program, and background work that the program drains.
import { background, createTask, run, sleep } from 'structured-async'

async function heartbeat() {
  try {
    for (let beat = 1; ; beat++) {
      console.log(`beat ${beat}`)
      await sleep(20)
    }
  } finally {
    console.log('the heart stops')
  }
}

await run(async () => {
  createTask(heartbeat, { name: 'heartbeat' })
  background(async () => {
    await sleep(60)
    console.log('the mail is out')
  })
  background(
    async () => {
      throw new Error('the printer is on fire')
    },
    { name: 'print', onError: (error, task) => console.log(`${task.name}: ${error.message}`) },
  )
  await sleep(30)
  console.log('main ends')
})
await background.drain({ timeout: 60_000 })
console.log('nothing is left')

// Prints:
// beat 1
// print: the printer is on fire
// beat 2
// main ends
// the heart stops
// the mail is out
// nothing is left
