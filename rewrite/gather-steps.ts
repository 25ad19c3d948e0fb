import type { TSESTree } from '@typescript-eslint/types'
import { mayThrowFirst } from '../analysis/effects/throwing.js'
import type { SequentialAwaits } from '../analysis/facts.js'
import { inspectorOf } from '../analysis/promises/catches.js'
import { isTaken, promiseStatic } from '../analysis/scopes.js'
import type { SourceUnit } from '../analysis/unit.js'
import { waits } from '../analysis/walk.js'
import { nameTaken, runtime, whyNoPromiseAll } from './awaiting.js'
import { applyEdits, isRefusal, type Edit, type ImportNeed, type Refusal, type Rewrite } from './edit.js'
import { localName } from './imports.js'
import { endOf, indentAt, indentLines, indentStep, layoutOf } from './layout.js'
import { nameForResult } from './result-names.js'
import { losesTypesInClosure } from './startable.js'

type Target = 'structured-async' | 'native'

/**
 * Starts a group of awaits together: `const user = await loadUser(); const posts = await loadPosts()` becomes
 * `const [user, posts] = await gather([loadUser(), loadPosts()])`, or `Promise.all` without the runtime.
 *
 * @param given names that other rewrites of the same file have made; what this one makes is added
 */
export function gatherSteps(unit: SourceUnit, { group, place, first }: Pick<SequentialAwaits, 'group' | 'place' | 'first'>, target: Target, given = new Set<string>()): Rewrite {
  const refuse = (refused: string, at: TSESTree.Node = first): Refusal => ({ refused, at })
  const inspector = group.map(node => inspectorOf(unit, node.argument)).find(handler => handler !== undefined)
  if (inspector) return refuse(`The handler on line ${inspector.loc.start.line} tells errors apart, and another of these awaits may now be the first to fail. Let it treat both alike first.`)
  const need: ImportNeed = { name: 'gather', from: runtime }
  const join = target === 'native' ? 'Promise.all' : localName(unit, need, first)
  if (join === undefined) return nameTaken(need, first)
  const refusal = target === 'native' ? whyNoPromiseAll(unit, first) : undefined
  if (refusal) return refusal
  const edits = inOneList(unit, group, join) ?? inOneRecord(unit, group, join, target) ?? inDeclarations(unit, group, place, join, target) ?? withNames(unit, group, place, join, target, given)
  if (!Array.isArray(edits)) return edits as Refusal
  return { edits, imports: target === 'native' || !edits.some(({ text }) => text.includes(`${join}(`)) ? [] : [need] }
}

/** `[await a(), await b()]` → `await gather([a(), b()])`; in `await Promise.all([…])` the inner awaits go. */
function inOneList(unit: SourceUnit, group: SequentialAwaits['group'], join: string): readonly Edit[] | undefined {
  const list = group[0]?.parent
  if (list?.type !== 'ArrayExpression' || list.elements.length !== group.length || !group.every((node, at) => list.elements[at] === node)) return undefined
  if (group.slice(1).some(({ argument }) => mayThrowFirst(unit, argument) || waits(argument)) || waits((group[0] as TSESTree.AwaitExpression).argument)) return undefined
  const withoutAwaits = group.map(node => ({ range: [node.range[0], node.argument.range[0]] as const, text: '' }))
  const { parent } = list
  const isJoined = parent.type === 'CallExpression' && parent.arguments[0] === list && promiseStatic(unit.scopes, parent) === 'all'
  const [open, close] = isBound(list) ? ['(', ')'] : ['', '']
  return isJoined ? withoutAwaits : [{ range: [list.range[0], list.range[0]], text: `${open}await ${join}(` }, ...withoutAwaits, { range: [list.range[1], list.range[1]], text: `)${close}` }]
}

/** `{ user: await a(), posts: await b() }` → `await gather({ user: a(), posts: b() })`. */
function inOneRecord(unit: SourceUnit, group: SequentialAwaits['group'], join: string, target: Target): readonly Edit[] | undefined {
  const record = group[0]?.parent.parent
  if (target === 'native' || record?.type !== 'ObjectExpression' || record.properties.length !== group.length) return undefined
  if (!record.properties.every((property, at) => property.type === 'Property' && !property.computed && property.key.type === 'Identifier' && property.value === group[at])) return undefined
  const operands = group.map((node, at) => operandText(unit, node, at, target))
  if (operands.some(isRefused)) return undefined
  const [open, close] = isBound(record) ? ['(', ')'] : ['', '']
  return [
    { range: [record.range[0], record.range[0]], text: `${open}await ${join}(` },
    ...group.map((node, at) => ({ range: node.range, text: operands[at] as string })),
    { range: [record.range[1], record.range[1]], text: `)${close}` },
  ]
}

/** Whether what stands around binds tighter than `await`: `[…].join()`, `{ … }.user`. */
function isBound(node: TSESTree.Expression): boolean {
  const { parent } = node
  if (parent.type === 'MemberExpression') return parent.object === node
  return parent.type === 'TSNonNullExpression' || (parent.type === 'BinaryExpression' && parent.operator === '**')
}

/** Declarations alone, of one kind, become one declaration of a list. */
function inDeclarations(unit: SourceUnit, group: SequentialAwaits['group'], place: SequentialAwaits['place'], join: string, target: Target): readonly Edit[] | Refusal | undefined {
  const declarations = group.map(declarationOf)
  const [first] = declarations
  if (!first || !declarations.every(declaration => declaration !== undefined) || place === undefined) return undefined
  const ids = declarations.map(({ declarations: [declarator] }) => (declarator as TSESTree.VariableDeclarator).id)
  const annotations = ids.flatMap(id => ('typeAnnotation' in id && id.typeAnnotation ? [id.typeAnnotation] : []))
  if (declarations.some(({ kind }) => kind !== first.kind) || (annotations.length > 0 && annotations.length < ids.length)) return undefined
  const operands = group.map((node, at) => operandText(unit, node, at, target))
  const refused = operands.find(isRefused)
  if (refused) return refused
  const { text } = unit
  const names = ids.map(id => text.slice(id.range[0], 'typeAnnotation' in id && id.typeAnnotation ? id.typeAnnotation.range[0] : id.range[1]))
  const types = annotations.length > 0 ? `: [${annotations.map(({ typeAnnotation }) => text.slice(...typeAnnotation.range)).join(', ')}]` : ''
  const head = `${first.kind} [${names.join(', ')}]${types} = await ${join}([`
  const anchor = (place === 'first' ? first : declarations.at(-1)) as TSESTree.VariableDeclaration
  const runs = runsOf(unit, declarations)
  const notes = runs.flatMap(run => run.map((declaration, at) => (at > 0 ? notesBetween(unit, run[at - 1] as TSESTree.Node, declaration) : run.includes(anchor) ? noNotes : notesAbove(unit, declaration))))
  const call = list(unit, anchor, head, operands as string[], notes)
  return runs.flatMap((run): Edit[] => {
    const at = run.indexOf(anchor)
    if (at < 0) return [{ range: removed(unit, [(run[0] as TSESTree.Node).range[0], (run.at(-1) as TSESTree.Node).range[1]]), text: '' }]
    const end = endOf(unit, anchor)
    const rest = run.slice(at + 1).map((declaration, index): Edit => ({ range: [(run[at + index] as TSESTree.Node).range[1], declaration.range[1]], text: '' }))
    const before = run.slice(0, at).map((declaration, index): Edit => ({ range: [declaration.range[0], (run[index + 1] as TSESTree.Node).range[0]], text: '' }))
    return [...before, { range: [anchor.range[0], end], text: `${call}${text[end - 1] === ';' ? ';' : ''}` }, ...rest]
  })
}

/** Declarations with nothing but comments between them, together. */
function runsOf({ text }: SourceUnit, declarations: readonly TSESTree.VariableDeclaration[]): TSESTree.VariableDeclaration[][] {
  const runs: TSESTree.VariableDeclaration[][] = []
  for (const declaration of declarations) {
    const previous = runs.at(-1)?.at(-1)
    if (previous && isComments(text.slice(previous.range[1], declaration.range[0]))) runs.at(-1)?.push(declaration)
    else runs.push([declaration])
  }
  return runs
}

function isComments(text: string): boolean {
  return /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*$/.test(text)
}

/** Anything else: the values get names in front of the first statement, and each stands where it was awaited. */
function withNames(unit: SourceUnit, group: SequentialAwaits['group'], place: SequentialAwaits['place'], join: string, target: Target, given: Set<string>): readonly Edit[] | Refusal {
  const [first] = group as readonly [TSESTree.AwaitExpression]
  const refuse = (refused: string): Refusal => ({ refused, at: first })
  if (place !== 'first') return refuse('The code between them uses the results of some and makes what others need. Move what the later ones need in front of the first.')
  const statement = statementOf(first)
  if (!statement) return refuse('They stand in no block of their own.')
  if (group.some(({ argument }) => group.some(inner => inner !== argument.parent && argument.range[0] <= inner.range[0] && inner.range[1] <= argument.range[1]))) return refuse('One of them stands in another one.')
  const operands = group.map((node, at) => operandText(unit, node, at, target))
  const refused = operands.find(isRefused)
  if (refused) return refused
  const isFree = (name: string): boolean => !given.has(name) && !isTaken(unit.scopes, statement, name) && Boolean(given.add(name))
  const own = group.map(node => plainConstant(node))
  const names = group.map((node, at) => {
    const id = (own[at]?.declarations[0] as TSESTree.VariableDeclarator | undefined)?.id
    if (id) return unit.text.slice(...id.range)
    return node.parent.type === 'ExpressionStatement' ? '' : nameForResult(node, isFree)
  })
  const bound = names.slice(0, names.findLastIndex(name => name !== '') + 1)
  const head = `${bound.length > 0 ? `const [${bound.join(', ')}] = ` : ''}await ${join}([`
  const { newline, semicolon } = layoutOf(unit)
  const notes = group.map((node, at) => {
    const moved = own[at] ?? (node.parent.type === 'ExpressionStatement' ? node.parent : statement)
    return moved === statement ? noNotes : notesAbove(unit, moved)
  })
  const call = list(unit, statement, head, operands as string[], notes)
  const edits = group.flatMap((node, at): Edit[] => {
    const declaration = own[at]
    if (declaration === statement || node.parent === statement) return []
    if (declaration) return [{ range: removed(unit, declaration.range), text: '' }]
    return [replaced(unit, node, names[at] as string)]
  })
  if (own[0] === statement || first.parent === statement) return [{ range: [statement.range[0], endOf(unit, statement)], text: `${call}${unit.text[endOf(unit, statement) - 1] === ';' ? ';' : ''}` }, ...edits]
  const end = semicolon || /^[([`+\-/]/.test(unit.text.slice(statement.range[0])) ? ';' : ''
  return [{ range: [statement.range[0], statement.range[0]], text: `${call}${end}${newline}${indentAt(unit.text, statement.range[0])}` }, ...edits]
}

/** `const user = await …`, whose name can stand in the list. */
function plainConstant(node: TSESTree.AwaitExpression): TSESTree.VariableDeclaration | undefined {
  const declaration = declarationOf(node)
  const id = declaration?.declarations[0].id
  return declaration?.kind === 'const' && id && !('typeAnnotation' in id && id.typeAnnotation) ? declaration : undefined
}

/** The await replaced by the name of its value; a statement that was nothing but the await goes. */
function replaced(unit: SourceUnit, node: TSESTree.AwaitExpression, name: string): Edit {
  const { parent } = node
  if (parent.type === 'ExpressionStatement') return { range: removed(unit, parent.range), text: '' }
  const isShorthand = parent.type === 'Property' && parent.key.type === 'Identifier' && parent.key.name === name && !parent.computed
  return { range: isShorthand ? parent.range : node.range, text: name }
}

interface Notes {
  /** Comment lines above the operand. */
  readonly above: readonly string[]
  /** A comment that stood behind the one before, on its line. */
  readonly behindPrevious: string
}

const noNotes: Notes = { above: [], behindPrevious: '' }

/** The comments between two declarations that become neighbours in the list. */
function notesBetween({ text }: SourceUnit, previous: TSESTree.Node, declaration: TSESTree.Node): Notes {
  const [line = '', ...lines] = text.slice(previous.range[1], declaration.range[0]).split(/\r?\n/)
  return { behindPrevious: line.trim(), above: lines.map(one => one.trim()).filter(Boolean) }
}

/** The comments that a statement takes along when it leaves its place. */
function notesAbove({ text }: SourceUnit, { range }: TSESTree.Node): Notes {
  return { above: commentsAbove(text, range[0]), behindPrevious: '' }
}

/** The comment lines directly above a statement that moves away. */
function commentsAbove(text: string, start: number): string[] {
  const found: string[] = []
  const lines = text.slice(0, text.lastIndexOf('\n', start - 1)).split(/\r?\n/)
  for (let line = lines.pop(); line !== undefined && /^\s*\/\/|^\s*\/\*.*\*\/\s*$/.test(line); line = lines.pop()) found.unshift(line.trim())
  return found
}

/** What goes when a statement is gathered: its lines, with the comments that go with it. */
function removed({ text }: SourceUnit, [start, end]: readonly [number, number]): readonly [number, number] {
  let from = text.lastIndexOf('\n', start - 1) + 1
  if (text.slice(from, start).trim() !== '') return [start, end]
  for (const comment of commentsAbove(text, start).reverse()) from = text.lastIndexOf('\n', text.lastIndexOf(comment, from) - 1) + 1
  const rest = /^[\t ]*\r?\n(?:[\t ]*\r?\n)?/.exec(text.slice(end))
  return rest ? [from, end + rest[0].length] : [start, end]
}

/** The call, on one line where that is short and without comments. */
function list(unit: SourceUnit, anchor: TSESTree.Node, head: string, operands: readonly string[], notes: readonly Notes[]): string {
  const indent = indentAt(unit.text, anchor.range[0])
  const { newline } = layoutOf(unit)
  const hasNotes = notes.some(({ above, behindPrevious }) => above.length > 0 || behindPrevious)
  const line = `${head}${operands.join(', ')}])`
  if (!hasNotes && !line.includes('\n') && indent.length + line.length <= 100) return line
  const step = indentStep(unit.text, anchor)
  const rows = operands.flatMap((operand, at) => {
    const behind = notes[at + 1]?.behindPrevious
    return [...(notes[at]?.above ?? []).map(note => `${indent}${step}${note}`), `${indent}${step}${operand},${behind ? ` ${behind}` : ''}`]
  })
  return `${head}${newline}${rows.join(newline)}${newline}${indent}])`
}

/**
 * What stands in the list: the call as it is where nothing can throw before all are started, else a function that makes
 * it. The lines below the first move in with it.
 */
function operandText(unit: SourceUnit, { argument }: TSESTree.AwaitExpression, at: number, target: Target): string | Refusal {
  const step = indentStep(unit.text, argument)
  const [start, end] = argument.range
  const moved = indentLines(unit, [start, end], step).map(edit => ({ ...edit, range: [edit.range[0] - start, edit.range[1] - start] as const }))
  const text = applyEdits(unit.text.slice(start, end), moved)
  const isWaiting = waits(argument)
  const isBare = !isWaiting && (at === 0 || !mayThrowFirst(unit, argument))
  if (isBare) return argument.type === 'SequenceExpression' ? `(${text})` : text
  if (losesTypesInClosure(unit, argument)) return { refused: 'A function around one of the calls would see other types. Put what it uses into a `const` first.', at: argument }
  const body = argument.type === 'ObjectExpression' || argument.type === 'SequenceExpression' ? `(${text})` : text
  if (target === 'native') return `(async () => ${body})()`
  return `${isWaiting ? 'async ' : ''}() => ${body}`
}

function isRefused(operand: string | Refusal): operand is Refusal {
  return typeof operand !== 'string' && isRefusal(operand)
}

/** The declaration that is nothing but one await's. */
function declarationOf(node: TSESTree.AwaitExpression): TSESTree.VariableDeclaration | undefined {
  const { parent } = node
  if (parent.type !== 'VariableDeclarator' || parent.init !== node || parent.parent.type !== 'VariableDeclaration') return undefined
  const declaration = parent.parent
  return declaration.declarations.length === 1 && !declaration.declare && (declaration.kind === 'const' || declaration.kind === 'let' || declaration.kind === 'var') ? declaration : undefined
}

function statementOf(node: TSESTree.Node): TSESTree.Node | undefined {
  for (let at: TSESTree.Node | undefined = node; at; at = at.parent) if (at.parent?.type === 'BlockStatement' || at.parent?.type === 'Program' || at.parent?.type === 'SwitchCase') return at
  return undefined
}
