import type { BusyRow } from '../tasks/catalogue.js'
import { isRecord, namesIn, oneOf, refuseOthers, SettingsProblem, textIn } from './problem.js'

/** A queue, a lock or a server that the catalogue does not know: what it runs, and what waits until it has nothing left to run. */
export interface WaitSetting {
  /** The npm package, or the one whose folder the class stands in. */
  readonly package: string
  /** The class, or the function that makes it; any of the package where nothing is said. */
  readonly type?: string
  /** What a wait is for: that a queue has nothing left to do, that a lock is free, that a server has answered all requests. */
  readonly until: 'idle' | 'free' | 'closed'
  /** Methods that are given a function which it is busy with; `new` for what its making is given, `''` for a call of it. A lock runs one at a time. */
  readonly runs?: string | readonly string[]
  /** Methods whose promise settles once it is no longer busy. */
  readonly waits?: string | readonly string[]
  /** Methods that take a lock for the code behind them, and those that give it back. */
  readonly acquires?: string | readonly string[]
  readonly releases?: string | readonly string[]
}

/** @throws {SettingsProblem} where it is no {@link WaitSetting} */
export function waitRow(row: unknown, where: string): BusyRow {
  if (!isRecord(row)) throw new SettingsProblem(`${where} is no object such as { package: 'my-queue', until: 'idle', runs: 'add', waits: 'drained' }.`)
  refuseOthers(row, ['package', 'type', 'until', 'runs', 'waits', 'acquires', 'releases'], where)
  const goal = oneOf(row, 'until', ['idle', 'free', 'closed'], where)
  const [runs = [], waits = [], acquires = [], releases = []] = ['runs', 'waits', 'acquires', 'releases'].map(name => namesOrCall(row, name, where))
  if (goal !== 'free' && acquires.length + releases.length > 0) throw new SettingsProblem(`${where} takes and gives back, which is what a lock does: its until is 'free'.`)
  if (goal === 'free' ? runs.length + acquires.length === 0 : runs.length === 0 || waits.length === 0) {
    throw new SettingsProblem(goal === 'free' ? `${where} names nothing that holds the lock: it has runs or acquires.` : `${where} does not say both what runs and what waits.`)
  }
  return {
    package: textIn(row, 'package', where),
    ...(row.type === undefined ? {} : { type: textIn(row, 'type', where) }),
    goal,
    takes: Object.fromEntries(runs.map(name => [name, 'any' as const])),
    waits,
    acquires,
    releases,
    ...(goal === 'free' ? { alone: 'always' as const } : {}),
    source: where,
  }
}

function namesOrCall(row: Readonly<Record<string, unknown>>, name: string, where: string): readonly string[] | undefined {
  const names = [row[name]].flat()
  if (name !== 'runs' || !names.includes('')) return namesIn(row, name, where)
  const others = names.filter(one => one !== '')
  return ['', ...(others.length > 0 ? (namesIn({ runs: others }, name, where) ?? []) : [])]
}
