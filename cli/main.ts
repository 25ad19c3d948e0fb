#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { useProjectTypescript } from '../host/own-typescript.js'
import { version } from '../version.js'
import type { FixOptions } from './fix.js'
import type { ScanOptions } from './scan.js'
import { shardFrom } from './shard.js'

// The parser takes the first TypeScript that it finds, so it is loaded behind this.
useProjectTypescript(process.cwd())
const [{ scan, formats }, { explain }, { fix }, { codemods }, { FileProblem }, { limitFrom }] = await Promise.all([import('./scan.js'), import('./explain.js'), import('./fix.js'), import('../codemods/all.js'), import('../host/units.js'), import('../codemods/codemod.js')]).catch(sayMissing)

/** Exit codes: 0 clean or done, 1 findings or pending changes, 2 something failed. See docs/cli.md. */
async function main(argv: readonly string[]): Promise<number> {
  let code = 0
  const program = new Command('structured-async')
    .description('Finds promises that nobody waits for, and rewrites them. Needs no configuration and no ESLint.')
    .version(version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })

  program
    .command('scan')
    .description('Report every finding in the files below the paths (default: the current folder).')
    .argument('[paths...]')
    .addOption(new Option('--format <format>', 'how to print the findings').choices(Object.keys(formats)).default('stylish'))
    .option('--baseline <file>', 'fail only on findings that this file does not have')
    .option('--update-baseline', 'write what is found to the baseline')
    .addOption(shardOption())
    .addOption(workersOption())
    .option('--explain <file:line>', 'instead, what is known of the awaits on that line, and what keeps them from starting earlier')
    .option('--no-types', 'do not look for a tsconfig.json; faster, and finds only what the syntax proves')
    .action(async (paths: string[], options: ScanOptions & { explain?: string }) => {
      if (options.updateBaseline && options.baseline === undefined) throw new FileProblem('--update-baseline has no file to write: say which with --baseline <file>.')
      if (options.explain !== undefined && options.format !== 'stylish') throw new FileProblem('--explain prints for people alone. Leave out --format.')
      code = options.explain === undefined ? await scan(paths, options) : explain(options.explain, options)
    })

  program
    .command('fix')
    .description(`Preview what the codemods would change, as a diff; --write makes the changes. Codemods: ${codemods.map(({ name }) => name).join(', ')} (default: all${codemods.filter(({ isNamed }) => isNamed).map(({ name }) => ` but ${name}`).join('')}).`)
    .argument('[codemods and paths...]', 'names of codemods, then files and folders (default: the current folder)')
    .option('--write', 'change the files')
    .option('--interactive', 'ask about each change, and write those that are taken')
    .option('--check', 'for CI: only say which files would change')
    .option('--json', 'print a report for programs')
    .option('--todo', 'leave a comment with the reason where a codemod refuses')
    .option('--install', 'add the runtime to the package where new code imports it')
    .option('--no-format', 'do not run the prettier or biome that the project configures over changed files')
    .addOption(shardOption())
    .addOption(workersOption())
    .option('--allow-dirty', 'write although git has uncommitted changes')
    .addOption(new Option('--target <target>', 'what the new code calls: the runtime package, or only the language (default: what the settings say, else structured-async)').choices(['structured-async', 'native']))
    .option('--likely', 'also rewrite what is likely to be safe, and not proven')
    .addOption(new Option('--limit <number>', 'how many rounds of a loop run at once, or none for all (default: 8)').argParser(limitArgument))
    .option('--no-types', 'do not look for a tsconfig.json')
    .action(async (words: string[], options: Omit<FixOptions, 'write' | 'allowDirty'> & Partial<Pick<FixOptions, 'write' | 'allowDirty'>>) => {
      for (const [one, other] of [['write', 'check'], ['interactive', 'check'], ['interactive', 'json']] as const) {
        if (options[one] && options[other]) throw new FileProblem(`--${one} and --${other} say opposite things. Leave one of them out.`)
      }
      code = await fix(words, { ...options, write: options.write ?? false, allowDirty: options.allowDirty ?? false, isTerminal: process.stdin.isTTY && process.stdout.isTTY })
    })

  await program.parseAsync(argv, { from: 'user' })
  return code
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else if (error instanceof FileProblem) {
    console.error(error.message)
    process.exitCode = 2
  } else throw error
}

function shardOption(): Option {
  return new Option('--shard <i/n>', 'only one of several parts of the files, as in 2/5, for machines that share a run').argParser(text => {
    try {
      return shardFrom(text)
    } catch (error) {
      throw new InvalidArgumentError((error as RangeError).message)
    }
  })
}

function workersOption(): Option {
  return new Option('--workers <number>', 'how many threads read files (default: one for two cores, where there are files enough)').argParser(text => {
    if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError(`The number of workers is a whole number from 1 to 999; not '${text}'.`)
    return Number(text)
  })
}

function limitArgument(text: string): number {
  try {
    return limitFrom(text)
  } catch (error) {
    throw new InvalidArgumentError((error as RangeError).message)
  }
}

function sayMissing(error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException
  if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_MODULE_NOT_FOUND') throw error
  const name = /Cannot find (?:module|package) '([^']+)'/.exec(message)?.[1] ?? 'A module'
  console.error(`${name} is not installed, and structured-async can't read a file without it. Install it beside eslint-plugin-structured-async${name === 'typescript' ? ', in a version from 5.4 to 6.0' : ''}.`)
  process.exit(2)
}
