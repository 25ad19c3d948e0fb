import { spawnSync } from 'node:child_process'
import { accessSync, chmodSync, constants, lstatSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { globSync } from 'tinyglobby'
import { FileProblem } from './units.js'

const extensions = ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs']
const isSource = (file: string): boolean => new RegExp(`\\.(?:${extensions.join('|')})$`).test(file) && !/\.d\.[mc]?ts$|\.d\.\w+\.ts$/.test(file)

/**
 * The source files below `paths`, absolute and sorted: in a git repository those that git tracks or would track, elsewhere
 * all outside node_modules. A path that names a file stands for itself, ignored or not.
 *
 * @throws {FileProblem} where a path does not exist
 */
export function findFiles(paths: readonly string[]): string[] {
  const found = new Set<string>()
  for (const given of paths) {
    const absolute = path.resolve(given)
    const stat = statSync(absolute, { throwIfNoEntry: false })
    if (!stat) throw new FileProblem(`There is no file or folder at ${given}.`)
    if (stat.isFile()) {
      if (!isSource(absolute)) throw new FileProblem(`${given} is no JavaScript or TypeScript source.`)
      found.add(absolute)
    } else for (const file of filesIn(absolute)) if (isSource(file) && isRegular(file)) found.add(file)
  }
  return [...found].sort()
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The file's text without its byte order mark, and whether it had one. */
export function readSource(file: string): { text: string; bom: string } {
  let source: string
  try {
    source = decoder.decode(readFileSync(file))
  } catch (error) {
    if (error instanceof TypeError) throw new FileProblem('It is not written in UTF-8.')
    throw new FileProblem(`It can't be read: ${(error as Error).message}.`)
  }
  // A string may hold a literal NUL; a file in UTF-16 or a program is full of them.
  if (source.split('\0').length > 1 + source.length / 100) throw new FileProblem('It holds binary data.')
  const bom = source.startsWith('\uFEFF') ? '\uFEFF' : ''
  return { text: source.slice(bom.length), bom }
}

/**
 * Replaces a file in one step, so that nobody ever sees half of it: a temporary file beside it, then a rename.
 * @throws {FileProblem} where it may not be written
 */
export function replaceFile(file: string, source: string): void {
  const target = realpathSync(file)
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.tmp`)
  try {
    const { mode } = statSync(target)
    accessSync(target, constants.W_OK)
    if ((mode & 0o222) === 0) throw new Error('it is read-only')
    writeFileSync(temporary, source, { flag: 'wx' })
    chmodSync(temporary, mode)
    renameSync(temporary, target)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw new FileProblem(`It can't be written: ${(error as Error).message}.`)
  }
}

/**
 * What git has to say of uncommitted changes in the repository around `target`; empty where there are none or no repository.
 * @throws {FileProblem} where there is one that git refuses to look into
 */
export function uncommittedChanges(target: string): string[] {
  const absolute = path.resolve(target)
  const folder = statSync(absolute, { throwIfNoEntry: false })?.isDirectory() ? absolute : path.dirname(absolute)
  const { status, stdout, stderr } = spawnSync('git', ['-C', folder, 'status', '--porcelain'], { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, LC_ALL: 'C' } })
  if (status === 0) return stdout.split('\n').filter(line => line !== '')
  if (status !== null && !/not a git repository/.test(stderr)) throw new FileProblem(`Git can't tell whether there are uncommitted changes: ${stderr.trim().split('\n')[0]} Pass --allow-dirty to write all the same.`)
  return []
}

function filesIn(folder: string): string[] {
  // A folder that git ignores as a whole was named on purpose.
  const isIgnored = git(folder, ['check-ignore', '-q', '.']) !== undefined
  const tracked = isIgnored ? undefined : git(folder, ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
  const inFolder = tracked?.split('\0').filter(name => name !== '') ?? globSync([`**/*.{${extensions.join(',')}}`], { cwd: folder, dot: true, followSymbolicLinks: false, ignore: ['**/node_modules/**', '**/.git/**'] })
  return inFolder.filter(name => !name.split('/').includes('node_modules')).map(name => path.join(folder, name))
}

/** A file itself, not a link to one, which would be seen twice, nor one that git still lists and the disk has lost. */
function isRegular(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() ?? false
}

function git(folder: string, args: readonly string[]): string | undefined {
  const result = spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 })
  return result.status === 0 ? result.stdout : undefined
}
