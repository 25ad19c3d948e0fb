import { parentPort, workerData } from 'node:worker_threads'
import { useProjectTypescript } from '../../host/own-typescript.js'
import type { Order } from './threads.js'

// As in main.ts: the parser takes the first TypeScript that it finds, so it is loaded behind this.
useProjectTypescript(process.cwd())
const [{ doJob }, { outcomeOf }] = await Promise.all([import('../jobs.js'), import('./lane.js')])

const { job, jobOptions, types } = workerData as Order
parentPort?.on('message', (path: string) => {
  void outcomeOf(path, { types }, file => doJob(job, file, jobOptions as never)).then(outcome => parentPort?.postMessage(outcome))
})
