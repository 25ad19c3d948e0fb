import picomatch from 'picomatch'
import type { Row } from '../effects/catalogue/row.js'
import { canImport, manifestValue, pathInPackage } from '../packages.js'
import type { BusyRow } from '../tasks/catalogue.js'
import { effectRow, type EffectSetting } from './effects.js'
import { isRecord, listIn, namesIn, oneOf, refuseOthers, SettingsProblem, type Settled } from './problem.js'
import { waitRow, type WaitSetting } from './waits.js'

export { SettingsProblem }

/** What a project may say about itself: in ESLint's `settings['structured-async']`, or under `structured-async` in a package.json. */
export interface ProjectSettings {
  /** What new code calls: the runtime, or only what the language has. The runtime where it can be imported, if nothing is said. */
  readonly target?: 'structured-async' | 'native'
  /** Globs of files that count as tests, besides those that look like some; from the folder of their package.json. */
  readonly tests?: string | readonly string[]
  /** What functions of libraries do, before the catalogue. */
  readonly effects?: readonly EffectSetting[]
  /** Queues, locks and servers besides those of the catalogue. */
  readonly waits?: readonly WaitSetting[]
}

/** The same, as the analysis asks for it. One object for each that is written, so that answers may be kept for it. */
export interface Settings {
  readonly target: 'structured-async' | 'native' | undefined
  readonly isTest: (file: string) => boolean
  readonly effects: readonly Row[]
  readonly waits: readonly BusyRow[]
}

const known = new WeakMap<object, Settings>()

/**
 * The settings for a file; undefined where nobody has written any.
 *
 * @param given what ESLint's settings hold for us; where that is nothing, the nearest package.json around `file` may say it
 * @throws {SettingsProblem} where something of it says nothing
 */
export function settingsFor(file: string, given?: unknown): Settings | undefined {
  if (given !== undefined) return read(given, "settings['structured-async']")
  const found = manifestValue(file, 'structured-async')
  return found && read(found.value, `${found.manifest}: structured-async`)
}

/** Whether new code may import a package: what can be imported, and of the runtime what the target says. */
export function resolverFor(file: string, settings: Settings | undefined): (packageName: string) => boolean {
  return packageName => (packageName === 'structured-async' && settings?.target !== undefined ? settings.target === packageName : canImport(packageName, file))
}

function read(given: unknown, where: string): Settings {
  if (!isRecord(given)) throw new SettingsProblem(`${where} is no object. It may have ${names.map(name => `\`${name}\``).join(', ')}.`)
  let settings = known.get(given)
  if (!settings) known.set(given, (settings = settingsFrom(given, where)))
  return settings
}

const names = ['target', 'tests', 'effects', 'waits']

function settingsFrom(given: Settled, where: string): Settings {
  refuseOthers(given, names, where)
  const tests = namesIn(given, 'tests', where)
  const isMatch = tests && picomatch([...tests], { dot: true })
  return {
    target: given.target === undefined ? undefined : oneOf(given, 'target', ['structured-async', 'native'], where),
    isTest: file => isMatch?.(pathInPackage(file)) === true,
    effects: listIn(given, 'effects', where).map((row, at) => effectRow(row, `${where}.effects[${at}]`)),
    waits: listIn(given, 'waits', where).map((row, at) => waitRow(row, `${where}.waits[${at}]`)),
  }
}
