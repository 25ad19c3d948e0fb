import { readSource } from '../../host/files.js'
import { makeRoomFor } from '../../host/memory.js'
import { FileProblem, loadUnit, type LoadedUnit } from '../../host/units.js'

export interface OpenFile extends LoadedUnit {
  readonly path: string
  readonly bom: string
}

/** What became of one file; plain data, since it may come from another thread. */
export interface Outcome<Result> {
  readonly result?: Result | undefined
  /** Why it was read without type information. */
  readonly untyped?: string | undefined
  /** Why there is no result. */
  readonly failure?: string | undefined
}

/** Takes one file after the other: this thread, or another one. */
export interface Lane<Result> {
  (path: string): Promise<Outcome<Result>>
  close?(): void
}

/** Opens a file and does something with it. Never rejects: what fails is in the outcome. */
export async function outcomeOf<Result>(path: string, options: { readonly types: boolean }, visit: (file: OpenFile) => Result | Promise<Result>): Promise<Outcome<Result>> {
  let untyped: string | undefined
  try {
    const { text, bom } = readSource(path)
    makeRoomFor(path)
    const loaded = loadUnit(path, text, options)
    untyped = loaded.untyped
    return { untyped, result: await visit({ path, bom, ...loaded }) }
  } catch (error) {
    return { untyped, failure: reasonOf(error) }
  }
}

/** Why a file failed, for whoever runs the command. */
export function reasonOf(error: unknown): string {
  if (error instanceof FileProblem) return error.message
  return `This is a mistake in structured-async, please report it: ${error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' ') : String(error)}`
}
