import { isCancel, multiselect, text, type CommonOptions } from '@clack/prompts'
import { existsSync } from 'node:fs'
import { codemods } from '../../codemods/all.js'
import type { CodemodDefinition, CodemodOptions } from '../../codemods/codemod.js'
import { FileProblem } from '../../host/units.js'
import { eachResult, type RunOptions } from '../run.js'

export interface Choice {
  readonly codemods: readonly CodemodDefinition[]
  readonly paths: readonly string[]
}

const names = codemods.map(({ name }) => name)
const usual = codemods.filter(({ isNamed }) => !isNamed)

/**
 * The codemods that the words of a command line begin with, and the paths behind them.
 *
 * @throws {FileProblem} where a word is neither
 */
export function chosenFrom(words: readonly string[]): Choice {
  const named = words.filter(word => names.includes(word))
  const paths = words.filter(word => !names.includes(word))
  const misspelt = paths.find(word => /^[a-z]+(?:-[a-z]+)+$/.test(word) && !existsSync(word))
  if (misspelt !== undefined) throw new FileProblem(`There is no codemod and no file named ${misspelt}. The codemods are: ${names.join(', ')}.`)
  return { codemods: named.length > 0 ? codemods.filter(({ name }) => named.includes(name)) : usual, paths: paths.length > 0 ? paths : ['.'] }
}

/**
 * Asks where to look and which codemods to run, with how much each of them would change; undefined where nobody wants any.
 *
 * @param options of the run, since they decide what would change
 * @param io where to ask; the terminal, if nothing is said
 */
export async function askWhatToRun(options: RunOptions & CodemodOptions, io: CommonOptions = {}): Promise<Choice | undefined> {
  const folder = await text({ message: 'Where? A file or a folder.', initialValue: '.', validate: value => (value && existsSync(value) ? undefined : 'There is nothing at this path.'), ...io })
  if (isCancel(folder)) return undefined
  const places = await countPlaces([folder], options)
  if (!places) return undefined
  const chosen = await multiselect({
    message: 'What? Nothing is written yet.',
    options: codemods.map(({ name, description }) => ({ value: name, label: `${name}  ${places.get(name) ?? 0} places`, hint: description })),
    initialValues: usual.flatMap(({ name }) => ((places.get(name) ?? 0) > 0 ? [name] : [])),
    required: false,
    ...io,
  })
  if (isCancel(chosen) || chosen.length === 0) return undefined
  return { codemods: codemods.filter(({ name }) => chosen.includes(name)), paths: [folder] }
}

/** How much each codemod would change; undefined where somebody stopped the count. */
async function countPlaces(paths: readonly string[], options: RunOptions & CodemodOptions): Promise<ReadonlyMap<string, number> | undefined> {
  const places = new Map<string, number>()
  const { types, likely, target, limit } = options
  const run = await eachResult(paths, options, 'count', { types, likely, target, limit }, inFile => {
    for (const [name, number] of Object.entries(inFile)) places.set(name, (places.get(name) ?? 0) + number)
  })
  return run.isStopped ? undefined : places
}
