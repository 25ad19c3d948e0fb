/** One of several parts of a run, so that machines can share it: `2/5`. */
export interface Shard {
  /** Counts from 1. */
  readonly index: number
  readonly count: number
}

/** @throws {RangeError} where a text is no shard */
export function shardFrom(text: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? []
  if (index === undefined || count === undefined || index < 1 || index > count) throw new RangeError(`A shard is one of several parts, as in 2/5; not '${text}'.`)
  return { index, count }
}

/** The part of a sorted list that belongs to a shard. Neighbours stay together, since they are often of one project. */
export function partOf<T>(list: readonly T[], { index, count }: Shard): readonly T[] {
  return list.slice(Math.floor(((index - 1) * list.length) / count), Math.floor((index * list.length) / count))
}
