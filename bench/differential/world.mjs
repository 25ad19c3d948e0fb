import { random } from './program.mjs'

/**
 * A file system and a server that live in virtual time: each operation takes as long as the schedule says for it, and fails
 * where the schedule says so.
 */
export class World {
  now = 0
  files = { '/a': 'A', '/b': 'B', '/c': 'C' }
  server = { '/users': 'users', '/posts': 'posts', '/tags': 'tags' }
  /** Writes in the order in which they took effect, by resource. */
  writes = {}
  thrown = new Set()
  /** Operations that began to write after the program was done. */
  lateWrites = 0
  isDone = false
  #events = []
  #schedule

  constructor(schedule) {
    this.#schedule = schedule
  }

  readFile = path => this.#operation('read', path, () => this.files[path])
  writeFile = (path, text) => this.#operation('write', path, () => void (this.files[path] = String(text).slice(-80)), text)
  fetch = (url, init) =>
    this.#operation(init ? 'write' : 'read', url, () => {
      if (init) this.server[url] = (this.server[url] + String(init.body)).slice(-80)
      const text = this.server[url]
      return { text: async () => text }
    }, init?.body)

  /** Runs `main` until nothing is left to happen; gives what became of it, and when it settled. `look` is called whenever it waits. */
  async run(main, look = () => {}) {
    let outcome
    main().then(
      value => (outcome = { value }),
      error => (outcome = { error }),
    ).then(() => {
      outcome.at = this.now
      this.isDone = true
    })
    for (;;) {
      await settled()
      look()
      const next = this.#events.sort((a, b) => a.at - b.at || a.order - b.order).shift()
      if (!next) return outcome ?? { hangs: true }
      this.now = next.at
      next.happen()
    }
  }

  #order = 0
  #operation(kind, resource, effect, written) {
    if (kind === 'write' && this.isDone) this.lateWrites++
    const { latency, fails } = this.#schedule.of(kind, resource)
    return new Promise((resolve, reject) => {
      this.#events.push({
        at: this.now + latency,
        order: this.#order++,
        happen: () => {
          if (fails) {
            const error = new Error(`${kind} ${resource}`)
            this.thrown.add(error)
            return reject(error)
          }
          if (kind === 'write') (this.writes[resource] ??= []).push(String(written))
          resolve(effect())
        },
      })
    })
  }
}

/** How long each operation takes, and whether it fails: the same for both programs. */
export function makeSchedule(seed, mayFail) {
  const known = new Map()
  return {
    of(kind, resource) {
      const key = `${kind} ${resource}`
      if (!known.has(key)) {
        const dice = random(seed * 31 + [...key].reduce((sum, letter) => sum * 33 + letter.charCodeAt(0), 7))
        known.set(key, { latency: 1 + dice.below(20), fails: mayFail && dice.chance(0.3) })
      }
      return known.get(key)
    },
  }
}

/** After all microtasks. */
function settled() {
  return new Promise(resolve => setImmediate(resolve))
}
