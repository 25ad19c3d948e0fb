import type { TSESTree } from '@typescript-eslint/types'
import { isInModulePackage } from '../analysis/packages.js'
import { moduleScope, scopeAt } from '../analysis/scopes.js'
import type { SourceUnit } from '../analysis/unit.js'
import { insert, type Edit, type ImportNeed } from './edit.js'
import { afterLineComment, endOf, layoutOf } from './layout.js'

/** The name under which `need` can be used at `node`; undefined where it means something else there. */
export function localName(unit: SourceUnit, need: ImportNeed, node: TSESTree.Node): string | undefined {
  const imported = importedAs(unit, need)
  const name = imported ?? need.name
  for (let scope = scopeAt(unit.scopes, node); scope; scope = scope.upper as typeof scope) {
    const variable = scope.set.get(name)
    if (!variable || variable.defs.length === 0) continue
    return imported !== undefined && scope === moduleScope(unit.scopes) ? name : undefined
  }
  return name
}

/** Edits that import what `needs` names and the file does not have yet: into an existing import of the package, else a new one. */
export function importEdits(unit: SourceUnit, needs: readonly ImportNeed[]): Edit[] {
  const edits: Edit[] = []
  for (const from of new Set(needs.map(need => need.from))) {
    const names = [...new Set(needs.filter(need => need.from === from && importedAs(unit, need) === undefined).map(need => need.name))]
    if (names.length > 0) edits.push(addNames(unit, from, names))
  }
  return edits
}

function addNames(unit: SourceUnit, from: string, names: readonly string[]): Edit {
  const list = names.join(', ')
  for (const statement of unit.ast.body) {
    const last = openList(statement, from)
    if (last) return insert(last.range[1], `, ${list}`)
  }
  const { quote, semicolon, newline } = layoutOf(unit)
  const isModule = usesImports(unit)
  const line = isModule ? `import { ${list} } from ${quote}${from}${quote}${semicolon}` : `const { ${list} } = require(${quote}${from}${quote})${semicolon}`
  const previous = unit.ast.body.filter(statement => statement.type === 'ImportDeclaration' || statement.type === 'TSImportEqualsDeclaration' || isDirective(statement) || (!isModule && isRequire(statement))).at(-1)
  if (previous) {
    const at = afterLineComment(unit.text, endOf(unit, previous))
    return insert(at, newline + (isDirective(previous) ? newline : '') + line)
  }
  const at = beforeFirstStatement(unit)
  return insert(at, line + newline + newline)
}

/** The last name of `import { … } from 'package'` or `const { … } = require('package')`. */
function openList(statement: TSESTree.ProgramStatement, from: string): TSESTree.Node | undefined {
  if (statement.type === 'ImportDeclaration') {
    if (statement.source.value !== from || statement.importKind === 'type') return undefined
    const last = statement.specifiers.at(-1)
    return last?.type === 'ImportSpecifier' ? last : undefined
  }
  return requiredNames(statement, from)?.properties.at(-1)
}

function importedAs(unit: SourceUnit, need: ImportNeed): string | undefined {
  for (const statement of unit.ast.body) {
    if (statement.type === 'ImportDeclaration' && statement.source.value === need.from && statement.importKind !== 'type') {
      for (const specifier of statement.specifiers) {
        if (specifier.type !== 'ImportSpecifier' || specifier.importKind === 'type') continue
        const name = specifier.imported.type === 'Identifier' ? specifier.imported.name : specifier.imported.value
        if (name === need.name) return specifier.local.name
      }
    }
    for (const property of requiredNames(statement, need.from)?.properties ?? []) {
      if (property.type === 'Property' && property.key.type === 'Identifier' && property.key.name === need.name && property.value.type === 'Identifier') return property.value.name
    }
  }
  return undefined
}

function requiredNames(statement: TSESTree.ProgramStatement, from: string): TSESTree.ObjectPattern | undefined {
  if (statement.type !== 'VariableDeclaration') return undefined
  const [declaration] = statement.declarations
  const init = declaration?.init
  if (declaration?.id.type !== 'ObjectPattern' || init?.type !== 'CallExpression' || init.callee.type !== 'Identifier' || init.callee.name !== 'require') return undefined
  const [source] = init.arguments
  return source?.type === 'Literal' && source.value === from ? declaration.id : undefined
}

function usesImports({ ast, path }: SourceUnit): boolean {
  if (ast.body.some(statement => statement.type.startsWith('Import') || statement.type.startsWith('Export'))) return true
  // Types come with an import only, also where TypeScript makes a require of it.
  if (/\.(?:[mc]?ts|tsx|mjs)$/.test(path)) return true
  return !/\.cjs$/.test(path) && !ast.body.some(isRequire) && isInModulePackage(path)
}

function isRequire(statement: TSESTree.ProgramStatement): boolean {
  if (statement.type !== 'VariableDeclaration') return false
  const init = statement.declarations[0]?.init
  return init?.type === 'CallExpression' && init.callee.type === 'Identifier' && init.callee.name === 'require'
}

function isDirective(statement: TSESTree.ProgramStatement): boolean {
  return statement.type === 'ExpressionStatement' && typeof statement.directive === 'string'
}

/** Before the first statement and the comment that belongs to it, after the file's own header. */
function beforeFirstStatement({ ast, text }: SourceUnit): number {
  const first = ast.body[0]
  if (!first) return text.length
  let at = first.range[0]
  for (const comment of [...(ast.comments ?? [])].reverse()) {
    if (comment.range[1] > at) continue
    const between = text.slice(comment.range[1], at)
    if (between.trim() !== '' || /\n\s*\n/.test(between) || isHeader(comment, text)) break
    at = comment.range[0]
  }
  return at
}

/** A comment about the file, not about the statement below it, as `@ts-expect-error` and `eslint-disable-next-line` are. */
function isHeader(comment: TSESTree.Comment, text: string): boolean {
  if (text.startsWith('#!') && comment.range[0] === 0) return true
  return /copyright|licen[sc]e|(?:eslint|oxlint)-(?:disable(?!-next)|env)|@ts-(?:no)?check|@jsx|@flow|@format|@file/i.test(comment.value)
}
