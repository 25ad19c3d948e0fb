import { TaskGroupError } from 'structured-async'

/** What the promise rejects with; an error of its own where it does not. */
export async function failure(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('It was expected to reject, and did not.')
}

/** The names or messages of a group's errors, groups in it as lists: `['ZeroDivisionError', ['KeyError']]`. */
export function tree(error: unknown): unknown {
  if (error instanceof TaskGroupError) return error.errors.map(tree)
  return error instanceof Error ? error.message : error
}
