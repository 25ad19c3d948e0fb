import type { Certainty } from '../facts.js'

/** A sentence part with the place that shows it. */
export interface Evidence {
  readonly text: string
  readonly path: string
  /** Counts from 1. */
  readonly line: number
  /** The calls that lead to it, the outermost first. */
  readonly via?: readonly Evidence[]
}

/** Something that is read or written. */
export interface Access extends Evidence {
  /** What outside of the program that is, as the row of the catalogue names it; of a write only where the row certainly holds. */
  readonly resource?: string | undefined
  /** Of a read, what it is part of that is done once for all who ask: loading a module, a call that is memoised. */
  readonly once?: readonly string[] | undefined
}

/** A module is loaded once, whoever imports it. */
export const loading = 'a module'

/** What a write changes, as the function that writes sees it. */
export type Target =
  /** What the caller gave it at this position of its parameters. */
  | { readonly kind: 'parameter'; readonly index: number }
  | { readonly kind: 'this' }
  /** A variable from outside the function, or with `through`, what it holds. `id` is the file and the offset of its declaration. */
  | { readonly kind: 'captured'; readonly id: string; readonly name: string; readonly through: boolean }
  /** The world: a database, the network, files, the terminal, a global. */
  | { readonly kind: 'outside' }

export interface Write {
  readonly target: Target
  readonly evidence: Access
}

/** A single connection, a transaction, a page or a file that something is done over: one thing at a time. */
export interface Connection {
  readonly target: Target
  /** The properties that lead to it from the target: `['db', 'tx']` of `ctx.db.tx`. */
  readonly path: readonly string[]
  /** How the code names it that asks. */
  readonly name: string
  readonly kind: ConnectionKind
  /** Whether it certainly is one, and not perhaps a pool that was given in its place. */
  readonly isSure: boolean
  /** Whether two uses at once do no harm: a lock or a limiter around this one may let in one at a time, or it is a log that others append to as well. */
  readonly isGuarded?: boolean
  readonly evidence: Evidence
}

export interface ConnectionKind {
  /** What it is, with its article: `a Prisma transaction`. */
  readonly what: string
  /** What becomes of two things at once: an error, wrong results, or nothing gained since they run one after the other. */
  readonly harm: 'errors' | 'wrong' | 'serial'
  /** What happens, as a sentence. */
  readonly happens: string
  readonly source: string
}

/** Stands for whichever property a computed key leads to, as in `handlers[kind](event)`. */
export const anyProperty = '*'

/** A parameter that is called, or a property of one; of the function itself, or of one around it. */
export interface ParameterCall {
  /** The file and the offset of the parameter's name. */
  readonly id: string
  /** Its position, where it is the function's own. */
  readonly index: number | undefined
  /** The property of it that is called, {@link anyProperty} where a computed key decides; undefined for the parameter itself. */
  readonly property: string | typeof anyProperty | undefined
  /** What is called, for a caller who gives nothing that can be looked into. */
  readonly name: string
  readonly evidence: Evidence
}

/**
 * What running a piece of code does to everything that is there before it and stays behind it. What it makes itself and
 * keeps to itself does not count.
 */
export interface Summary {
  readonly writes: readonly Write[]
  readonly calls: readonly ParameterCall[]
  /** Input and output that it only reads, or work that a pool of threads does: what waiting together gains something for. */
  readonly reads: readonly Access[]
  /** Why its order matters with everything: a timer, a lock, a transaction, a prompt. */
  readonly barrier: Evidence | undefined
  /** What nobody can tell, so that nothing may be concluded. */
  readonly unknown: Evidence | undefined
  readonly connections: readonly Connection[]
  /** The fields of `this` that it reads; `*` where `this` goes somewhere that nobody follows. */
  readonly fields: readonly string[]
  /** Things that can be used once, or by one at a time, such as a body that is read. */
  readonly exclusive: readonly Write[]
  readonly certainty: Certainty
  /** Why it is likely and not proven. */
  readonly doubts: readonly Evidence[]
}

export const nothing: Summary = { writes: [], calls: [], reads: [], barrier: undefined, unknown: undefined, connections: [], fields: [], exclusive: [], certainty: 'proven', doubts: [] }

/** How many pieces of evidence of a kind are kept: a message names one or two. */
const kept = 4

/** What happens when both run. */
export function joined(a: Summary, b: Summary): Summary {
  if (a === nothing) return b
  if (b === nothing) return a
  return {
    writes: merged(a.writes, b.writes, ({ target }) => keyOf(target)),
    calls: merged(a.calls, b.calls, callKey),
    reads: few(merged(a.reads, b.reads, ({ text, line, path, once }) => `${path}:${line} ${text} ${once?.join() ?? ''}`)),
    barrier: a.barrier ?? b.barrier,
    unknown: a.unknown ?? b.unknown,
    connections: merged(a.connections, b.connections, connectionKey),
    fields: merged(a.fields, b.fields, name => name),
    exclusive: merged(a.exclusive, b.exclusive, ({ target }) => keyOf(target)),
    certainty: a.certainty === 'likely' ? 'likely' : b.certainty,
    doubts: merged(a.doubts, b.doubts, ({ text }) => text).slice(0, kept),
  }
}

/** What is read each time says more than what is read once. */
function few(reads: readonly Access[]): readonly Access[] {
  if (reads.length <= kept) return reads
  const [always, sometimes] = [reads.filter(({ once }) => !once), reads.filter(({ once }) => once)]
  return [...always.slice(0, kept), ...sometimes.slice(0, kept)]
}

/** The summary of what is memoised under a key: whoever asks again gets the promise that is there. */
export function doneOnce(summary: Summary, key: string): Summary {
  return { ...summary, reads: summary.reads.map(read => ({ ...read, once: [...new Set([...(read.once ?? []), key])] })) }
}

/** The summary as a caller gives it on: its evidence was reached by this call. */
export function reachedBy(summary: Summary, call: Evidence): Summary {
  const on = <E extends Evidence>(evidence: E): E => ({ ...evidence, via: [call, ...(evidence.via ?? [])].slice(0, longest) })
  const { unknown, barrier } = summary
  return {
    ...summary,
    reads: summary.reads.map(on),
    doubts: summary.doubts.map(on),
    writes: summary.writes.map(({ target, evidence }) => ({ target, evidence: on(evidence) })),
    unknown: unknown && on(unknown),
    barrier: barrier && on(barrier),
    connections: summary.connections.map(connection => ({ ...connection, evidence: on(connection.evidence) })),
  }
}

/** How many calls are named that lead to a piece of evidence. */
const longest = 8

/** Whether two summaries say the same of what is done; the evidence may differ. */
export function isSame(a: Summary, b: Summary): boolean {
  const facts = (summary: Summary): string =>
    JSON.stringify([
      summary.writes.map(({ target }) => keyOf(target)).sort(),
      [...summary.fields].sort(),
      summary.exclusive.map(({ target }) => keyOf(target)).sort(),
      summary.calls.map(callKey).sort(),
      summary.connections.map(connectionKey).sort(),
      [...new Set(summary.reads.map(({ once }) => once?.join() ?? ''))].sort(),
      ...[summary.barrier, summary.unknown].map(Boolean),
      summary.certainty,
    ])
  return facts(a) === facts(b)
}

/** The same for uses of the same connection. */
export function connectionKey({ target, path, kind, isGuarded = false }: Connection): string {
  return [kind.what, isGuarded, keyOf(target), ...path].join(' ')
}

function callKey({ id, index, property }: ParameterCall): string {
  return `${index ?? id}.${property}`
}

export function keyOf(target: Target): string {
  return target.kind === 'parameter' ? `parameter ${target.index}` : target.kind === 'captured' ? `captured ${target.id} ${target.through}` : target.kind
}

function merged<T>(a: readonly T[], b: readonly T[], key: (item: T) => string): readonly T[] {
  if (b.length === 0) return a
  const known = new Set(a.map(key))
  const more = b.filter(item => !known.has(key(item)) && known.add(key(item)))
  return more.length === 0 ? a : [...a, ...more]
}
