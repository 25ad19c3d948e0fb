import type { TSESTree } from '@typescript-eslint/types'
import type { Scope } from '@typescript-eslint/scope-manager'
import type { FloatingPromise } from '../analysis/facts.js'
import { inspectingCatch } from '../analysis/promises/catches.js'
import { catchesEverything } from '../analysis/promises/rejection.js'
import { scopeAt } from '../analysis/scopes.js'
import type { SourceUnit } from '../analysis/unit.js'
import { enclosingFunction, isFunction, isTopLevel, walkOwn, type FunctionNode } from '../analysis/walk.js'
import { nameTaken, returnsOf, runtime, whyNotReplaced } from './awaiting.js'
import type { Edit, ImportNeed, Refusal, Rewrite } from './edit.js'
import { importEdits, localName } from './imports.js'
import { startedBy } from './startable.js'
import { redeclaredParameter, wrapBody } from './wrap-body.js'

/**
 * Gives the promises that one function drops a task group as their owner: the function's body becomes the group's body,
 * and each promise a child. Where the body is a group's already, they become its children.
 *
 * @param facts floating promises whose innermost function is the same
 * @param wrappedToo functions around it whose bodies move into a group in the same run, which indents new lines as well
 */
export function ownInTaskGroup(unit: SourceUnit, facts: readonly [FloatingPromise, ...FloatingPromise[]], wrappedToo: readonly FunctionNode[] = []): Rewrite {
  const at = facts[0].node
  const fn = enclosingFunction(at)
  if (!fn) return { refused: `${isTopLevel(at) ? 'This runs at the top level' : 'This runs in a class field or a static block'}, where no function can wait for it. Move it to an async function.`, at }
  const needs: ImportNeed[] = facts.some(fact => fact.shape === 'list') ? [{ name: 'gather', from: runtime }] : []
  const existing = groupParameter(unit, fn)
  const tested = facts.map(whyNotReplaced).find(Boolean)
  if (tested) return tested
  if (existing !== undefined && facts.some(fact => !namesGroup(unit, fn, existing, fact.node))) return { refused: `The name \`${existing}\` means something else here. Rename it first.`, at }
  if (existing !== undefined) return withNames(unit, needs, at, ([gather]) => facts.flatMap(fact => startedBy(unit, fact, `${existing}.createTask`, gather ?? '')))

  const refusal = whyNoGroup(fn, at) ?? whyNotWrapped(unit, fn, at)
  if (refusal) return refusal
  const group = freeName(unit, fn)
  return withNames(unit, [{ name: 'taskGroup', from: runtime }, ...needs], at, ([taskGroup, gather]) => {
    // Where a call ends at the brace, `{f()}`, its own end comes before the group's.
    const keyword = returnsOf(fn).some(statement => statement.argument) || !canFallThrough(fn.body) ? 'return await' : 'await'
    const { head, tail } = wrapBody(unit, fn, `${keyword} ${taskGroup}(async (${group}) => {`, wrappedToo)
    return [...head, ...facts.flatMap(fact => startedBy(unit, fact, `${group}.createTask`, gather ?? '')), tail]
  })
}

function withNames(unit: SourceUnit, needs: readonly ImportNeed[], at: TSESTree.Node, edits: (names: string[]) => Edit[]): Rewrite {
  const names: string[] = []
  for (const need of needs) {
    const name = localName(unit, need, at)
    if (name === undefined) return nameTaken(need, at)
    names.push(name)
  }
  return { edits: edits(names), imports: needs }
}

function whyNoGroup(fn: FunctionNode, at: TSESTree.Node): Refusal | undefined {
  if (fn.generator) return { refused: 'A generator stops at every yield, so a group around its body would stay open for as long as its consumer likes. Await the call, or give it to background().', at }
  if (fn.body.type !== 'BlockStatement') return { refused: 'The arrow function around it has no block for a body. Give it one first.', at }
  if (!fn.async) return { refused: 'The function around it is not async, so nobody could wait for the group. Make it async and await its callers, or give the call to background().', at }
  return undefined
}

function whyNotWrapped(unit: SourceUnit, fn: FunctionNode, at: TSESTree.Node): Refusal | undefined {
  const returns = returnsOf(fn)
  const isValued = returns.some(statement => statement.argument)
  if (isValued && (returns.some(statement => !statement.argument) || canFallThrough(fn.body))) {
    return { refused: 'The function returns a value on one path and none on another, which a callback may not do under noImplicitReturns. Write the missing `return undefined` first.', at }
  }
  const redeclared = redeclaredParameter(unit, fn)
  if (redeclared !== undefined) {
    return { refused: `\`var ${redeclared}\` declares a parameter again, and would be another variable inside the group's body. Rename it first.`, at }
  }
  if (returnsOwnType(fn, returns)) return { refused: 'The type of what the function returns depends on the function, which TypeScript can\'t infer through a callback. Declare its return type first.', at }
  if (fn.parent?.type === 'CallExpression' && fn.parent.callee === fn && catchesEverything(unit, fn)) {
    return { refused: 'The function around it catches all its errors and nobody waits for it; a group around its body would let errors out. Await the call instead.', at }
  }
  const inspecting = inspectingCatch(unit, fn)
  if (inspecting) {
    return { refused: `The handler on line ${inspecting.loc.start.line} tells this function's errors apart, and a group wraps them in a TaskGroupError. Let it look at \`error.errors\` first, or await the call instead.`, at }
  }
  return undefined
}

/** `return this` where `this` is what the function is a member of: a class by its name, or an object literal. */
function returnsOwnType(fn: FunctionNode, returns: readonly TSESTree.ReturnStatement[]): boolean {
  const { parent } = fn
  const isMember = (parent?.type === 'MethodDefinition' && parent.static) || (parent?.type === 'Property' && fn.type === 'FunctionExpression')
  return isMember && !fn.returnType && returns.some(({ argument }) => argument?.type === 'ThisExpression')
}

/** Whether the body of `fn` would have to move into a new group. */
export function needsGroup(unit: SourceUnit, fn: FunctionNode): boolean {
  return groupParameter(unit, fn) === undefined
}

/** The name of the group that `fn` is the body of; undefined where it is no group's body or the group has no name there. */
function groupParameter(unit: SourceUnit, fn: FunctionNode): string | undefined {
  const call = fn.parent
  if (call?.type !== 'CallExpression' || call.arguments[0] !== fn || call.callee.type !== 'Identifier') return undefined
  const [parameter] = fn.params
  const isGroup = isImported(unit, call.callee, 'taskGroup')
  return isGroup && parameter?.type === 'Identifier' ? parameter.name : undefined
}

/** Whether the group's name means the group at `node`, and no variable of a block in between. */
function namesGroup(unit: SourceUnit, fn: FunctionNode, name: string, node: TSESTree.Node): boolean {
  for (let scope: Scope | null = scopeAt(unit.scopes, node); scope; scope = scope.upper) {
    const variable = scope.set.get(name)
    if (variable) return variable.defs[0]?.name === fn.params[0]
  }
  return false
}

function isImported(unit: SourceUnit, callee: TSESTree.Identifier, name: string): boolean {
  return importEdits(unit, [{ name, from: runtime }]).length === 0 && localName(unit, { name, from: runtime }, callee) === callee.name
}

/** A name for the group that nothing in the function declares or uses. */
function freeName(unit: SourceUnit, fn: FunctionNode): string {
  const scope = scopeAt(unit.scopes, fn.body)
  const used = new Set<string>()
  const collect = (inner: typeof scope): void => {
    for (const name of inner.set.keys()) used.add(name)
    for (const reference of inner.through) used.add(reference.identifier.name as string)
    inner.childScopes.forEach(collect)
  }
  collect(scope)
  return ['tg', 'group', ...Array.from({ length: 100 }, (_, at) => `tg${at + 2}`)].find(name => !used.has(name)) as string
}

/** Whether control can reach the end of the statement. Errs on the side of yes. */
function canFallThrough(node: TSESTree.Node): boolean {
  switch (node.type) {
    case 'ReturnStatement':
    case 'ThrowStatement':
      return false
    case 'BlockStatement':
      return node.body.every(canFallThrough)
    case 'IfStatement':
      return !node.alternate || canFallThrough(node.consequent) || canFallThrough(node.alternate)
    case 'TryStatement':
      if (node.finalizer && !canFallThrough(node.finalizer)) return false
      return canFallThrough(node.block) || (node.handler ? canFallThrough(node.handler.body) : false)
    case 'WhileStatement':
      return !(node.test.type === 'Literal' && node.test.value === true) || breaksOut(node.body)
    case 'ForStatement':
      return node.test !== null || breaksOut(node.body)
    case 'SwitchStatement': {
      const last = node.cases.at(-1)
      return !node.cases.some(({ test }) => !test) || node.cases.some(({ consequent }) => consequent.some(breaksOut)) || !last || last.consequent.every(canFallThrough)
    }
    default:
      return true
  }
}

/** Whether a `break` in the statement may leave it; one of an inner loop counts too. */
function breaksOut(node: TSESTree.Node): boolean {
  let found = false
  walkOwn(node, inner => {
    if (isFunction(inner)) return 'skip'
    found ||= inner.type === 'BreakStatement'
    return undefined
  })
  return found
}
