import type { Fact } from '../../analysis/facts.js'

export const whatToDo = 'Await it, return it, run it in a task group or give it to background()'

/** Evidence in words that fit behind "because". */
export function reasons({ because }: Pick<Fact, 'because'>): string {
  return because.map(({ text }) => text).join(', ')
}
