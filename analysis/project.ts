import { analyze } from '@typescript-eslint/scope-manager'
import type * as Estree from '@typescript-eslint/typescript-estree'
import type { TSESTree } from '@typescript-eslint/types'
import { createRequire } from 'node:module'
import type ts from 'typescript'
import type { Settings } from './settings/settings.js'
import { syntaxOracle } from './types/from-syntax.js'
import { typescriptOracle, type CheckedProgram } from './types/from-typescript.js'
import type { SourceUnit } from './unit.js'
import { linkParents } from './walk.js'

/** The other files of a program: what the functions are that a file calls. */
export interface Project {
  /** A file of the project as the analysis sees it; undefined where it can't be read, and for files of packages. */
  unitOf(path: string): SourceUnit | undefined
  /** Takes a file that is analysed itself for the others that lead to it, so that it is not read twice. */
  keep(unit: SourceUnit): void
  /** Whether a class or an object of the project may have a getter of this name: most properties are told apart so. */
  mayBeGetter(name: string): boolean
}

const projects = new WeakMap<ts.Program, Map<Settings | undefined, Project>>()

/** One project for each program and settings, so that an editor that changes a file gets new answers. */
export function projectOf(program: ts.Program, settings?: Settings): Project {
  const known = projects.get(program) ?? new Map<Settings | undefined, Project>()
  projects.set(program, known)
  let project = known.get(settings)
  if (!project) known.set(settings, (project = openProject(program, settings)))
  return project
}

function openProject(program: ts.Program, settings: Settings | undefined): Project {
  const units = new Map<string, SourceUnit | undefined>()
  const kept = new Map<string, SourceUnit>()
  const project: Project = {
    unitOf(path) {
      if (!units.has(path)) units.set(path, kept.get(path) ?? open(path))
      return units.get(path)
    },
    keep(unit) {
      const file = program.getSourceFile(unit.path)
      // A file whose script is a part of it, as with Vue, has other ranges than the program's.
      if (file?.text === unit.text) keepForAWhile(kept, file.fileName, unit)
    },
    mayBeGetter: name => gettersOf(program).has(name),
  }
  return project

  function open(path: string): SourceUnit | undefined {
    const file = program.getSourceFile(path)
    if (!file || file.isDeclarationFile || path.includes('/node_modules/')) return undefined
    const parsed = parsedFile(file)
    if (!parsed) return undefined
    const { ast, scopes, nodes = { get: ({ range }) => nodeAt(file, range) } } = parsed
    const checked: CheckedProgram = { program, esTreeNodeToTSNodeMap: nodes }
    const types = typescriptOracle(checked, path, syntaxOracle(path, ast, scopes))
    // Nothing is rewritten in a file that is only looked into.
    return { path, text: file.text, ast, scopes, types, project, settings, resolves: () => false }
  }
}

/** How many characters of source are kept, of all projects together: their trees take some hundred times that. */
const mostKept = 1_000_000
const recent: { readonly kept: Map<string, SourceUnit>; readonly path: string; readonly size: number }[] = []
let sizeKept = 0

/** What nobody was led to by then goes, the oldest first. */
function keepForAWhile(kept: Map<string, SourceUnit>, path: string, unit: SourceUnit): void {
  kept.set(path, unit)
  recent.push({ kept, path, size: unit.text.length })
  sizeKept += unit.text.length
  while (sizeKept > mostKept) {
    const oldest = recent.shift()
    oldest?.kept.delete(oldest.path)
    sizeKept -= oldest?.size ?? sizeKept
  }
}

/** Lets go of the files that were kept, and with them of the programs that they are from. */
export function forgetFiles(): void {
  for (const { kept } of recent.splice(0)) kept.clear()
  sizeKept = 0
}

const getters = new WeakMap<ts.Program, ReadonlySet<string>>()

function gettersOf(program: ts.Program): ReadonlySet<string> {
  let names = getters.get(program)
  if (!names) {
    const files = program.getSourceFiles().filter(({ isDeclarationFile, fileName }) => !isDeclarationFile && !fileName.includes('/node_modules/'))
    getters.set(program, (names = new Set(files.flatMap(({ text }) => [...gettersIn(text)]))))
  }
  return names
}

/** The names of a file's getters, by its text, so that a comment may name one too many. */
export function gettersIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/\bget\s+(#?[\w$]+)\s*\(/g)].map(([, name]) => name as string))
}

interface ParsedFile {
  readonly ast: TSESTree.Program
  /** The nodes that the checker knows, where the tree was made from the program's own. */
  readonly nodes?: CheckedProgram['esTreeNodeToTSNodeMap'] | undefined
  readonly scopes: ReturnType<typeof analyze>
}

/** A program that follows another one keeps the files that did not change, and so do we. */
const parsedFiles = new WeakMap<ts.SourceFile, ParsedFile | null>()

function parsedFile(file: ts.SourceFile): ParsedFile | null {
  let parsed = parsedFiles.get(file)
  if (parsed === undefined) parsedFiles.set(file, (parsed = parse(file)))
  return parsed
}

function parse(file: ts.SourceFile): ParsedFile | null {
  const { text, fileName } = file
  const options = { filePath: fileName, jsx: !/\.[mc]?ts$/.test(fileName), loc: true, range: true, loggerFn: false, jsDocParsingMode: 'none', allowInvalidAST: true } as const
  try {
    // The file is parsed already; only the parser's tree is to be made of it.
    const isOwn = isOfParser(file)
    const { ast, services } = parser().parseAndGenerateServices(isOwn ? file : text, { ...options, preserveNodeMaps: isOwn })
    linkParents(ast as TSESTree.Program)
    return { ast: ast as TSESTree.Program, scopes: analyze(ast as TSESTree.Program, { sourceType: 'module' }), nodes: isOwn ? (services.esTreeNodeToTSNodeMap as CheckedProgram['esTreeNodeToTSNodeMap']) : undefined }
  } catch {
    return null
  }
}

/** Whether the parser's TypeScript numbers its syntax kinds as the program's does, so that it can read the program's trees. */
function isOfParser({ kind }: ts.SourceFile): boolean {
  return kind === compiler().SyntaxKind.SourceFile
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

const require = createRequire(import.meta.url)
let loaded: typeof Estree | undefined
let parsers: typeof ts | undefined

/** Loaded when a file is first looked into, since it brings the compiler along. */
function parser(): typeof Estree {
  return (loaded ??= require('@typescript-eslint/typescript-estree') as typeof Estree)
}

/** The compiler that the parser uses. */
function compiler(): typeof ts {
  return (parsers ??= createRequire(require.resolve('@typescript-eslint/typescript-estree'))('typescript') as typeof ts)
}
