import { inOrder, type Edit } from './edit.js'

/** The text that somebody has in front of them, and where in it the places of another text stand that edits have made of it. */
export interface Origin {
  readonly text: string
  readonly offsetOf: (at: number) => number
}

export function startingWith(text: string): Origin {
  return { text, offsetOf: at => at }
}

/** The origin of a text once edits are made in it. What they put in stands where they do. */
export function edited({ text, offsetOf }: Origin, edits: readonly Edit[]): Origin {
  const ordered = inOrder(edits)
  const before = (at: number): number => {
    let shift = 0
    for (const { range, text: added } of ordered) {
      const start = range[0] + shift
      if (at < start) break
      if (at < start + added.length) return range[0]
      shift += added.length - (range[1] - range[0])
    }
    return at - shift
  }
  return { text, offsetOf: at => offsetOf(before(at)) }
}

/** A place in a text; both numbers count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

export function placeAt({ text, offsetOf }: Origin, at: number): Place {
  const before = text.slice(0, offsetOf(at)).split(/\r\n|[\n\r\u2028\u2029]/)
  return { line: before.length, column: (before.at(-1) as string).length + 1 }
}
