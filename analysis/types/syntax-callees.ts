import type { ScopeManager, Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import { constantValue, isGlobal, isReassigned, variableOf } from '../scopes.js'
import { moduleName } from '../packages.js'
import { isFunction, memberName, ownMethod, unwrap, type FunctionNode } from '../walk.js'
import type { Callee } from './oracle.js'

/** What a call of `value` runs, as far as one file says: its own functions, what it imports from a package, what the platform has. */
export function calleeBySyntax(path: string, scopes: ScopeManager, value: TSESTree.Expression, isArray: (node: TSESTree.Expression) => boolean, isNew = false): Callee {
  const callee = unwrap(value)
  if (isFunction(callee)) return ofFunction(callee)
  if (callee.type === 'Identifier') return named(callee)
  if (callee.type !== 'MemberExpression') return unknown
  const method = ownMethod(callee)
  if (method) return ofFunction(method)
  const member = memberName(callee)
  const object = unwrap(callee.object)
  if (member === undefined) return unknown
  if (isArray(object)) return { kind: 'declared', package: 'lib', type: 'Array', member }
  if (object.type !== 'Identifier') return unknown
  const variable = variableOf(scopes, object)
  if (variable && variable.defs.length > 0) {
    const source = moduleBehind(variable)
    return source === undefined ? memberOf(variable, member) : isRelative(source) ? elsewhere : { kind: 'declared', package: moduleName(source), type: undefined, member }
  }
  return isGlobal(scopes, object, object.name) ? { kind: 'declared', package: 'lib', type: typeOfGlobal(object.name), member } : unknown

  function named(identifier: TSESTree.Identifier): Callee {
    const variable = variableOf(scopes, identifier)
    if (!variable || variable.defs.length === 0) return { kind: 'declared', package: 'lib', ...(isNew ? { type: identifier.name, member: 'constructor' } : { type: undefined, member: identifier.name }) }
    const [definition] = variable.defs
    if (definition?.type === 'ImportBinding') {
      const source = moduleBehind(variable)
      if (source === undefined || isRelative(source)) return elsewhere
      const { node } = definition
      const member = node.type === 'ImportSpecifier' && node.imported.type === 'Identifier' ? node.imported.name : 'default'
      return { kind: 'declared', package: moduleName(source), ...(isNew ? { type: member, member: 'constructor' } : { type: undefined, member }) }
    }
    if (definition?.type === 'ClassName' && isNew) return constructed(definition.node)
    if (definition?.type === 'FunctionName' && isFunction(definition.node) && variable.defs.length === 1 && !isReassigned(variable)) return ofFunction(definition.node)
    const value = constantValue(variable)
    return value && isFunction(value) ? ofFunction(value) : unknown
  }

  function constructed(type: TSESTree.ClassDeclaration | TSESTree.ClassExpression): Callee {
    const constructor = type.body.body.find(member => member.type === 'MethodDefinition' && member.kind === 'constructor')
    if (constructor?.type === 'MethodDefinition' && isFunction(constructor.value)) return ofFunction(constructor.value)
    const isImplicit = !type.superClass && !type.body.body.some(member => member.type === 'PropertyDefinition' && member.value)
    return { kind: 'declared', package: undefined, type: type.id?.name, member: 'constructor', isImplicit }
  }

  /** `const api = { async load() {} }`, which nothing assigns to. */
  function memberOf(variable: Variable, member: string): Callee {
    const value = constantValue(variable)
    if (value?.type !== 'ObjectExpression' || value.properties.some(({ type }) => type === 'SpreadElement')) return unknown
    const isChanged = variable.references.some(({ identifier: { parent } }) => parent?.type === 'MemberExpression' && parent.parent.type === 'AssignmentExpression' && parent.parent.left === parent)
    const property = value.properties.find(candidate => candidate.type === 'Property' && !candidate.computed && candidate.key.type === 'Identifier' && candidate.key.name === member)
    return !isChanged && property?.type === 'Property' && isFunction(property.value) ? ofFunction(property.value) : unknown
  }

  function ofFunction({ range }: FunctionNode): Callee {
    return { kind: 'function', path, range }
  }

  /** The module that a name stands for, or comes from. */
  function moduleBehind(variable: Variable): string | undefined {
    const [definition] = variable.defs
    if (definition?.type === 'ImportBinding') return definition.parent.type === 'ImportDeclaration' ? definition.parent.source.value : undefined
    const value = constantValue(variable)
    const [source] = value?.type === 'CallExpression' && isGlobal(scopes, value.callee, 'require') ? value.arguments : []
    return source?.type === 'Literal' && typeof source.value === 'string' ? source.value : undefined
  }
}

const unknown: Callee = { kind: 'unknown', why: 'without types nobody can tell what it is', isUntyped: true }
const elsewhere: Callee = { kind: 'unknown', why: 'it is in another file, which only types lead to' }

function isRelative(source: string): boolean {
  return source.startsWith('.') || source.startsWith('/') || source.startsWith('#') || source.startsWith('@/') || source.startsWith('~')
}

/** The interface that TypeScript's library gives a global object. */
function typeOfGlobal(name: string): string {
  if (name === 'console') return 'Console'
  return ['Math', 'JSON', 'Reflect', 'Atomics', 'Intl'].includes(name) ? name : `${name}Constructor`
}
