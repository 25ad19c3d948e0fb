import type { TSESTree } from '@typescript-eslint/types'
import path from 'node:path'
import type ts from 'typescript'
import { moduleName, packageOf } from '../packages.js'
import type { Specifier } from './oracle.js'

/** Whether the type, or a part of an intersection, or every member of a union, is one that `specifier` names. */
export function matchesType(type: ts.Type, specifier: Specifier, program: ts.Program): boolean {
  if ((type as { intrinsicName?: string }).intrinsicName === 'error') return false
  if (type.isUnion()) return type.types.every(part => matchesType(part, specifier, program))
  if (isNamed(type, specifier) && (typeof specifier === 'string' || comesFrom(type, specifier, program))) return true
  return type.isIntersection() && type.types.some(part => matchesType(part, specifier, program))
}

/** Whether `specifier` names the value that `node` is: an identifier, by its name, and for packages also by its origin. */
export function matchesValue(node: TSESTree.Node, type: ts.Type, specifier: Specifier, program: ts.Program): boolean {
  if (node.type !== 'Identifier') return false
  if (typeof specifier === 'string') return specifier === node.name
  if (![specifier.name].flat().includes(node.name)) return false
  return specifier.from !== 'package' || comesFrom(type, specifier, program)
}

/** Whether the type is called `name` and declared in the package `packageName`. */
export function isDeclaredIn(type: ts.Type, name: string, packageName: string, program: ts.Program): boolean {
  return matchesType(type, { from: 'package', name, package: packageName }, program)
}

/** The module that a declaration belongs to: `declare module 'name'`, or the package that its file is in; `lib` for what the platform declares. */
export function moduleOf(declaration: ts.Node): string | undefined {
  for (let at: ts.Node | undefined = declaration; at; at = at.parent) {
    const { name } = at as { name?: { text?: string } }
    // The numbers of syntax kinds differ between versions; only a module's name is a string in front of a body.
    if ('body' in at && name?.text !== undefined && /^declare\s+module\s+["']/.test(at.getText().slice(0, 40))) return moduleName(name.text)
  }
  const file = declaration.getSourceFile()
  const name = samePath(file.fileName)
  const inPackage = /.*\/node_modules\/(\.prisma\/client|@[^/]+\/[^/]+|[^/]+)\//.exec(name)?.[1]
  if (inPackage === 'typescript') return 'lib'
  if (inPackage === '@types/node') return 'lib'
  if (inPackage?.startsWith('@types/')) return inPackage.slice('@types/'.length).replace(/^(.+)__/, '@$1/')
  if (inPackage !== undefined) return inPackage
  if (/@prisma\/client\/runtime/.test(file.text.slice(0, 3000))) return '@prisma/client'
  return packageOf(file.fileName)
}

function isNamed(type: ts.Type, specifier: Specifier): boolean {
  const names: readonly string[] = typeof specifier === 'string' ? [specifier] : [specifier.name].flat()
  const symbol = type.aliasSymbol ?? type.getSymbol()
  return [symbol?.name, type.getSymbol()?.name].some(name => name !== undefined && names.includes(name))
}

function comesFrom(type: ts.Type, specifier: Exclude<Specifier, string>, program: ts.Program): boolean {
  const declarations = (type.getSymbol() ?? type.aliasSymbol)?.getDeclarations() ?? []
  const files = declarations.map(declaration => declaration.getSourceFile())
  switch (specifier.from) {
    case 'lib':
      // A type without a declaration, such as `string`, belongs to the language.
      return files.length === 0 || files.some(file => program.isSourceFileDefaultLibrary(file))
    case 'file':
      return files.some(file => isProjectFile(file.fileName, specifier.path, program))
    case 'package':
      return declarations.some(declaration => isInModule(declaration, specifier.package)) || files.some(file => isFileOfPackage(file.fileName, specifier.package))
  }
}

function isProjectFile(fileName: string, wanted: string | undefined, program: ts.Program): boolean {
  const root = program.getCurrentDirectory()
  if (wanted === undefined) return samePath(fileName).startsWith(samePath(root)) && !fileName.includes('/node_modules/')
  return samePath(fileName) === samePath(path.resolve(root, wanted))
}

/** `declare module 'name' { … }`. */
function isInModule(declaration: ts.Declaration, packageName: string): boolean {
  for (let at: ts.Node | undefined = declaration; at; at = at.parent) {
    const { name } = at as { name?: { text?: string } }
    if (name?.text === packageName && 'body' in at) return true
  }
  return false
}

function isFileOfPackage(fileName: string, packageName: string): boolean {
  const types = packageName.replace(/^@([^/]+)\//, '$1__')
  const file = samePath(fileName)
  if (file.includes(`/node_modules/${packageName}/`) || file.includes(`/node_modules/@types/${types}/`)) return true
  // A workspace package is linked, so its real path does not say which package it is.
  return !file.includes('/node_modules/') && packageOf(fileName) === packageName
}

function samePath(file: string): string {
  return path.normalize(file).replaceAll('\\', '/')
}
