/**
 * Everything through explicit signals, as it must be written where the current task is known until the first await only.
 * Uses `createTask, currentTask, gather, sleep, taskGroup, timeout, waitFor`, and leaves its {@link explicitResult} in `trace`.
 */
export const explicit = `
  const trace = []
  const error = await taskGroup(async tg => {
    tg.createTask(async task => {
      await sleep(1, undefined, { signal: task.signal })
      throw new Error('child')
    })
    tg.createTask(async task => {
      try {
        await sleep(0, undefined, { signal: task.signal })
        await gather([() => sleep(60_000, undefined, { signal: task.signal })], { signal: task.signal })
      } finally {
        trace.push('cleaned up')
      }
    })
    await sleep(60_000, undefined, { signal: tg.signal })
  }).catch(error => error)
  trace.push(error.message)
  await waitFor(task => sleep(60_000, undefined, { signal: task.signal }), 2).catch(error => trace.push(error.name))
  await timeout(2, async deadline => {
    await sleep(1, undefined, { signal: deadline.signal })
    await sleep(60_000, undefined, { signal: deadline.signal })
  }).catch(error => trace.push(error.name))
  trace.push(currentTask())
  createTask(task => trace.push(currentTask() === task))`

export const explicitResult = ['cleaned up', '1 failed in a task group: Error: child', 'TimeoutError', 'TimeoutError', null, true]
