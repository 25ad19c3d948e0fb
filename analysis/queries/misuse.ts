import type { TSESTree } from '@typescript-eslint/types'
import type { Variable } from '@typescript-eslint/scope-manager'
import type { LazyMisuse } from '../facts.js'
import type { Finder } from '../find.js'
import { flowOf, type Flow } from '../flow/flow.js'
import { isAlwaysBefore, isAlwaysBehind } from '../flow/order.js'
import { chainOf } from '../promises/chain.js'
import { homeOf } from '../promises/bindings.js'
import { calledFunction } from '../promises/rejection.js'
import { isTarget, readsOf, useOf } from '../promises/uses.js'
import { isReassigned } from '../scopes.js'
import type { Specifier } from '../types/oracle.js'
import type { SourceUnit } from '../unit.js'
import { handlerAround, isFunction, memberName, unwrap, walkOwn } from '../walk.js'
import type { LazyLibrary } from './catalogue.js'
import { lazyLibraryOf, methodsOf } from './lazy.js'

export interface LazyOptions {
  /** Types, beyond those of the catalogue, whose values start when somebody waits for them, each time. */
  readonly additionalTypes: readonly Specifier[]
}

export const defaultLazyOptions: LazyOptions = { additionalTypes: [] }

/** Queries that never run, that run again, and that wait for each other though they look started together. */
export const lazyFinder: Finder<LazyMisuse, LazyOptions> = {
  types: ['ExpressionStatement', 'VariableDeclarator'],
  at: (node, unit, options) => (node.type === 'ExpressionStatement' ? dropped(node, unit, options) : node.type === 'VariableDeclarator' ? bound(node, unit, options) : []),
}

/** A query that its statement drops: it never runs, also with `void`. */
function dropped(statement: TSESTree.ExpressionStatement, unit: SourceUnit, options: LazyOptions): LazyMisuse[] {
  return operandsOf(statement.expression).flatMap(node => {
    const library = lazyLibraryOf(unit, node, options.additionalTypes)
    return library && !isStepOf(unit, node, library, options) ? [misuse(unit, node, library, { what: 'never-runs' })] : []
  })
}

/** What a statement may leave behind: the operands of `&&` and `?:`, and what `void` is put before. */
function operandsOf(outer: TSESTree.Expression): TSESTree.Expression[] {
  const node = unwrap(outer)
  if (node.type === 'LogicalExpression') return operandsOf(node.right)
  if (node.type === 'ConditionalExpression') return [...operandsOf(node.consequent), ...operandsOf(node.alternate)]
  if (node.type === 'UnaryExpression' && node.operator === 'void') return operandsOf(node.argument)
  return node.type === 'CallExpression' || node.type === 'TaggedTemplateExpression' ? [node] : []
}

/**
 * `query.where(…)` adds to a query that a name holds, and so may a function that is given one, or that hands one out. What an
 * immutable builder gives is always another one.
 */
function isStepOf(unit: SourceUnit, node: TSESTree.Expression, { fresh = [], isImmutable }: LazyLibrary, options: LazyOptions): boolean {
  const isQuery = (value: TSESTree.Expression): boolean => lazyLibraryOf(unit, value, options.additionalTypes) !== undefined
  for (let at = node; at.type === 'CallExpression'; ) {
    if (at.arguments.some(argument => argument.type !== 'SpreadElement' && !isFunction(argument) && isQuery(argument))) return true
    const callee = unwrap(at.callee)
    // A function of this project may give a query that it keeps.
    if (at !== node && calledFunction(unit, at)) return true
    if (callee.type !== 'MemberExpression') return false
    if (at !== node && callee.object.type === 'ThisExpression') return true
    if (fresh.includes(memberName(callee) ?? '')) return false
    const { object } = callee
    const isName = !['CallExpression', 'NewExpression', 'TaggedTemplateExpression'].includes(unwrap(object).type)
    const isFresh = object.type === 'MemberExpression' && fresh.includes(memberName(object) ?? '')
    if (isName && !isFresh && !isImmutable && isQuery(object)) return true
    at = unwrap(object)
  }
  return false
}

/** A query in a variable that only its function can see. */
function bound(node: TSESTree.VariableDeclarator, unit: SourceUnit, options: LazyOptions): LazyMisuse[] {
  const { id, init } = node
  if (id.type !== 'Identifier' || !init || (unwrap(init).type !== 'CallExpression' && unwrap(init).type !== 'TaggedTemplateExpression')) return []
  const library = lazyLibraryOf(unit, init, options.additionalTypes)
  const variable = library && unit.scopes.getDeclaredVariables(node)[0]
  const home = variable && homeOf(variable, id)
  if (!home || isReassigned(variable)) return []
  const reads = readsOf(variable)
  if (isStepOf(unit, unwrap(init), library, options)) return []
  if (!reads.some(read => takesIt(unit, read, library, options))) return [misuse(unit, init, library, { what: 'never-runs', name: variable.name, isMentioned: reads.length > 0 || id.typeAnnotation !== undefined })]
  if (library.runsBy !== 'await') return []
  const flow = flowOf(home)
  return [...ranAgain(unit, variable, library, flow), ...notStarted(unit, node, init, variable, library, options, flow)]
}

function misuse(unit: SourceUnit, node: TSESTree.Expression, { library, types, runsBy, again }: LazyLibrary, about: Pick<LazyMisuse, 'what' | 'name' | 'isMentioned' | 'first' | 'wait' | 'handler'>): LazyMisuse {
  return { kind: 'lazy-misuse', node, library, runsBy, again, ...about, certainty: about.what === 'waits-its-turn' || types.length === 0 ? 'likely' : 'proven', because: [{ text: unit.types.evidence(node), node }] }
}

/** Whether a mention runs the query, or hands it to somebody who may; a step that adds to it does neither. */
function takesIt(unit: SourceUnit, read: TSESTree.Node, library: LazyLibrary, options: LazyOptions): boolean {
  if (isTarget(read)) return false
  const outer = stepsFrom(unit, read, library, options)
  if (outer !== read && outer.parent?.type === 'ExpressionStatement') return false
  // What a call gives that is no query any more has run it, or made something of it.
  if (outer.parent?.type === 'MemberExpression' && outer.parent.object === outer && outer.parent.parent.type === 'CallExpression') return true
  return useOf(unit, outer, { ignoreVoid: false }) === 'handles'
}

/** The last call of the chain that begins with `read` and is a query still: all of `query.where(…).limit(1)`. */
function stepsFrom(unit: SourceUnit, read: TSESTree.Node, library: LazyLibrary, options: LazyOptions): TSESTree.Node {
  let node = read
  for (;;) {
    const call = node.parent?.type === 'MemberExpression' && node.parent.object === node ? node.parent.parent : undefined
    if (call?.type !== 'CallExpression' || call.callee !== node.parent || library.fresh?.includes(memberName(node.parent as TSESTree.MemberExpression) ?? '') || !lazyLibraryOf(unit, call, options.additionalTypes)) return node
    node = call
  }
}

/** Whether a mention waits for the query: `await query`, `query.then(…)`. */
function waitAt(read: TSESTree.Node): TSESTree.Node | undefined {
  const { parent } = read
  if (parent?.type === 'AwaitExpression') return parent
  const call = parent?.type === 'MemberExpression' && parent.object === read ? parent.parent : undefined
  return call?.type === 'CallExpression' && call.callee === parent && chainOf(call) ? call : undefined
}

/** A wait that certainly comes after another one of the same query, with no step between them that makes it a different one. */
function ranAgain(unit: SourceUnit, variable: Variable, library: LazyLibrary, flow: Flow): LazyMisuse[] {
  if (library.again === 'same') return []
  const reads = readsOf(variable)
  const waits = reads.flatMap(read => waitAt(read) ?? [])
  for (const [at, second] of waits.entries()) {
    const first = waits.slice(0, at).find(wait => isAlwaysBefore(flow, wait, second) && !mayBeRetried(wait, second))
    const isChanged = first && reads.some(read => !waitAt(read) && first.range[1] < read.range[0] && read.range[0] < second.range[0])
    if (first && !isChanged) return [misuse(unit, second as TSESTree.Expression, library, { what: 'runs-again', name: variable.name, first })]
    const loop = loopAround(second, variable)
    if (loop && reads.every(read => waitAt(read) || read.range[1] < loop.range[0])) return [misuse(unit, second as TSESTree.Expression, library, { what: 'runs-again', name: variable.name, first: loop })]
  }
  return []
}

/** Whether the first wait stands in a `try` that the second is behind: any call may throw, and the second may be for that case. */
function mayBeRetried(first: TSESTree.Node, second: TSESTree.Node): boolean {
  const around = handlerAround(first)
  return around !== undefined && handlerAround(second) !== around
}

/** The loop over a list that waits for the query in each round, though the query is made before it; one that polls asks again on purpose. */
function loopAround(wait: TSESTree.Node, variable: Variable): TSESTree.Node | undefined {
  const declared = variable.defs[0]?.name as TSESTree.Node
  let below = wait
  for (let at = wait.parent; at; below = at, at = at.parent) {
    if (isFunction(at) || /^(?:If|Switch|Try)|Conditional|Logical/.test(at.type)) return undefined
    if (at.type === 'WhileStatement' || at.type === 'DoWhileStatement' || at.type === 'ForStatement') return undefined
    if (at.type !== 'ForOfStatement' && at.type !== 'ForInStatement') continue
    if (at.range[0] <= declared.range[0] || at.body !== below) return undefined
    let leaves = false
    walkOwn(at.body, node => {
      leaves ||= ['BreakStatement', 'ReturnStatement', 'ThrowStatement'].includes(node.type)
    })
    return leaves ? undefined : at
  }
  return undefined
}

/** `const a = query1(); const b = query2(); await a; await b`: `b` starts when `a` is done. */
function notStarted(unit: SourceUnit, declarator: TSESTree.VariableDeclarator, init: TSESTree.Expression, variable: Variable, library: LazyLibrary, options: LazyOptions, flow: Flow): LazyMisuse[] {
  const [own, ...others] = readsOf(variable)
  const wait = own && others.length === 0 ? waitAt(own) : undefined
  if (own?.parent?.type !== 'AwaitExpression' || wait !== own.parent) return []
  const before = previousQuery(unit, declarator, options)
  const [earlier, ...more] = before ? readsOf(before) : []
  const first = earlier && more.length === 0 ? earlier.parent : undefined
  if (!earlier || first?.type !== 'AwaitExpression') return []
  const other = before?.defs[0]?.node as TSESTree.VariableDeclarator | undefined
  if (!other?.init || !isRead(unit, other.init) || !isRead(unit, init)) return []
  const areInOrder = declarator.range[1] < first.range[0] && isAlwaysBefore(flow, first, wait) && isAlwaysBehind(flow, first, wait) && !mayBeRetried(first, wait)
  return areInOrder ? [misuse(unit, init, library, { what: 'waits-its-turn', name: variable.name, first: earlier, wait: first, handler: own })] : []
}

const writes = /^(?:alter|bulkWrite|create|decrement|del|delete|destroy|drop|execute|findOneAnd|increment|insert|merge|raw|remove|replace|rpc|save|session|transacting|truncate|update|upsert)/i

/** Whether a query only reads, as far as the methods that make it, or its SQL, say: two writes wait for each other on purpose. */
function isRead(unit: SourceUnit, init: TSESTree.Expression): boolean {
  const node = unwrap(init)
  if (node.type === 'TaggedTemplateExpression') return /^`\s*(?:select|with)\b/i.test(unit.text.slice(...node.quasi.range)) && !/\b(?:delete|insert|update)\b/i.test(unit.text.slice(...node.quasi.range))
  return !methodsOf(node).some(method => writes.test(method))
}

/** The variable of the query that is made by the declaration just before this one. */
function previousQuery(unit: SourceUnit, declarator: TSESTree.VariableDeclarator, options: LazyOptions): Variable | undefined {
  const declaration = declarator.parent
  const block = declaration.parent
  const declarators: readonly TSESTree.VariableDeclarator[] = declaration.declarations
  const at = declarators.indexOf(declarator)
  const body: readonly TSESTree.Node[] = block.type === 'BlockStatement' || block.type === 'Program' ? block.body : []
  const previous = body[body.indexOf(declaration) - 1]
  const candidate = at > 0 ? declarators[at - 1] : previous?.type === 'VariableDeclaration' ? previous.declarations.at(-1) : undefined
  if (!candidate?.init || candidate.id.type !== 'Identifier' || !lazyLibraryOf(unit, candidate.init, options.additionalTypes)) return undefined
  return unit.scopes.getDeclaredVariables(candidate)[0]
}
