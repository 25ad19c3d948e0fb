import { analyze } from '@typescript-eslint/scope-manager'
import type * as Estree from '@typescript-eslint/typescript-estree'
import type { TSESTree } from '@typescript-eslint/types'
import { createRequire } from 'node:module'
import type ts from 'typescript'
import { syntaxOracle } from './types/from-syntax.js'
import { typescriptOracle, type CheckedProgram } from './types/from-typescript.js'
import type { SourceUnit } from './unit.js'
import { linkParents } from './walk.js'

/** The other files of a program: what the functions are that a file calls. */
export interface Project {
  /** A file of the project as the analysis sees it; undefined where it can't be read, and for files of packages. */
  unitOf(path: string): SourceUnit | undefined
}

const projects = new WeakMap<ts.Program, Project>()

/** One project for each program, so that an editor that changes a file gets new answers. */
export function projectOf(program: ts.Program): Project {
  let project = projects.get(program)
  if (!project) projects.set(program, (project = openProject(program)))
  return project
}

function openProject(program: ts.Program): Project {
  const units = new Map<string, SourceUnit | undefined>()
  const project: Project = {
    unitOf(path) {
      if (!units.has(path)) units.set(path, open(path))
      return units.get(path)
    },
  }
  return project

  function open(path: string): SourceUnit | undefined {
    const file = program.getSourceFile(path)
    if (!file || file.isDeclarationFile || path.includes('/node_modules/')) return undefined
    const parsed = parsedFile(file)
    if (!parsed) return undefined
    const { ast, scopes } = parsed
    const checked: CheckedProgram = { program, esTreeNodeToTSNodeMap: { get: node => nodeAt(file, node.range) } }
    const types = typescriptOracle(checked, path, syntaxOracle(path, ast, scopes))
    // Nothing is rewritten in a file that is only looked into.
    return { path, text: file.text, ast, scopes, types, project, resolves: () => false }
  }
}

interface ParsedFile {
  readonly ast: TSESTree.Program
  readonly scopes: ReturnType<typeof analyze>
}

/** A program that follows another one keeps the files that did not change, and so do we. */
const parsedFiles = new WeakMap<ts.SourceFile, ParsedFile | null>()

function parsedFile(file: ts.SourceFile): ParsedFile | null {
  let parsed = parsedFiles.get(file)
  if (parsed === undefined) parsedFiles.set(file, (parsed = parse(file)))
  return parsed
}

function parse({ text, fileName }: ts.SourceFile): ParsedFile | null {
  try {
    const ast = parser().parse(text, { filePath: fileName, jsx: !/\.[mc]?ts$/.test(fileName), loc: true, range: true, loggerFn: false, jsDocParsingMode: 'none', allowInvalidAST: true }) as TSESTree.Program
    linkParents(ast)
    return { ast, scopes: analyze(ast, { sourceType: 'module' }) }
  } catch {
    return null
  }
}

/** The innermost node that takes up exactly this range. */
function nodeAt(file: ts.SourceFile, [start, end]: readonly [number, number]): ts.Node | undefined {
  let found: ts.Node | undefined
  let at: ts.Node | undefined = file
  while (at) {
    const next: ts.Node | undefined = at.forEachChild(child => (child.pos <= start && end <= child.end && child.getStart(file) <= start ? child : undefined))
    if (next && next.end === end && next.getStart(file) === start) found = next
    at = next
  }
  return found
}

let loaded: typeof Estree | undefined

/** Loaded when a file is first looked into, since it brings the compiler along. */
function parser(): typeof Estree {
  return (loaded ??= createRequire(import.meta.url)('@typescript-eslint/typescript-estree') as typeof Estree)
}
