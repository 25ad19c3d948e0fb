import type { TSESTree } from '@typescript-eslint/types'
import type { Variable } from '@typescript-eslint/scope-manager'
import { isLazy } from '../queries/lazy.js'
import { variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { codeAround, unwrap, type FunctionNode } from '../walk.js'
import { useOfContainer } from './container-uses.js'
import { mapperOf } from './lists.js'
import type { FloatingOptions } from './floating.js'
import { hasHandler, isSettled } from './rejection.js'
import { isValue, readsOf, useOf, type Use } from './uses.js'

/** The types of the nodes that {@link promisesBoundAt} may find something at. */
export const bindingPlaces = ['VariableDeclarator', 'AssignmentExpression', 'AssignmentPattern'] as const

/** A promise that is made and put into a variable or a field which only one function looks into. */
export interface BoundPromise {
  /** What makes the promise. */
  readonly made: TSESTree.Expression
  /** Where it is put: the variable's name, or `this.#field`. */
  readonly holder: TSESTree.Identifier | TSESTree.MemberExpression
  /** The variable, if it is one. */
  readonly variable?: Variable
  /** How messages name that. */
  readonly name: string
  /** Every place that names it, in the order of the source; what is declared without a value loses the one that it had. */
  readonly mentions: readonly TSESTree.Node[]
  /** The places that look at what is in it. */
  readonly reads: readonly TSESTree.Node[]
  readonly fn: FunctionNode | TSESTree.Program
  /** What a mention does to the promise, where the variable holds it in a container. */
  readonly use?: (mention: TSESTree.Node) => Use
}

export interface PromiseInVariable extends BoundPromise {
  readonly holder: TSESTree.Identifier
}

/** The promises that one declaration, assignment or default value makes and puts into a variable, but for those that have a handler already. */
export function promisesBoundAt(node: TSESTree.Node, unit: SourceUnit, options: PromiseOptions): PromiseInVariable[] {
  // The value of an assignment may go on: `return (p ??= f())`.
  if (node.type === 'AssignmentExpression' && useOf(unit, node, options) === 'handles') return []
  return bindingsOf(node).flatMap(({ identifier, value }) => {
    const making = makings(value)
    if (making.length === 0) return []
    const variable = variableOf(unit.scopes, identifier)
    const fn = variable && homeOf(variable, identifier)
    if (!fn) return []
    const made = making.find(candidate => isUnhandledPromise(unit, candidate, options))
    if (!made) return []
    const question = { thenables: options.checkThenables, safeTypes: options.allowForKnownSafePromises }
    // Its declared type may be one of those that may float.
    const isHeld = unit.types.isPromise(identifier, question) !== 'no' || unit.types.isPromiseList(identifier, question) !== 'no'
    if (!isHeld) return []
    // Of a list, `all.length` takes nothing out.
    return [{ made, ...heldBy(variable, identifier), fn, ...(mapperOf(made) && { use: (mention: TSESTree.Node) => useOfContainer(unit, mention, undefined, options) }) }]
  })
}

/** What there is to know about a variable that holds a promise from `holder` on. */
export function heldBy(variable: Variable, holder: TSESTree.Identifier): Pick<PromiseInVariable, 'holder' | 'variable' | 'name' | 'mentions' | 'reads'> {
  const mentions = new Set([...variable.references.filter(isValue).map(({ identifier }) => identifier as TSESTree.Node), ...variable.defs.map(({ name }) => name as TSESTree.Node)])
  return { holder, variable, name: variable.name, mentions: [...mentions], reads: readsOf(variable) }
}

/** Whether a promise, or a list of them, is made here, that has no handler yet and needs one. */
export function isUnhandledPromise(unit: SourceUnit, candidate: TSESTree.Expression, options: PromiseOptions): boolean {
  const question = { thenables: options.checkThenables, safeTypes: options.allowForKnownSafePromises }
  const isPromise = unit.types.isPromise(candidate, question) === 'yes' || (mapperOf(candidate) !== undefined && unit.types.isPromiseList(candidate, question) === 'yes')
  // A query that has not started is for another rule.
  if (!isPromise || isSettled(unit, candidate) || hasHandler(unit, candidate) || isLazy(unit, candidate)) return false
  return !(candidate.type === 'CallExpression' && (unit.types.isCallOf(candidate, options.allowForKnownSafeCalls) || unit.types.handsBack(candidate) === 'yes'))
}

export type PromiseOptions = Pick<FloatingOptions, 'allowForKnownSafeCalls' | 'allowForKnownSafePromises' | 'checkThenables' | 'ignoreVoid'>

interface Binding {
  readonly identifier: TSESTree.Identifier
  readonly value: TSESTree.Expression
}

function bindingsOf(node: TSESTree.Node): Binding[] {
  switch (node.type) {
    case 'VariableDeclarator':
      return node.init && !isUsing(node) ? pairs(node.id, node.init) : []
    case 'AssignmentExpression':
      return ['=', '??=', '||='].includes(node.operator) ? pairs(node.left, node.right) : []
    case 'AssignmentPattern':
      // `constructor(private ready = load())` puts it into a field.
      if (node.parent.type === 'TSParameterProperty') return []
      return pairs(node.left, node.right)
    default:
      return []
  }
}

/** `[a, b] = [f(), g()]` and `{ a, b } = { a: f(), b: g() }` bind one by one. */
function pairs(target: TSESTree.Node, value: TSESTree.Expression): Binding[] {
  if (target.type === 'Identifier') return [{ identifier: target, value }]
  if (target.type === 'ArrayPattern' && value.type === 'ArrayExpression' && !value.elements.some(element => element?.type === 'SpreadElement')) {
    return target.elements.flatMap((element, at) => {
      const item = value.elements[at]
      return element && item && item.type !== 'SpreadElement' ? pairs(element, item) : []
    })
  }
  if (target.type === 'ObjectPattern' && value.type === 'ObjectExpression') {
    return target.properties.flatMap(property => {
      if (property.type !== 'Property' || property.computed || property.key.type !== 'Identifier') return []
      const { name } = property.key
      const item = value.properties.find(other => other.type === 'Property' && !other.computed && other.key.type === 'Identifier' && other.key.name === name)
      return item?.type === 'Property' ? pairs(property.value, item.value as TSESTree.Expression) : []
    })
  }
  return []
}

function isUsing({ parent }: TSESTree.VariableDeclarator): boolean {
  return parent.kind === 'using' || parent.kind === 'await using'
}

/** The expressions that may make the promise that `value` is: calls, `new` and `import()`, behind conditions too. */
export function makings(value: TSESTree.Expression): TSESTree.Expression[] {
  const node = unwrap(value)
  switch (node.type) {
    case 'ConditionalExpression':
      return [...makings(node.consequent), ...makings(node.alternate)]
    case 'LogicalExpression':
      return makings(node.right)
    case 'CallExpression':
    case 'NewExpression':
    case 'ImportExpression':
      return [node]
    default:
      return []
  }
}

/** The function that alone can see the variable; undefined where a closure, another function or another module can. */
export function homeOf(variable: Variable, identifier: TSESTree.Identifier): FunctionNode | TSESTree.Program | undefined {
  const [definition] = variable.defs
  if (variable.defs.length !== 1 || !definition || (definition.type !== 'Variable' && definition.type !== 'Parameter')) return undefined
  const home = codeAround(identifier)
  // A variable of an outer function outlives the call.
  if (!home || variable.scope.type === 'global' || codeAround(definition.name) !== home) return undefined
  const isExported = definition.type === 'Variable' && definition.node.parent.parent?.type === 'ExportNamedDeclaration'
  if (isExported) return undefined
  const elsewhere = new Set(['ExportSpecifier', 'TSTypeQuery', 'TSExportAssignment'])
  const isSeenElsewhere = variable.references.some(({ identifier: mention }) => codeAround(mention) !== home || elsewhere.has(mention.parent?.type ?? ''))
  return isSeenElsewhere ? undefined : home
}
