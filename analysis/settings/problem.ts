/** A setting that says nothing; the message says which and what it could be. */
export class SettingsProblem extends Error {}

export type Settled = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is Settled {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function refuseOthers(record: Settled, names: readonly string[], where: string): void {
  const other = Object.keys(record).find(name => !names.includes(name))
  if (other !== undefined) throw new SettingsProblem(`${where} has no '${other}'. It has ${names.join(', ')}.`)
}

/** The text that a setting has to be. */
export function textIn(record: Settled, name: string, where: string): string {
  const value = record[name]
  if (typeof value !== 'string' || value === '') throw new SettingsProblem(`${where}.${name} is no text.`)
  return value
}

/** The one of several words that a setting has to be. */
export function oneOf<const T extends string>(record: Settled, name: string, words: readonly T[], where: string): T {
  const value = record[name]
  const word = words.find(candidate => candidate === value)
  if (word === undefined) throw new SettingsProblem(`${where}.${name} is ${typeof value === 'string' ? `'${value}'` : 'no text'}. It is one of ${words.join(', ')}.`)
  return word
}

/** A name or a list of names; undefined where nothing is said. */
export function namesIn(record: Settled, name: string, where: string): readonly string[] | undefined {
  const value = record[name]
  if (value === undefined) return undefined
  const names = [value].flat()
  if (names.length === 0 || !names.every(one => typeof one === 'string' && one !== '')) throw new SettingsProblem(`${where}.${name} is neither a name nor a list of names.`)
  return names as string[]
}

export function listIn(record: Settled, name: string, where: string): readonly unknown[] {
  const value = record[name] ?? []
  if (!Array.isArray(value)) throw new SettingsProblem(`${where}.${name} is no list.`)
  return value
}
