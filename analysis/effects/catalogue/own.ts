import { manifestValue } from '../../packages.js'
import type { Doing, Row } from './row.js'

/** What a project says about a library that the catalogue does not know, or that does something else there. */
export interface OwnRow {
  /** The npm package, or `@scope/*`. */
  readonly package: string
  /** The interface or class that has the members; without, functions of the package and members of any type. */
  readonly type?: string
  /** The function's name, or several; `*` stands for any letters: `load*`. */
  readonly member: string | readonly string[]
  readonly does: 'pure' | 'reads' | 'writes' | 'orders'
  /** What is read or written, in words that fit behind "reads": `the ledger`. */
  readonly what?: string
}

/** A setting that says nothing; the message says which and what it could be. */
export class SettingsProblem extends Error {}

const known = new WeakMap<object, readonly Row[]>()

/**
 * The rows of `{ effects: [{ package, type, member, does, what }] }`, which come before the catalogue's own; undefined where nobody has
 * written any.
 *
 * @param given what ESLint's settings hold for us; where that is nothing, the nearest package.json around `file` may say it
 * @throws {SettingsProblem} where a row is none
 */
export function ownRowsFor(file: string, given?: unknown): readonly Row[] | undefined {
  if (given !== undefined) return ownRows(given, "settings['structured-async']")
  const found = manifestValue(file, 'structured-async')
  return found && ownRows(found.value, `${found.manifest}: structured-async`)
}

function ownRows(settings: unknown, where: string): readonly Row[] {
  if (!isRecord(settings)) throw new SettingsProblem(`${where} is no object. It may have \`effects\`, a list.`)
  let rows = known.get(settings)
  if (!rows) known.set(settings, (rows = readRows(settings, where)))
  return rows
}

const doings: readonly string[] = ['pure', 'reads', 'writes', 'orders'] satisfies readonly Doing[]

function readRows(settings: Readonly<Record<string, unknown>>, where: string): readonly Row[] {
  refuseOthers(settings, ['effects'], where)
  const { effects = [] } = settings
  if (!Array.isArray(effects)) throw new SettingsProblem(`${where}.effects is no list.`)
  return effects.map((row: unknown, at) => readRow(row, `${where}.effects[${at}]`))
}

function readRow(row: unknown, where: string): Row {
  if (!isRecord(row)) throw new SettingsProblem(`${where} is no object such as { package: 'my-database', member: 'load*', does: 'reads' }.`)
  refuseOthers(row, ['package', 'type', 'member', 'does', 'what'], where)
  const text = (name: string): string => {
    const value = row[name]
    if (typeof value !== 'string' || value === '') throw new SettingsProblem(`${where}.${name} is no text${name === 'does' ? `. It is one of ${doings.join(', ')}` : ''}.`)
    return value
  }
  const members = [row.member].flat()
  if (members.length === 0 || !members.every(member => typeof member === 'string' && member !== '')) throw new SettingsProblem(`${where}.member is neither a name nor a list of names.`)
  const does = text('does')
  if (!doings.includes(does)) throw new SettingsProblem(`${where}.does is '${does}'. It is one of ${doings.join(', ')}.`)
  return {
    packages: [text('package')],
    members: matching(members as readonly string[]),
    does: does as OwnRow['does'],
    ...(row.type === undefined ? {} : { types: matching([text('type')]) }),
    ...(row.what === undefined ? (does === 'pure' || does === 'orders' ? {} : { what: `what ${text('package')} keeps` }) : { what: text('what') }),
    source: where,
  }
}

function refuseOthers(record: Readonly<Record<string, unknown>>, names: readonly string[], where: string): void {
  const other = Object.keys(record).find(name => !names.includes(name))
  if (other !== undefined) throw new SettingsProblem(`${where} has no '${other}'. It has ${names.join(', ')}.`)
}

/** `load*` matches `loadUser`. */
function matching(names: readonly string[]): RegExp {
  return new RegExp(`^(?:${names.map(name => name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')).join('|')})$`)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
