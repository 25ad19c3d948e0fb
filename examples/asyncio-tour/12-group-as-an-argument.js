// trio's nursery: who may start work that outlives a call is given the group that will wait for it.
import { run, sleep, taskGroup } from 'structured-async'

async function send(message, tg) {
  console.log(`${message} sent`)
  tg.createTask(() => deleteLater(message))
  console.log('send returns')
}

async function deleteLater(message) {
  await sleep(10)
  console.log(`${message} deleted`)
}

// A child that says when it is ready, so that nobody speaks to it before.
async function server(task) {
  await sleep(5)
  task.started('port 8080')
  await sleep(60_000)
}

await run(async () => {
  await taskGroup((tg) => send('message', tg))
  console.log('the group has ended, so the message is gone')

  await taskGroup(async (tg) => {
    console.log(`ready on ${await tg.start(server)}`)
    tg.cancel()
  })
  console.log('the server is stopped')
})

// Prints:
// message sent
// send returns
// message deleted
// the group has ended, so the message is gone
// ready on port 8080
// the server is stopped
