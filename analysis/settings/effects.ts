import type { Row } from '../effects/catalogue/row.js'
import { isRecord, namesIn, oneOf, refuseOthers, SettingsProblem, textIn } from './problem.js'

/** What a project says about a library that the catalogue does not know, or that does something else there. */
export interface EffectSetting {
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

const doings = ['pure', 'reads', 'writes', 'orders'] as const

/** @throws {SettingsProblem} where it is no {@link EffectSetting} */
export function effectRow(row: unknown, where: string): Row {
  if (!isRecord(row)) throw new SettingsProblem(`${where} is no object such as { package: 'my-database', member: 'load*', does: 'reads' }.`)
  refuseOthers(row, ['package', 'type', 'member', 'does', 'what'], where)
  const members = namesIn({ ...row, member: row.member ?? [] }, 'member', where) as readonly string[]
  const does = oneOf(row, 'does', doings, where)
  const packageName = textIn(row, 'package', where)
  return {
    packages: [packageName],
    members: matching(members),
    does,
    ...(row.type === undefined ? {} : { types: matching([textIn(row, 'type', where)]) }),
    ...(row.what === undefined ? (does === 'pure' || does === 'orders' ? {} : { what: `what ${packageName} keeps` }) : { what: textIn(row, 'what', where) }),
    source: where,
  }
}

/** `load*` matches `loadUser`. */
function matching(names: readonly string[]): RegExp {
  return new RegExp(`^(?:${names.map(name => name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')).join('|')})$`)
}
