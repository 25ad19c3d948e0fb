import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type ts from 'typescript'

/** The tsconfig.json in a folder or the nearest one above; undefined where there is none. */
export function configAround(folder: string): string | undefined {
  let found = nearest.get(folder)
  if (found === undefined) {
    const config = path.join(folder, 'tsconfig.json')
    const parent = path.dirname(folder)
    found = existsSync(config) ? config : parent === folder ? null : (configAround(parent) ?? null)
    nearest.set(folder, found)
  }
  return found ?? undefined
}

const nearest = new Map<string, string | null>()

/** What is known of a file's types before a program is built. */
export type ConfigAnswer = { readonly included: true } | { readonly included: false; readonly reason: string }

/**
 * Whether a tsconfig.json in the file's folder or above includes it, itself or through its references. Asked before the
 * project service, which builds a program for every file that nobody includes before it says so.
 */
export function configFor(file: string): ConfigAnswer {
  let broken: string | undefined
  for (let config = configAround(path.dirname(file)); config !== undefined; config = configAround(path.dirname(path.dirname(config)))) {
    const project = readProject(config)
    broken ??= project.broken
    if (mayInclude(project, file, new Set())) return { included: true }
    if (path.dirname(config) === path.parse(config).root) break
  }
  return { included: false, reason: broken ?? 'no tsconfig.json around it includes it' }
}

interface Project {
  readonly config: string
  readonly files: ReadonlySet<string>
  /** `files` names entry points, whose imports belong to the project too. */
  readonly hasEntries: boolean
  readonly references: readonly string[]
  readonly broken: string | undefined
}

const projects = new Map<string, Project>()

function mayInclude(project: Project, file: string, seen: Set<string>): boolean {
  if (project.broken !== undefined || seen.has(project.config)) return false
  seen.add(project.config)
  if (project.files.has(file) || (project.hasEntries && /\.[mc]?tsx?$/.test(file))) return true
  return project.references.some(reference => existsSync(reference) && mayInclude(readProject(reference), file, seen))
}

function readProject(config: string): Project {
  let project = projects.get(config)
  if (!project) projects.set(config, (project = parseProject(config)))
  return project
}

function parseProject(config: string): Project {
  const typescript = parsersTypescript()
  const { config: raw, error } = typescript.readConfigFile(config, typescript.sys.readFile) as { config?: { files?: unknown[] }; error?: ts.Diagnostic }
  if (error || !raw) return { config, files: new Set(), hasEntries: false, references: [], broken: brokenBecause(config, error) }
  const parsed = typescript.parseJsonConfigFileContent(raw, typescript.sys, path.dirname(config), undefined, config)
  // 18003 and 18002: a config without files, which a solution's is.
  const wrong = parsed.errors.find(({ code }) => code !== 18003 && code !== 18002)
  return {
    config,
    files: new Set(parsed.fileNames.map(name => path.resolve(name))),
    hasEntries: (raw.files?.length ?? 0) > 0,
    references: (parsed.projectReferences ?? []).map(reference => (reference.path.endsWith('.json') ? reference.path : path.join(reference.path, 'tsconfig.json'))),
    broken: wrong ? brokenBecause(config, wrong) : undefined,
  }
}

function brokenBecause(config: string, error: ts.Diagnostic | undefined): string {
  const message = error?.messageText
  return `${config} is broken: ${typeof message === 'string' ? message : (message?.messageText ?? 'it is empty')}`
}

/** The copy of TypeScript that the parser uses. */
export function parsersTypescript(): typeof ts {
  return createRequire(createRequire(import.meta.url).resolve('@typescript-eslint/typescript-estree'))('typescript') as typeof ts
}
