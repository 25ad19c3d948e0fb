import type { Reference, Scope, ScopeManager, Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import { memberName, unwrap } from './walk.js'

/** By the outermost scope: oxlint has one scope manager for all files. */
const indexes = new WeakMap<Scope, Map<TSESTree.Node, Reference>>()

/** The variable that an identifier names; undefined for globals and for names that are declared nowhere. */
export function variableOf(scopes: ScopeManager, identifier: TSESTree.Node): Variable | undefined {
  return referenceOf(scopes, identifier)?.resolved ?? undefined
}

/** Whether the identifier names the platform's own `name`, not one declared in the file. */
export function isGlobal(scopes: ScopeManager, identifier: TSESTree.Node, name: string): boolean {
  if (identifier.type !== 'Identifier' || identifier.name !== name) return false
  const variable = variableOf(scopes, identifier)
  return !variable || variable.defs.length === 0
}

/** The name of the platform's own `Promise` static that a call runs: `all`, `race`, `resolve`; undefined for all other calls. */
export function promiseStatic(scopes: ScopeManager, { callee: outer }: TSESTree.CallExpression): string | undefined {
  const callee = unwrap(outer)
  return callee.type === 'MemberExpression' && isGlobal(scopes, callee.object, 'Promise') ? memberName(callee) : undefined
}

/** The initial value of a variable that never gets another one: `const x = …`, or a `let` that nothing assigns to. */
export function constantValue(variable: Variable): TSESTree.Expression | undefined {
  const definition = variable.defs[0]
  if (variable.defs.length !== 1 || definition?.type !== 'Variable') return undefined
  const { node } = definition
  if (node.id.type !== 'Identifier' || !node.init || isReassigned(variable)) return undefined
  return node.init
}

/** Whether anything but its declaration writes to the variable. */
export function isReassigned(variable: Variable): boolean {
  let answer = reassigned.get(variable)
  if (answer === undefined) reassigned.set(variable, (answer = variable.references.some(reference => reference.isWrite() && !reference.init)))
  return answer
}

/** Remembered, since a function that is called a thousand times has a thousand references. */
const reassigned = new WeakMap<Variable, boolean>()

/** Whether `name` means something at `node` already, or is used below it as a name from outside. */
export function isTaken(scopes: ScopeManager, node: TSESTree.Node, name: string): boolean {
  for (let scope: Scope | null = scopeAt(scopes, node); scope; scope = scope.upper) if (scope.set.has(name)) return true
  let taken = false
  const below = (scope: Scope): void => {
    taken ||= scope.set.has(name) || scope.through.some(reference => reference.identifier.name === name)
    scope.childScopes.forEach(below)
  }
  below(scopeAt(scopes, node))
  return taken
}

/** The innermost scope that `node` stands in. */
export function scopeAt(scopes: ScopeManager, node: TSESTree.Node): Scope {
  for (let at: TSESTree.Node | undefined = node; at; at = at.parent) {
    const scope = scopes.acquire(at, true)
    if (scope) return scope
  }
  return scopes.scopes[0] as Scope
}

/** The scope of the file's top level, where imports are bound. */
export function moduleScope(scopes: ScopeManager): Scope {
  const global = scopes.scopes[0] as Scope
  // ESLint reads CommonJS as the body of a function.
  return global.childScopes.find(scope => scope.block === global.block) ?? global
}

function referenceOf(scopes: ScopeManager, identifier: TSESTree.Node): Reference | undefined {
  const [outermost] = scopes.scopes
  if (!outermost) return undefined
  let index = indexes.get(outermost)
  if (!index) {
    index = new Map()
    for (const scope of scopes.scopes) for (const reference of scope.references) index.set(reference.identifier, reference)
    indexes.set(outermost, index)
  }
  return index.get(identifier)
}
