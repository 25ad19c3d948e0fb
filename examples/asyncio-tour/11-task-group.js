// A group waits for its tasks. When one fails, it cancels the rest, waits for their cleanup and reports every error.
import { run, sleep, taskGroup, TaskGroupError } from 'structured-async'

async function upload(file, ms) {
  try {
    await sleep(ms)
    if (file === 'broken.png') throw new Error(`${file} can't be read`)
    return `${file} uploaded`
  } catch (error) {
    console.log(`  ${file}: ${error.name}`)
    throw error
  }
}

await run(async () => {
  const [first, second] = await taskGroup((tg) => [tg.createTask(() => upload('a.png', 10)), tg.createTask(() => upload('b.png', 5))])
  console.log(first.result(), 'and', second.result())

  let early, late
  try {
    await taskGroup(async (tg) => {
      early = tg.createTask(() => upload('early.png', 5))
      late = tg.createTask(() => upload('late.png', 60_000))
      tg.createTask(() => upload('broken.png', 10))
    })
  } catch (error) {
    console.log(error instanceof TaskGroupError, error.errors.length, error.message)
  }
  console.log(early.result(), '- late was cancelled:', late.cancelled())

  // Children may add more children while the group waits.
  await taskGroup(async (tg) => {
    tg.createTask(async () => {
      await sleep(1)
      tg.createTask(async () => console.log(await upload('found-on-the-way.png', 1)))
    })
  })
})

// Prints:
// a.png uploaded and b.png uploaded
//   broken.png: Error
//   late.png: AbortError
// true 1 1 failed in a task group: Error: broken.png can't be read
// early.png uploaded - late was cancelled: true
// found-on-the-way.png uploaded
