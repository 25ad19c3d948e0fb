import type { Task } from './task.js'

/**
 * Tasks in the order in which they were added; each knows its place. A Set hashes every task and copies itself as it
 * grows, which was a quarter of what a short task among many costs.
 */
export class TaskList {
  size = 0
  #places: (Task<unknown> | undefined)[] = []

  /** @param field where a task keeps its place: one per list that it can be in */
  constructor(readonly field: '_place' | '_placeInGroup') {}

  add(task: Task<unknown>): void {
    task[this.field] = this.#places.push(task) - 1
    this.size++
  }

  /** Takes out a task that is in the list. */
  delete(task: Task<unknown>): void {
    this.#places[task[this.field]] = undefined
    if (this.#places.length <= 2 * --this.size + 16) return
    let at = 0
    for (const other of this.#places) if (other) this.#places[(other[this.field] = at++)] = other
    this.#places.length = at
  }

  keys(): Task<unknown>[] {
    return this.#places.filter(task => task !== undefined)
  }
}
