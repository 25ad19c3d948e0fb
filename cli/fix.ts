import { createTwoFilesPatch } from 'diff'
import { existsSync } from 'node:fs'
import path from 'node:path'
import pc from 'picocolors'
import type { SourceUnit } from '../analysis/unit.js'
import { codemods } from '../codemods/all.js'
import { runCodemod, targetFor, type CodemodDefinition, type CodemodOptions } from '../codemods/codemod.js'
import { replaceFile, uncommittedChanges } from '../host/files.js'
import { FileProblem, loadUnit } from '../host/units.js'
import { count, eachFile, relative, sayProblems, type OpenFile } from './run.js'

export interface FixOptions extends CodemodOptions {
  readonly write: boolean
  readonly allowDirty: boolean
  readonly types: boolean
}

const names = codemods.map(({ name }) => name)

/**
 * Shows, or with `write` makes, the changes of the codemods that `words` begins with, in the paths that follow; returns the
 * exit code.
 */
export function fix(words: readonly string[], options: FixOptions): number {
  const { chosen, paths } = chosenFrom(words)
  if (options.write && !options.allowDirty) refuseDirtyTree(paths)
  let changedFiles = 0
  let changedPlaces = 0
  const refusals: string[] = []
  let needsRuntime = false
  let hiddenPlaces = 0
  const run = eachFile(paths, options, file => {
    const { text, changed, refused, hidden } = apply(chosen, file, options)
    hiddenPlaces += hidden
    for (const { line, column, reason } of refused) refusals.push(`${relative(file.path)}:${line}:${column}  ${reason}`)
    if (text === file.unit.text) return
    if (options.write) replaceFile(file.path, file.bom + text)
    else process.stdout.write(coloured(patch(file, text)))
    changedFiles++
    changedPlaces += changed
    needsRuntime ||= targetFor(file.unit, options) === 'structured-async' && !file.unit.resolves('structured-async')
  })

  if (refusals.length > 0) {
    console.log(pc.bold(`\nLeft as it is: ${count(refusals.length, 'place')}`))
    for (const refusal of refusals) console.log(`  ${refusal}`)
  }
  if (hiddenPlaces > 0) console.log(pc.dim(`\nHidden by eslint-disable comments: ${hiddenPlaces}.`))
  const done = options.write ? 'Changed' : 'Would change'
  const sound = run.files.length - run.failures.length
  if (sound > 0 || changedFiles > 0) console.log(changedFiles === 0 ? pc.green(`\nNothing to change in ${count(sound, 'file')}.`) : pc.bold(`\n${done} ${count(changedPlaces, 'place')} in ${count(changedFiles, 'file')} of ${run.files.length}.`))
  if (changedFiles > 0 && !options.write) console.log('Run it again with --write to make the changes.')
  if (needsRuntime) console.log(pc.yellow('The new code imports the package structured-async, which is not installed here: npm install structured-async'))
  sayProblems(run)
  if (run.failures.length > 0) return 2
  return changedFiles > 0 && !options.write ? 1 : 0
}

function chosenFrom(words: readonly string[]): { chosen: readonly CodemodDefinition[]; paths: readonly string[] } {
  const named = words.filter(word => names.includes(word))
  const paths = words.filter(word => !names.includes(word))
  const misspelt = paths.find(word => /^[a-z]+(?:-[a-z]+)+$/.test(word) && !existsSync(word))
  if (misspelt !== undefined) throw new FileProblem(`There is no codemod and no file named ${misspelt}. The codemods are: ${names.join(', ')}.`)
  return { chosen: named.length > 0 ? codemods.filter(({ name }) => named.includes(name)) : codemods.filter(({ isNamed }) => !isNamed), paths: paths.length > 0 ? paths : ['.'] }
}

function refuseDirtyTree(paths: readonly string[]): void {
  const changes = [...new Set(paths.flatMap(uncommittedChanges))]
  if (changes.length === 0) return
  throw new FileProblem(`Git has uncommitted changes in this repository (${count(changes.length, 'file')}), which could not be told from the codemod's. Commit or stash them first, or pass --allow-dirty.`)
}

function apply(chosen: readonly CodemodDefinition[], file: OpenFile, options: FixOptions): { text: string; changed: number; refused: { line: number; column: number; reason: string }[]; hidden: number } {
  let { unit } = file
  // Each text is read once, whichever codemod asks.
  const read = (text: string): SourceUnit => (text === unit.text ? unit : (unit = loadUnit(file.path, text, options).unit))
  let { text } = unit
  let changed = 0
  let hidden = 0
  const refused = []
  for (const codemod of chosen) {
    const result = runCodemod(codemod, text, read, options)
    changed += result.changed.length
    refused.push(...result.refused)
    hidden += result.hidden
    text = result.text
  }
  return { text, changed, refused, hidden }
}

function patch({ path: file, unit }: OpenFile, text: string): string {
  const name = relative(file).split(path.sep).join('/')
  return createTwoFilesPatch(`a/${name}`, `b/${name}`, unit.text, text, undefined, undefined, { context: 3 }).replace(/^=+\n/, '')
}

function coloured(patch: string): string {
  if (!pc.isColorSupported) return patch
  return patch.replace(/^(?:\+.*|-.*|@@.*)$/gm, line => (/^(?:\+\+\+|---)/.test(line) ? pc.bold(line) : line.startsWith('+') ? pc.green(line) : line.startsWith('-') ? pc.red(line) : pc.cyan(line)))
}
