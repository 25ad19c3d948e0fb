import { createInterface, type Interface } from 'node:readline'
import pc from 'picocolors'

/** What to do with one place: make the change, leave it, make all that are left, or end. */
export type Answer = 'yes' | 'no' | 'all' | 'quit'

const answers: Readonly<Record<string, Answer>> = { y: 'yes', yes: 'yes', n: 'no', no: 'no', a: 'all', all: 'all', q: 'quit', quit: 'quit' }

/** Asks on a line of its own, as `git add --patch` does. Where input ends, and at Ctrl-C, the answer is to quit. */
export class Questions {
  readonly #lines: string[] = []
  readonly #input: Interface
  #waiting: ((line: string | undefined) => void) | undefined
  #isClosed = false

  constructor(input: NodeJS.ReadableStream = process.stdin, output: NodeJS.WritableStream = process.stdout) {
    this.#input = createInterface({ input, output })
    this.#input.on('line', line => {
      if (this.#waiting) this.#take(line)
      else this.#lines.push(line)
    })
    this.#input.on('SIGINT', () => this.#input.close())
    this.#input.on('close', () => {
      this.#isClosed = true
      this.#take(undefined)
    })
  }

  async ask(question: string): Promise<Answer> {
    for (;;) {
      const line = await this.#line(`${pc.bold(question)} [y,n,a,q,?] `)
      if (line === undefined) return 'quit'
      const answer = answers[line.trim().toLowerCase()]
      if (answer) return answer
      console.log('y: make this change · n: leave it as it is · a: make it and all that follow · q: leave this one and all that follow')
    }
  }

  close(): void {
    this.#input.close()
  }

  async #line(question: string): Promise<string | undefined> {
    process.stdout.write(question)
    const line = this.#lines.shift()
    if (line !== undefined || this.#isClosed) return line
    return new Promise(resolve => {
      this.#waiting = resolve
    })
  }

  #take(line: string | undefined): void {
    this.#waiting?.(line)
    this.#waiting = undefined
  }
}
