import type { Fact } from '../../analysis/facts.js'

/** What is the matter with a promise that nobody looks after, whether or not it will ever reject. */
export const noHandler = 'a rejection would have no handler, which by default ends a Node process and goes unseen in a browser'

export const whatToDo = 'Await it, return it, run it in a task group or give it to background()'

/** Evidence in words that fit behind "because". */
export function reasons({ because }: Pick<Fact, 'because'>): string {
  return because.map(({ text }) => text).join(', ')
}
