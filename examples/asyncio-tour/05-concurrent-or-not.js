// Two awaits in a row run one after the other. Start both first, then wait.
import { createTask, run, sleep } from 'structured-async'

async function fetchPart(name) {
  console.log(`  ${name} starts`)
  await sleep(10)
  console.log(`  ${name} ends`)
}

await run(async () => {
  console.log('not concurrent: one is awaited before the other is called')
  await fetchPart('f')
  await fetchPart('g')

  console.log('concurrent: two tasks, then two awaits')
  const f = createTask(() => fetchPart('f'))
  const g = createTask(() => fetchPart('g'))
  await f
  await g

  // In Python this would be the first case again: there a call makes a coroutine that has not begun.
  console.log('concurrent too: a call begins at once')
  const callOfF = fetchPart('f')
  const callOfG = fetchPart('g')
  await callOfF
  await callOfG
})

// Prints:
// not concurrent: one is awaited before the other is called
//   f starts
//   f ends
//   g starts
//   g ends
// concurrent: two tasks, then two awaits
//   f starts
//   g starts
//   f ends
//   g ends
// concurrent too: a call begins at once
//   f starts
//   g starts
//   f ends
//   g ends
