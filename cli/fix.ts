import path from 'node:path'
import pc from 'picocolors'
import type { CodemodOptions } from '../codemods/codemod.js'
import { readSource, replaceFile, uncommittedChanges } from '../host/files.js'
import { FileProblem } from '../host/units.js'
import { placeAt } from '../rewrite/origin.js'
import { formatCommands, installCommand, runCommand } from './fix/afterwards.js'
import { fixedBy, type Asker, type FixedFile, type FixJob } from './fix/apply.js'
import { askWhatToRun, chosenFrom } from './fix/choose.js'
import { Questions } from './fix/interactive.js'
import { patchOf } from './fix/patch.js'
import { eachFile, eachResult, sayProblems, type Run, type RunOptions } from './run.js'
import { count, relative } from './words.js'

export interface FixOptions extends CodemodOptions, RunOptions {
  readonly write: boolean
  readonly allowDirty: boolean
  /** Whether each change is asked about; those that are taken are written. */
  readonly interactive?: boolean
  /** Whether only to say what would change, without the diff. */
  readonly check?: boolean
  readonly json?: boolean
  /** Whether a comment is left where a codemod refuses. */
  readonly todo?: boolean
  /** Whether to add the runtime to the package where new code needs it. */
  readonly install?: boolean
  /** Whether to run the project's own formatter over changed files. Default: true. */
  readonly format?: boolean
  /** Whether somebody sits there who can be asked. */
  readonly isTerminal?: boolean
}

/**
 * Shows, or with `write` makes, the changes of the codemods that `words` begins with, in the paths that follow; returns the
 * exit code.
 */
export async function fix(words: readonly string[], options: FixOptions): Promise<number> {
  const asks = options.isTerminal === true && words.length === 0 && !options.json && !options.check && !options.write
  const choice = asks ? await askWhatToRun(options) : chosenFrom(words)
  if (!choice) {
    console.log('Nothing to run, and nothing changed.')
    return 0
  }
  const writes = options.write || options.interactive === true
  if (writes && !options.allowDirty) refuseDirtyTree(choice.paths)
  const done: FixedFile[] = []
  const take = (fixed: FixedFile): void => {
    if (fixed.texts && writes) write(fixed.path, fixed.texts)
    done.push(fixed)
  }
  const { types, likely, target, limit, todo } = options
  const job: FixJob = { types, likely, target, limit, todo, chosen: choice.codemods.map(({ name }) => name) }
  const questions = options.interactive ? new Questions() : undefined
  const asker = questions && askerOf(questions)
  const run = await (asker
    ? eachFile(choice.paths, { ...options, isInteractive: true }, async file => {
        take(await fixedBy(file, job, asker))
        return asker.hasQuit() ? 'stop' : undefined
      })
    : eachResult(choice.paths, options, 'fix', job, take))
  questions?.close()
  // Threads are done in any order.
  done.sort((one, other) => (one.path < other.path ? -1 : 1))
  const changedFiles = done.filter(({ texts }) => texts)
  // A bar on the same terminal would have been drawn over them.
  if (!writes && !options.check && !options.json) for (const file of changedFiles) console.log(preview(file))
  if (writes && options.format !== false) format(changedFiles, options)
  if (options.json) console.log(JSON.stringify(reportOf(done, run, writes), null, 2))
  else sum(done, run, { ...options, write: writes })
  const hasRuntime = await sayRuntime(changedFiles, { ...options, write: writes })
  const isInterrupted = run.isStopped && !asker?.hasQuit()
  sayProblems({ ...run, isStopped: isInterrupted })
  if (isInterrupted) return 130
  if (run.failures.length > 0 || !hasRuntime) return 2
  return changedFiles.length > 0 && !writes ? 1 : 0
}

/** Asks about each change, until somebody takes all that are left, or none of them. */
function askerOf(questions: Questions): Asker {
  let rest: 'ask' | 'all' | 'none' = 'ask'
  return {
    hasQuit: () => rest === 'none',
    async accept({ unit, nodes: [node], origin, after }, by, reason) {
      if (rest !== 'ask') return rest === 'all'
      const { line } = placeAt(origin, node?.range[0] ?? 0)
      console.log(`\n${pc.underline(`${relative(unit.path)}:${line}`)}  ${pc.dim(by)}\n${reason}\n${patchOf(unit.path, unit.text, after())}`)
      const answer = await questions.ask('Make this change?')
      if (answer === 'all') rest = 'all'
      if (answer === 'quit') rest = 'none'
      return answer === 'yes' || answer === 'all'
    },
  }
}

/** Replaces a file, unless somebody else has changed it while it was looked at. */
function write(file: string, { before, after, bom }: NonNullable<FixedFile['texts']>): void {
  if (readSource(file).text !== before) throw new FileProblem('It has changed since it was read, so it is left as it is. Run it again.')
  replaceFile(file, bom + after)
}

/** The reason for each change, then the diff. */
function preview({ path: file, texts, changed }: FixedFile): string {
  return [pc.underline(relative(file)), ...changed.map(({ line, column, by, reason }) => `  ${pc.dim(`${line}:${column}`)}  ${reason}  ${pc.dim(by)}`), texts ? patchOf(file, texts.before, texts.after) : ''].join('\n')
}

function sum(done: readonly FixedFile[], run: Run, { write: isWritten, check = false, interactive = false }: Pick<FixOptions, 'write' | 'check' | 'interactive'>): void {
  const changedFiles = done.filter(({ texts }) => texts)
  const refused = done.flatMap(({ path: file, refused: inFile }) => inFile.map(place => ({ ...place, file: relative(file) })))
  const hidden = done.reduce((total, file) => total + file.hidden, 0)
  if (check) for (const { path: file, changed } of changedFiles) console.log(`${relative(file)}: ${count(changed.length, 'place')}`)
  if (refused.length > 0) {
    console.log(pc.bold(`\nLeft as it is: ${count(refused.length, 'place')}`))
    for (const { file, line, column, reason } of refused) console.log(`  ${file}:${line}:${column}  ${reason}`)
  }
  if (hidden > 0) console.log(pc.dim(`\nHidden by eslint-disable comments: ${hidden}.`))
  const places = changedFiles.reduce((total, { changed }) => total + changed.length, 0)
  const comments = changedFiles.reduce((total, file) => total + file.comments, 0)
  const what = [...(places > 0 || comments === 0 ? [count(places, 'place')] : []), ...(comments > 0 ? [count(comments, 'comment')] : [])].join(' and ')
  const sound = run.files.length - run.failures.length
  if (changedFiles.length > 0) console.log(pc.bold(`\n${isWritten ? 'Changed' : 'Would change'} ${what} in ${count(changedFiles.length, 'file')} of ${run.files.length}.`))
  else if (interactive) console.log('\nNothing is changed.')
  else if (sound > 0) console.log(pc.green(`\nNothing to change in ${count(sound, 'file')}.`))
  if (changedFiles.length > 0 && !isWritten) console.log('Run it again with --write to make the changes, or with --interactive to choose.')
}

function reportOf(done: readonly FixedFile[], { files, done: seen, failures, untyped, isStopped }: Run, written: boolean): object {
  return {
    files: files.length,
    written,
    changed: done.flatMap(({ path: file, texts, changed }) => (texts ? [{ path: relative(file), places: changed }] : [])),
    refused: done.flatMap(({ path: file, refused }) => refused.map(place => ({ path: relative(file), ...place }))),
    hidden: done.reduce((total, { hidden }) => total + hidden, 0),
    needsRuntime: done.some(({ needsRuntime }) => needsRuntime),
    failures: failures.map(({ path: file, reason }) => ({ path: relative(file), reason })),
    untyped: [...untyped].map(([reason, paths]) => ({ reason, paths: paths.map(relative) })),
    ...(isStopped ? { stoppedAfter: seen.length } : {}),
  }
}

/** Changed files as their project formats them, where it says how. */
function format(changed: readonly FixedFile[], { json = false }: Pick<FixOptions, 'json'>): void {
  for (const { folder, files, ...command } of formatCommands(changed.map(({ path: file }) => file))) {
    const name = path.basename(command.args[0] ?? '')
    if (!runCommand(command, folder)) console.error(pc.yellow(`${name} ended with an error, so ${count(files.length, 'changed file')} may not be formatted as the project has it.`))
    else if (!json) console.log(pc.dim(`Formatted ${count(files.length, 'changed file')} with the project's own configuration.`))
  }
}

/** The new code's import has to lead somewhere: says how, or does it; false where that was asked for and failed. */
async function sayRuntime(changed: readonly FixedFile[], { write: isWritten, install = false }: Pick<FixOptions, 'write' | 'install'>): Promise<boolean> {
  let isInstalled = true
  const folders = new Map<string, Awaited<ReturnType<typeof installCommand>>>()
  for (const { path: file, needsRuntime } of changed) {
    if (!needsRuntime) continue
    const found = await installCommand(file)
    folders.set(found.folder, found)
  }
  for (const { folder, ...found } of folders.values()) {
    const line = [found.command, ...found.args].join(' ')
    const where = relative(folder) === folder ? '' : ` (in ${relative(folder)})`
    if (isWritten && install) {
      console.error(pc.dim(`${line}${where}`))
      if (runCommand(found, folder)) continue
      isInstalled = false
    }
    console.error(pc.yellow(`The new code imports the package structured-async, which is not installed here: ${line}${where}`))
  }
  return isInstalled
}

function refuseDirtyTree(paths: readonly string[]): void {
  const changes = [...new Set(paths.flatMap(uncommittedChanges))]
  if (changes.length === 0) return
  throw new FileProblem(`Git has uncommitted changes in this repository (${count(changes.length, 'file')}), which could not be told from the codemod's. Commit or stash them first, or pass --allow-dirty.`)
}
