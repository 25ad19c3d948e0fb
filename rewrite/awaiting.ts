import type { TSESTree } from '@typescript-eslint/types'
import type { Scope } from '@typescript-eslint/scope-manager'
import type { FloatingPromise } from '../analysis/facts.js'
import { scopeAt } from '../analysis/scopes.js'
import type { SourceUnit } from '../analysis/unit.js'
import { enclosingFunction, isTopLevel, walkOwn } from '../analysis/walk.js'
import { insert, type Edit, type ImportNeed, type Refusal, type Rewrite } from './edit.js'
import { localName } from './imports.js'

export const runtime = 'structured-async'

/**
 * Why the expression can't be replaced by anything with another value: what stands behind `&&`, `||` or `??` runs depending
 * on it, and an owner's task, or what the promise gives, would send it another way.
 */
export function whyNotReplaced({ node, statement }: FloatingPromise): Refusal | undefined {
  for (let below: TSESTree.Node = node, at: TSESTree.Node | undefined = node.parent; at && below !== statement; below = at, at = at.parent) {
    if (at.type === 'LogicalExpression' && at.left === below) {
      return { refused: `What stands behind \`${at.operator}\` runs depending on this promise, so it can't be replaced here. Write the two as statements of their own first.`, at: node }
    }
  }
  return undefined
}

/** `f()` → `await f()`. */
export function awaitIt(unit: SourceUnit, fact: FloatingPromise): Rewrite {
  if (fact.shape === 'list') return { refused: 'These are several promises, which one await does not wait for. Join them with gather() or Promise.all().', at: fact.node }
  return whyNotReplaced(fact) ?? whyNoAwait(unit, fact.node) ?? whyNotDelayed(unit, fact.node) ?? { edits: prefixed(fact, 'await'), imports: [] }
}

/** `if (p)` → `if (await p)`: the value, where the promise itself was looked at. */
export function awaitValue(unit: SourceUnit, node: TSESTree.Expression): Rewrite {
  return whyNoAwait(unit, node) ?? whyNotDelayed(unit, node) ?? { edits: bindsTighter(node) ? [insert(node.range[0], 'await ')] : [insert(node.range[0], 'await ('), insert(node.range[1], ')')], imports: [] }
}

/** `list` → `await gather(list)`, or `await Promise.all(list)` where the runtime can't be imported. */
export function joinIt(unit: SourceUnit, fact: FloatingPromise, target: 'structured-async' | 'native'): Rewrite {
  const refusal = whyNotReplaced(fact) ?? whyNoAwait(unit, fact.node) ?? whyNotDelayed(unit, fact.node)
  if (refusal) return refusal
  if (target === 'native') return whyNoPromiseAll(unit, fact.node) ?? { edits: prefixed(fact, 'await', 'Promise.all(', listEnd(unit, fact)), imports: [] }
  const need: ImportNeed = { name: 'gather', from: runtime }
  const name = localName(unit, need, fact.node)
  if (!name) return nameTaken(need, fact.node)
  return { edits: prefixed(fact, 'await', `${name}(`, listEnd(unit, fact)), imports: [need] }
}

/** `f()` → `void f()`. */
export function voidIt(fact: FloatingPromise): Rewrite {
  if (voidAround(fact)) return { refused: 'It is marked void already.', at: fact.node }
  return whyNotReplaced(fact) ?? { edits: prefixed(fact, 'void'), imports: [] }
}

/** `f()` → `return f()`, where it is the last thing a function does that promises nothing else. */
export function returnIt(fact: FloatingPromise): Rewrite {
  const { statement, node } = fact
  const fn = enclosingFunction(node)
  const refuse = (refused: string): Rewrite => ({ refused, at: node })
  if (fact.shape === 'list') return refuse('The caller would get a list of promises. Join them first.')
  if (!fn || statement.type !== 'ExpressionStatement' || fn.body.type !== 'BlockStatement') return refuse('There is no function here that could return it.')
  if (operandOf(statement) !== node) return refuse('Only a part of the statement is a promise.')
  if (fn.body.body.at(-1) !== statement) return refuse('A return here would leave out the statements behind it.')
  if (fn.generator) return refuse('A generator gives its return value to nobody who waits.')
  if (fn.returnType) return refuse('The function says that it returns something else.')
  const { parent } = fn
  const isOwnedByName = fn.type === 'FunctionDeclaration' || parent?.type === 'VariableDeclarator' || (parent?.type === 'MethodDefinition' && parent.kind === 'method') || (parent?.type === 'Property' && parent.kind === 'init')
  if (!fn.async && !isOwnedByName) return refuse('Whoever takes this callback may not expect a promise from it.')
  if (returnsOf(fn).length > 0) return refuse('The function returns something else on another path.')
  return { edits: [insert(statement.range[0], 'return ')], imports: [] }
}

/** Why `await` can't stand at `node`; undefined where it can. */
export function whyNoAwait(unit: SourceUnit, node: TSESTree.Node): Refusal | undefined {
  const fn = enclosingFunction(node)
  if (fn?.params.some(({ range }) => range[0] <= node.range[0] && node.range[1] <= range[1])) return { refused: 'A default value can wait for nothing. Give the parameter its value in the body.', at: node }
  if (fn) return fn.async ? undefined : { refused: 'The function around it is not async, so it can wait for nothing. Make it async, and await its callers too.', at: node }
  if (!isTopLevel(node)) return { refused: 'Code in a class field, a static block or a namespace can wait for nothing. Move the call to an async function.', at: node }
  if (unit.types.allowsTopLevelAwait() === 'yes') return undefined
  return { refused: 'The file may not be an ES module, so its top level can wait for nothing. Move the call to an async function.', at: node }
}

/**
 * Why waiting at `node` is no good: a promise that was made before and is looked at only behind it could reject meanwhile,
 * with nobody to handle it, and that ends the process.
 */
export function whyNotDelayed(unit: SourceUnit, node: TSESTree.Node): Refusal | undefined {
  const fn = enclosingFunction(node)
  const [start] = node.range
  for (let scope: Scope | null = scopeAt(unit.scopes, node); scope; scope = scope.upper) {
    for (const variable of scope.variables) {
      const init = variable.defs[0]?.type === 'Variable' ? variable.defs[0].node.init : undefined
      if (!init || init.range[1] > start || enclosingFunction(init) !== fn) continue
      const uses = variable.references.map(({ identifier }) => identifier).filter(identifier => identifier.range[0] > init.range[1])
      if (uses.length === 0 || uses.some(use => use.range[0] < start)) continue
      if (init.type === 'AwaitExpression' || unit.types.isPromise(init, { thenables: false, safeTypes: [] }) !== 'yes') continue
      return { refused: `The promise in \`${variable.name}\` (line ${init.loc.start.line}) is looked at only behind this: waiting here would leave its rejection without a handler, which ends the process. Await it first, or join both with Promise.all().`, at: node }
    }
    if (scope.block === fn) break
  }
  return undefined
}

/** Why `Promise.all` can't be written at `node`. */
export function whyNoPromiseAll(unit: SourceUnit, node: TSESTree.Node): Refusal | undefined {
  for (let scope: Scope | null = scopeAt(unit.scopes, node); scope; scope = scope.upper) {
    if (scope.set.get('Promise')?.defs.length) return { refused: 'The name `Promise` means something else here. Rename it first.', at: node }
  }
  return undefined
}

/** What closes a list that is an argument: where there may be no list at all, an empty one stands in for it. */
export function listEnd(unit: SourceUnit, { node }: FloatingPromise): string {
  return unit.types.isNullable(node) === 'no' ? ')' : ' ?? [])'
}

export function nameTaken(need: ImportNeed, at: TSESTree.Node): Refusal {
  return { refused: `The name \`${need.name}\` means something else here, so ${need.name} can't be imported. Rename it first.`, at }
}

/** The expression of a statement, without the chain node around an optional call. */
export function operandOf(statement: TSESTree.ExpressionStatement): TSESTree.Expression {
  return statement.expression.type === 'ChainExpression' ? statement.expression.expression : statement.expression
}

/** The function's own return statements, those of nested functions left out. */
export function returnsOf(fn: TSESTree.Node): TSESTree.ReturnStatement[] {
  const found: TSESTree.ReturnStatement[] = []
  walkOwn(fn, node => {
    if (node.type === 'ReturnStatement') found.push(node)
  })
  return found
}

function prefixed(fact: FloatingPromise, keyword: 'await' | 'void', call = '', end = ')'): Edit[] {
  const { node } = fact
  const close = call ? end : bindsTighter(node) ? '' : ')'
  const open = call || (close ? '(' : '')
  const marked = voidAround(fact)
  const edits: Edit[] = marked ? [{ range: [marked.range[0], marked.range[0] + 'void'.length], text: keyword }] : []
  edits.push(insert(node.range[0], marked ? open : `${keyword} ${open}`))
  if (close) edits.push(insert(node.range[1], close))
  return edits.filter(edit => edit.text !== '')
}

/** The `void` whose operand the promise is. */
function voidAround({ node }: FloatingPromise): TSESTree.UnaryExpression | undefined {
  const outer = node.parent?.type === 'ChainExpression' ? node.parent.parent : node.parent
  return outer?.type === 'UnaryExpression' && outer.operator === 'void' ? outer : undefined
}

/** Whether the expression needs no parentheses behind a prefix operator. */
export function bindsTighter(node: TSESTree.Expression): boolean {
  return ['CallExpression', 'ChainExpression', 'Identifier', 'ImportExpression', 'MemberExpression', 'NewExpression', 'TaggedTemplateExpression', 'ThisExpression', 'TSNonNullExpression'].includes(node.type)
}
