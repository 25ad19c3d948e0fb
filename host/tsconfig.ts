import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

interface ConfigReader {
  parseConfigFileTextToJson(fileName: string, text: string): { error?: { messageText: string | { messageText: string } } }
}

const problems = new Map<string, string | undefined>()

/** Says what is wrong with the nearest tsconfig.json; undefined where nothing is, or where there is none. */
export function brokenConfigFor(file: string): string | undefined {
  const config = nearestConfig(path.dirname(file))
  if (config === undefined) return undefined
  if (!problems.has(config)) problems.set(config, problemOf(config))
  return problems.get(config)
}

function nearestConfig(folder: string): string | undefined {
  const candidate = path.join(folder, 'tsconfig.json')
  if (existsSync(candidate)) return candidate
  const parent = path.dirname(folder)
  return parent === folder ? undefined : nearestConfig(parent)
}

function problemOf(config: string): string | undefined {
  // The copy that the parser uses too; a config that it can't read would be taken for an empty one without a word.
  const typescript = createRequire(createRequire(import.meta.url).resolve('@typescript-eslint/typescript-estree'))('typescript') as ConfigReader
  const { error } = typescript.parseConfigFileTextToJson(config, readFileSync(config, 'utf8'))
  if (!error) return undefined
  const message = typeof error.messageText === 'string' ? error.messageText : error.messageText.messageText
  return `${config} is broken: ${message}`
}
