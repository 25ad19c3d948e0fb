import { codemods } from '../../codemods/all.js'
import { runCodemod, type CodemodOptions } from '../../codemods/codemod.js'
import { loadUnit } from '../../host/units.js'
import type { OpenFile } from '../lanes/lane.js'

/** How many places each codemod would change in a file, by its name. */
export function countIn({ path, unit }: OpenFile, options: CodemodOptions & { readonly types: boolean }): Readonly<Record<string, number>> {
  const read = (text: string): typeof unit => (text === unit.text ? unit : loadUnit(path, text, options).unit)
  return Object.fromEntries(codemods.map(codemod => [codemod.name, runCodemod(codemod, unit.text, read, options).changed.length]))
}
