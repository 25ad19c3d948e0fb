import { analyze } from '@typescript-eslint/scope-manager'
import { parse, parseAndGenerateServices, type ParserServices } from '@typescript-eslint/typescript-estree'
import type { TSESTree } from '@typescript-eslint/types'
import path from 'node:path'
import type ts from 'typescript'
import { projectOf } from '../analysis/project.js'
import { resolverFor, settingsFor, SettingsProblem, type Settings } from '../analysis/settings/settings.js'
import { syntaxOracle } from '../analysis/types/from-syntax.js'
import { typescriptOracle, type CheckedProgram } from '../analysis/types/from-typescript.js'
import type { SourceUnit } from '../analysis/unit.js'
import { linkParents } from '../analysis/walk.js'
import { configFor, parsersTypescript } from './tsconfig.js'
import { readUnbuiltPackages } from './workspace-sources.js'

export interface HostOptions {
  /** Whether to look for a tsconfig.json and ask its types. Default: true. */
  readonly types?: boolean
}

export interface LoadedUnit {
  readonly unit: SourceUnit
  /** Why there is no type information, as a sentence; undefined where there is. */
  readonly untyped: string | undefined
}

/** What is wrong with a file, as a sentence for its author. */
export class FileProblem extends Error {}

/**
 * Makes a source unit of a file, typed where a tsconfig.json around it includes it.
 *
 * @param file where the file is; may be relative to the working directory
 * @param text its text, which need not be what is on disk
 * @throws {FileProblem} where it can't be parsed, or the settings of its package.json say nothing
 */
export function loadUnit(file: string, text: string, { types = true }: HostOptions = {}): LoadedUnit {
  const absolute = path.resolve(file)
  const typed = types ? parseTyped(absolute, text) : { reason: 'types were switched off' }
  if ('services' in typed) return { unit: unitOf(absolute, text, typed.ast, typed.services), untyped: undefined }
  return { unit: unitOf(absolute, text, parsePlain(absolute, text)), untyped: typed.reason }
}

const options = { comment: true, loc: true, range: true, loggerFn: false } as const

function parseTyped(file: string, text: string): { ast: TSESTree.Program; services: ParserServices } | { reason: string } {
  const config = configFor(file)
  if (!config.included) return config
  if (!isPrepared) prepare(parsersTypescript())
  isPrepared = true
  try {
    // The project service looks no higher than this folder for a tsconfig.json.
    const tsconfigRootDir = path.parse(file).root
    // Where CI=true is set, the parser takes every file for one that never changes; `fix` changes them.
    return parseAndGenerateServices(text, { ...options, filePath: file, projectService: true, disallowAutomaticSingleRunInference: true, tsconfigRootDir })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (/was not found by the project service|not found in any of the provided|default project/.test(message)) return { reason: 'no tsconfig.json around it includes it' }
    // A syntax error is told by the parse that follows; anything else is about the project.
    return { reason: firstLine(message) }
  }
}

let isPrepared = false

function prepare({ server, sys }: typeof ts): void {
  readUnbuiltPackages(sys)
  // For each file that no project has, the parser reads all projects anew, since an editor's lists of files may be old: a command's are not.
  server.ProjectService.prototype.reloadProjects = () => {}
}

function parsePlain(file: string, text: string): TSESTree.Program {
  try {
    return parse(text, { ...options, filePath: file, jsx: !/\.[mc]?ts$/.test(file) }) as TSESTree.Program
  } catch (error) {
    const { message, location } = error as { message: string; location?: { start: { line: number; column: number } } }
    const where = location ? ` (line ${location.start.line}, column ${location.start.column + 1})` : ''
    throw new FileProblem(`It can't be parsed: ${firstLine(message).replace(/[.]$/, '')}${where}.`)
  }
}

function unitOf(file: string, text: string, ast: TSESTree.Program, services?: ParserServices): SourceUnit {
  linkParents(ast)
  const scopes = analyze(ast, { sourceType: ast.sourceType })
  const syntax = syntaxOracle(file, ast, scopes)
  const types = services?.program ? typescriptOracle(services as CheckedProgram, file, syntax) : syntax
  const settings = settingsOf(file)
  const project = services?.program ? projectOf(services.program, settings) : undefined
  const unit: SourceUnit = { path: file, text, ast, scopes, types, project, settings, resolves: resolverFor(file, settings) }
  project?.keep(unit)
  return unit
}

function settingsOf(file: string): Settings | undefined {
  try {
    return settingsFor(file)
  } catch (error) {
    throw error instanceof SettingsProblem ? new FileProblem(error.message) : error
  }
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message
}
