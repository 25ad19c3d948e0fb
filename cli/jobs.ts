import { findingsIn } from './findings.js'
import { fixedBy } from './fix/apply.js'
import { countIn } from './fix/count.js'
import type { OpenFile } from './lanes/lane.js'

/** What a run does with each file, in this thread or another one: plain data in, plain data out. */
const jobs = { scan: findingsIn, fix: fixedBy, count: countIn }

export type JobName = keyof typeof jobs
export type JobOptions<Name extends JobName> = Parameters<(typeof jobs)[Name]>[1]
export type JobResult<Name extends JobName> = Awaited<ReturnType<(typeof jobs)[Name]>>

export async function doJob<Name extends JobName>(name: Name, file: OpenFile, options: JobOptions<Name>): Promise<JobResult<Name>> {
  const job = jobs[name] as (file: OpenFile, options: JobOptions<Name>) => JobResult<Name> | Promise<JobResult<Name>>
  return job(file, options)
}
