import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import { mayThrowFirst } from '../analysis/effects/throwing.js'
import type { SequentialLoop } from '../analysis/facts.js'
import { inspectorOf } from '../analysis/promises/catches.js'
import { constantValue, isReassigned, variableOf } from '../analysis/scopes.js'
import { isTypeScript, type SourceUnit } from '../analysis/unit.js'
import { enclosingFunction, isFunction, isWithin, unwrap, waits, walk, walkOwn } from '../analysis/walk.js'
import { bindsTighter, nameTaken, runtime, whyNoPromiseAll } from './awaiting.js'
import { applyEdits, type Edit, type ImportNeed, type Rewrite } from './edit.js'
import { localName } from './imports.js'
import { hasCommentsAround, indentAt, indentLines, indentStep, layoutOf, separatorAt } from './layout.js'
import { losesTypesInClosure } from './startable.js'

/** How many rounds run at once unless told otherwise. */
export const defaultLimit = 8

/**
 * Starts the rounds of a loop together, with their results in order: `for (const id of ids) users.push(await load(id))`
 * becomes `const users = await gather(ids.map(id => () => load(id)), { limit: 8 })`.
 *
 * @param limit how many rounds run at once; Infinity for all. `Promise.all` has no limit, so the native target takes only
 * lists that are known to be no longer
 */
export function gatherLoop(unit: SourceUnit, { loop, list, isDatabase }: Pick<SequentialLoop, 'loop' | 'list' | 'isDatabase'>, target: 'structured-async' | 'native', limit = defaultLimit): Rewrite {
  if (isDatabase) return { refused: 'Each round asks the database. Ask once for all elements instead, with `in` or a join.', at: loop }
  const append = appendOf(loop)
  const why = whyNot(unit, loop, list, append)
  if (!append || why !== undefined) return { refused: why ?? notLast, at: loop }
  const isLimited = limit < Infinity && !(lengthOf(unit, loop.right) <= limit)
  if (isLimited && target === 'native') return { refused: `Nobody knows how long the list is, and Promise.all() would start all rounds at once. Rewrite it with the runtime, which starts ${limit} at a time, or pass --limit none.`, at: loop }
  const need: ImportNeed = { name: 'gather', from: runtime }
  const join = target === 'native' ? 'Promise.all' : localName(unit, need, loop)
  if (join === undefined) return nameTaken(need, loop)
  const refusal = target === 'native' ? whyNoPromiseAll(unit, loop) : undefined
  if (refusal) return refusal

  const declaration = declarationBefore(unit, loop, list)
  const call = callText(unit, loop, append, { join, limit: isLimited ? limit : undefined, type: elementType(unit, list, append) })
  const [open, close] = declaration ? [`${declarationText(unit, declaration)} = `, ''] : [`${list.name}.push(...`, ')']
  const value = isFlat(append) ? `(await ${call}).flat()` : declaration ? `await ${call}` : `(await ${call})`
  const edits: Edit[] = [{ range: loop.range, text: `${open}${value}${close}${separatorAt(unit, loop.range[1])}` }]
  if (declaration) edits.unshift({ range: withLine(unit, declaration.range), text: '' })
  return { edits, imports: target === 'native' ? [] : [need] }
}

const notLast = 'What a round adds to the list is not the last thing it does. Move the `push` to its end.'

/** The `list.push(…)` at the end of a round. */
function appendOf({ body }: TSESTree.ForOfStatement): TSESTree.CallExpression | undefined {
  const last = body.type === 'BlockStatement' ? body.body.at(-1) : body
  const call = last?.type === 'ExpressionStatement' ? unwrap(last.expression) : undefined
  return call?.type === 'CallExpression' && call.callee.type === 'MemberExpression' && call.callee.property.type === 'Identifier' && call.callee.property.name === 'push' ? call : undefined
}

function whyNot(unit: SourceUnit, loop: TSESTree.ForOfStatement, list: Variable, append: TSESTree.CallExpression | undefined): string | undefined {
  if (!append || append.arguments.length === 0) return notLast
  if (!['BlockStatement', 'Program', 'SwitchCase'].includes(loop.parent.type)) return 'The loop is no statement of a block. Put braces around it, or take its label away.'
  const inspector = inspectorOf(unit, firstAwait(loop))
  if (inspector) return `The handler on line ${inspector.loc.start.line} tells errors apart, and another round may now be the first to fail. Let it treat them alike first.`
  if (isSeenHalfFull(loop, list)) return 'When a round fails, the code behind, or whoever holds the list, uses what the rounds before it have added. Declare the list in the same `try` as the loop, right in front of it.'
  if (isTypeScript(unit) && isLiteral(append) && !isGrowing(list) && elementType(unit, list, append) === undefined) return `The type of \`${list.name}\` is written nowhere, and what a function gives would get a wider one. Write the list's type at its declaration.`
  if (hasCommentsAround(unit, append.parent, append.arguments) || hasCommentsAround(unit, { range: [loop.range[0], loop.body.range[0]] }, [loop.left, loop.right])) return 'A comment in the head of the loop or in the call of `push` would be lost. Put it on a line of its own.'
  return whyNoClosure(unit, loop, append)
}

/** Why a round can't be a function. */
function whyNoClosure(unit: SourceUnit, { body, left }: TSESTree.ForOfStatement, append: TSESTree.CallExpression): string | undefined {
  let why: string | undefined
  walkOwn(body, node => {
    if (node.type === 'YieldExpression') why ??= 'A round yields, which a function of its own could not.'
    if (node.type === 'VariableDeclaration' && node.kind === 'var') why ??= 'A round declares a `var`, which the code behind the loop may use. Make it a `const` or a `let`.'
  })
  walk(body, node => {
    const variable = node.type === 'Identifier' ? variableOf(unit.scopes, node) : undefined
    const name = variable?.defs[0]?.name
    if (!variable || !name || isWithin(name, body) || isWithin(name, left)) return
    if (variable.defs[0]?.type !== 'ImportBinding' && isReassigned(variable)) why ??= `\`${variable.name}\` gets another value somewhere, and a round that starts later would see that one. Put it into a \`const\` in front of the loop.`
  })
  const parts = body.type === 'BlockStatement' ? [...body.body.slice(0, -1), ...append.arguments] : append.arguments
  return why ?? (parts.some(part => losesTypesInClosure(unit, part)) ? 'A function around a round would see other types. Put what it uses into a `const` first.' : undefined)
}

function firstAwait({ body }: TSESTree.ForOfStatement): TSESTree.Expression {
  let found: TSESTree.Expression | undefined
  walkOwn(body, node => {
    if (node.type === 'AwaitExpression') found ??= node.argument
  })
  return found as TSESTree.Expression
}

/** Whether the list is there for others before the loop has ended: after an error, in a function, by another name. */
function isSeenHalfFull(loop: TSESTree.ForOfStatement, list: Variable): boolean {
  const declared = list.defs[0]?.name
  if (!declared) return true
  for (let below: TSESTree.Node = loop, at: TSESTree.Node | undefined = loop.parent; at; below = at, at = at.parent) {
    if (isFunction(at) || at.type === 'Program') return !isWithin(declared, at) || list.references.some(({ identifier, init }) => !init && identifier.range[0] < loop.range[0] && mayBeHeld(identifier, loop))
    if (at.type === 'TryStatement' && at.block === below && !isWithin(declared, at.block)) return true
  }
  return true
}

/** Whether a mention of the list in front of the loop gives it to somebody else: a function that was made there, another name. */
function mayBeHeld(identifier: TSESTree.Node, loop: TSESTree.Node): boolean {
  return enclosingFunction(identifier) !== enclosingFunction(loop) || identifier.parent?.type !== 'MemberExpression' || identifier.parent.object !== identifier
}

/** How many elements a list certainly has. */
function lengthOf(unit: SourceUnit, outer: TSESTree.Expression): number {
  const node = unwrap(outer)
  const variable = node.type === 'Identifier' ? variableOf(unit.scopes, node) : undefined
  const value = variable ? constantValue(variable) : node
  const list = value && unwrap(value)
  const isWhole = list?.type === 'ArrayExpression' && list.elements.every(element => element?.type !== 'SpreadElement')
  return isWhole && (!variable || variable.references.length === 2) ? list.elements.length : Infinity
}

/** Whether a round adds more, or fewer, than one element. */
function isFlat({ arguments: added }: TSESTree.CallExpression): boolean {
  return added.length > 1 || added[0]?.type === 'SpreadElement'
}

function isLiteral({ arguments: added }: TSESTree.CallExpression): boolean {
  return added.some(argument => !['AwaitExpression', 'CallExpression', 'Identifier', 'MemberExpression', 'SpreadElement'].includes(unwrap(argument as TSESTree.Expression).type))
}

/** `const list = []`, whose type is what it is filled with. */
function isGrowing(list: Variable): boolean {
  const declarator = list.defs[0]?.node
  return declarator?.type === 'VariableDeclarator' && isEmptyList(declarator.init) && !('typeAnnotation' in declarator.id && declarator.id.typeAnnotation)
}

function isEmptyList(node: TSESTree.Node | null): boolean {
  return node?.type === 'ArrayExpression' && node.elements.length === 0
}

/** `Item` of `const list: Item[] = []`, where a round gives a literal that the checker would widen. */
function elementType(unit: SourceUnit, list: Variable, append: TSESTree.CallExpression): string | undefined {
  const name = list.defs[0]?.name
  const type = name?.type === 'Identifier' ? name.typeAnnotation?.typeAnnotation : undefined
  if (!type || !isLiteral(append)) return undefined
  if (type.type === 'TSArrayType') return unit.text.slice(...type.elementType.range)
  const [argument, ...others] = type.type === 'TSTypeReference' && type.typeName.type === 'Identifier' && type.typeName.name === 'Array' ? (type.typeArguments?.params ?? []) : []
  return argument && others.length === 0 ? unit.text.slice(...argument.range) : undefined
}

/** The empty list's declaration, where it can become the declaration of the results: nothing uses the list before, and its type stays. */
function declarationBefore(unit: SourceUnit, loop: TSESTree.ForOfStatement, list: Variable): TSESTree.VariableDeclaration | undefined {
  const declarator = list.defs[0]?.node
  if (declarator?.type !== 'VariableDeclarator' || !isEmptyList(declarator.init)) return undefined
  const declaration = declarator.parent as TSESTree.VariableDeclaration
  if (declaration.parent !== loop.parent || declaration.declarations.length > 1 || declaration.kind === 'var') return undefined
  const others = list.references.filter(({ identifier, init }) => !init && !isWithin(identifier, loop))
  if (others.some(({ identifier }) => identifier.range[0] < loop.range[0])) return undefined
  // The type of `const list = []` grows with what is added later, that of results does not.
  const mayGrow = isTypeScript(unit) && isGrowing(list) && others.some(({ identifier: { parent } }) => parent?.type === 'MemberExpression' && (parent.computed || (parent.property.type === 'Identifier' && /^(?:fill|push|splice|unshift)$/.test(parent.property.name))))
  return mayGrow ? undefined : declaration
}

/** `const list: Item[]`. */
function declarationText({ text }: SourceUnit, { range: [start], declarations: [declarator] }: TSESTree.VariableDeclaration): string {
  return text.slice(start, declarator.id.range[1])
}

/** A statement with its line, where nothing else stands on it. */
function withLine({ text }: SourceUnit, [start, end]: readonly [number, number]): readonly [number, number] {
  const from = text.lastIndexOf('\n', start - 1) + 1
  const rest = /^[\t ]*\r?\n(?:[\t ]*\r?\n)?/.exec(text.slice(end))
  return rest && text.slice(from, start).trim() === '' ? [from, end + rest[0].length] : [start, end]
}

interface CallShape {
  readonly join: string
  readonly limit: number | undefined
  /** The type of what a round gives, where it has to be said. */
  readonly type: string | undefined
}

/** `gather(ids.map(id => () => load(id)), { limit: 8 })`. */
function callText(unit: SourceUnit, loop: TSESTree.ForOfStatement, append: TSESTree.CallExpression, { join, limit, type }: CallShape): string {
  const { text } = unit
  const { newline } = layoutOf(unit)
  const { body, right } = loop
  const { id } = (loop.left as TSESTree.VariableDeclaration).declarations[0] as TSESTree.VariableDeclarator
  const name = text.slice(...id.range)
  const parameter = id.type === 'Identifier' && !/\(\w+\) =>/.test(text) ? name : `(${name})`
  const source = bindsTighter(right) || right.type === 'ArrayExpression' ? text.slice(...right.range) : `(${text.slice(...right.range)})`
  // With a limit a round is a function that is called when its turn comes, without one it is called at once.
  const opening = (isAsync: boolean): string => {
    const returns = isAsync && type !== undefined ? `: Promise<${type}>` : ''
    const async = isAsync ? 'async ' : ''
    if (limit !== undefined) return `${parameter} => ${async}()${returns} => `
    return `${async}${returns && !parameter.startsWith('(') ? `(${parameter})` : parameter}${returns} => `
  }
  const step = limit === undefined ? '' : indentStep(text, body)
  const { code, isPromise } = valueOf(unit, append, step)
  const isAlone = (body.type !== 'BlockStatement' || body.body.length === 1) && !code.includes('\n') && !hasCommentsAround(unit, body, append.arguments)
  const wrap = (fn: string): string => `${join}(${source}.map(${fn})${limit === undefined ? '' : `, { limit: ${limit} }`})`
  if (isAlone && type === undefined && isPromise && (limit !== undefined || !mayThrowFirst(unit, promiseOf(append)))) return wrap(`${opening(false)}${code}`)
  if (isAlone) return wrap(`${opening(true)}${code.startsWith('{') ? `(${code})` : code}`)

  const indent = indentAt(text, loop.range[0])
  const start = body.range[0] + 1
  const end = start + text.slice(start, body.range[1] - 1).trimEnd().length
  const returned = { range: append.parent.range, text: `return ${code}${text[append.parent.range[1] - 1] === ';' ? ';' : ''}` }
  const moved = [...indentLines(unit, [start, returned.range[0]], step), returned, ...indentLines(unit, [returned.range[1], end], step)]
  const inner = applyEdits(text.slice(start, end), shifted(moved, start))
  const fn = `${opening(true)}{${inner}${newline}${indent}${step}}`
  return limit === undefined ? wrap(fn) : `${join}(${newline}${indent}${step}${source}.map(${fn}),${newline}${indent}${step}{ limit: ${limit} },${newline}${indent})`
}

/** What a round gives, its further lines moved in by `step`, and whether that is a promise: the awaited one, without its `await`. */
function valueOf(unit: SourceUnit, append: TSESTree.CallExpression, step: string): { code: string; isPromise: boolean } {
  const [first, ...others] = append.arguments as [TSESTree.CallExpressionArgument, ...TSESTree.CallExpressionArgument[]]
  const outer = indentAt(unit.text, append.range[0]).length
  const written = ({ range }: TSESTree.Node): string => {
    // What stood on a line of its own in `push(…)` stands behind `return`.
    const deeper = Math.max(0, indentAt(unit.text, range[0]).length - outer)
    const lines = indentLines(unit, range, step).map(({ range: [at], text }): Edit => ({ range: [at, at + (/^[\t ]*/.exec(unit.text.slice(at, at + deeper))?.[0].length ?? 0)], text }))
    return applyEdits(unit.text.slice(...range), shifted(lines, range[0]))
  }
  if (others.length > 0) return { code: `[${append.arguments.map(written).join(', ')}]`, isPromise: false }
  const only = first.type === 'SpreadElement' ? first.argument : first
  if (first.type === 'SpreadElement' && unit.types.isArray(only) !== 'yes') return { code: `[${written(first)}]`, isPromise: false }
  const isPromise = only.type === 'AwaitExpression' && bindsTighter(only.argument) && !waits(only.argument)
  return { code: written(isPromise ? only.argument : only), isPromise }
}

/** Edits of the whole text as edits of the part that begins at `start`. */
function shifted(edits: readonly Edit[], start: number): readonly Edit[] {
  return edits.map(({ range: [from, to], text }) => ({ range: [from - start, to - start], text }))
}

function promiseOf({ arguments: [first] }: TSESTree.CallExpression): TSESTree.Expression {
  return ((first?.type === 'SpreadElement' ? first.argument : first) as TSESTree.AwaitExpression).argument
}
