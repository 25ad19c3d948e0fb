import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { detect, resolveCommand } from 'package-manager-detector'
import { version } from '../../version.js'

/** A program, as a user would type it and as it is run. */
export interface Command {
  readonly command: string
  readonly args: readonly string[]
}

/** What adds the runtime to the package around a file, by the package manager that the project uses. */
export async function installCommand(file: string): Promise<Command & { readonly folder: string }> {
  const folder = folderWith(path.dirname(path.resolve(file)), ['package.json']) ?? process.cwd()
  const agent = (await detect({ cwd: folder }))?.agent ?? 'npm'
  const { command, args } = resolveCommand(agent, 'add', [`structured-async@^${version}`]) ?? { command: 'npm', args: ['install', `structured-async@^${version}`] }
  return { command, args, folder }
}

/** Runs a command; whether it went well. What it says goes to stderr, since stdout may be a report. */
export function runCommand({ command, args }: Command, folder: string): boolean {
  return spawnSync(command, args, { cwd: folder, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' }).status === 0
}

const prettierFiles = ['.prettierrc', '.prettierrc.json', '.prettierrc.yaml', '.prettierrc.yml', '.prettierrc.json5', '.prettierrc.js', '.prettierrc.cjs', '.prettierrc.mjs', '.prettierrc.ts', '.prettierrc.toml', 'prettier.config.js', 'prettier.config.cjs', 'prettier.config.mjs', 'prettier.config.ts']
const biomeFiles = ['biome.json', 'biome.jsonc']

/**
 * What formats changed files as their project has it: its own prettier or biome, where one is configured around them and installed.
 * Nothing else is formatted.
 */
export function formatCommands(files: readonly string[]): (Command & { readonly folder: string; readonly files: readonly string[] })[] {
  const groups = new Map<string, { command: string; args: string[]; folder: string; files: string[] }>()
  for (const file of files) {
    const found = formatterOf(path.dirname(file))
    if (!found) continue
    const key = `${found.bin} ${found.folder}`
    const group = groups.get(key) ?? { command: process.execPath, args: [found.bin, ...found.args], folder: found.folder, files: [] }
    group.files.push(file)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ args, files: named, ...rest }) => ({ ...rest, args: [...args, ...named], files: named }))
}

function formatterOf(start: string): { readonly bin: string; readonly args: readonly string[]; readonly folder: string } | undefined {
  const biome = folderWith(start, biomeFiles)
  const prettier = folderWith(start, prettierFiles) ?? folderWithPrettierKey(start)
  // The nearer one decides.
  if (biome !== undefined && (prettier === undefined || biome.length >= prettier.length)) {
    const bin = binOf('@biomejs/biome', 'biome', biome)
    return bin === undefined ? undefined : { bin, args: ['format', '--write'], folder: biome }
  }
  const bin = prettier === undefined ? undefined : binOf('prettier', 'prettier', prettier)
  // It reads .prettierignore where it is run, and looks for its configuration from each file.
  return bin === undefined ? undefined : { bin, args: ['--write', '--log-level', 'warn'], folder: process.cwd() }
}

function folderWith(start: string, names: readonly string[]): string | undefined {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (names.some(name => existsSync(path.join(folder, name)))) return folder
    if (path.dirname(folder) === folder) return undefined
  }
}

function folderWithPrettierKey(start: string): string | undefined {
  const folder = folderWith(start, ['package.json'])
  if (folder === undefined) return undefined
  const manifest = manifestIn(path.join(folder, 'package.json'))
  return manifest?.prettier === undefined ? undefined : folder
}

function binOf(packageName: string, command: string, folder: string): string | undefined {
  try {
    const manifestPath = createRequire(path.join(folder, 'package.json')).resolve(`${packageName}/package.json`)
    const bin = manifestIn(manifestPath)?.bin
    const file = typeof bin === 'string' ? bin : (bin as Readonly<Record<string, string>> | undefined)?.[command]
    return file === undefined ? undefined : path.join(path.dirname(manifestPath), file)
  } catch {
    // Configured, and not installed.
    return undefined
  }
}

function manifestIn(file: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>
  } catch {
    // A broken package.json is told by whoever needs it.
    return undefined
  }
}
