import type { TSESTree } from '@typescript-eslint/types'
import type { SourceUnit } from '../analysis/unit.js'
import { walk } from '../analysis/walk.js'
import { insert, type Edit } from './edit.js'

/** How the file is written, so that new text looks like the old. */
export interface Layout {
  readonly newline: '\n' | '\r\n'
  readonly quote: '"' | "'"
  readonly semicolon: ';' | ''
}

export function layoutOf(unit: SourceUnit): Layout {
  let layout = layouts.get(unit.ast)
  if (!layout) layouts.set(unit.ast, (layout = readLayout(unit)))
  return layout
}

const layouts = new WeakMap<TSESTree.Program, Layout>()

function readLayout({ text, ast }: SourceUnit): Layout {
  const source = ast.body.flatMap(statement => (statement.type === 'ImportDeclaration' ? [statement.source.raw] : []))[0] ?? /require\((["'])/.exec(text)?.[1]
  const sample = ast.body.find(statement => /^(Import|Variable|Expression|ExportAll)/.test(statement.type)) ?? firstSimpleStatement(ast)
  return {
    newline: text.includes('\r\n') ? '\r\n' : '\n',
    quote: source ? (source.startsWith('"') ? '"' : "'") : (text.match(/"/g) ?? []).length > (text.match(/'/g) ?? []).length ? '"' : "'",
    semicolon: !sample || /;$/.test(text.slice(sample.range[0], endOf({ text }, sample))) ? ';' : '',
  }
}

/** The white space at the start of the line that `offset` is on. */
export function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  return /^[\t ]*/.exec(text.slice(start, offset))?.[0] ?? ''
}

/** The white space that the line of the block's closing brace begins with, or, where that line holds more, that of its opening one. */
export function indentOfBlock(text: string, { range: [start, end] }: TSESTree.BlockStatement): string {
  const closing = text.slice(text.lastIndexOf('\n', end - 1) + 1, end - 1)
  return closing.trim() === '' && text.slice(start, end).includes('\n') ? closing : indentAt(text, start)
}

/** One level of indentation: what a statement has more than the block it is in. */
export function indentUnit(text: string, block: TSESTree.BlockStatement): string {
  const first = block.body[0]
  const inner = first && text.slice(block.range[0], first.range[0]).includes('\n') ? indentAt(text, first.range[0]) : ''
  const outer = indentOfBlock(text, block)
  if (inner.length > outer.length && inner.startsWith(outer)) return inner.slice(outer.length)
  return /\n\t/.test(text) ? '\t' : '  '
}

/** One level of indentation around `node`, where no block that begins there says it. */
export function indentStep(text: string, node: TSESTree.Node): string {
  for (let at: TSESTree.Node | undefined = node; at; at = at.parent) if (at.type === 'BlockStatement') return indentUnit(text, at)
  return /\n(\t| {2,8})\S/.exec(text)?.[1] ?? '  '
}

/** Insertions that move the lines that begin in `range` by `indent`; lines that begin inside a template or a string stay. */
export function indentLines(unit: SourceUnit, [start, end]: readonly [number, number], indent: string): Edit[] {
  const { text } = unit
  const fixed = rangesWithFixedLines(unit)
  const edits: Edit[] = []
  for (let at = text.indexOf('\n', start) + 1; at > 0 && at < end; at = text.indexOf('\n', at) + 1) {
    const isBlank = /^[\t ]*\r?(?:\n|$)/.test(text.slice(at, at + 400))
    if (!isBlank && !fixed.some(([from, to]) => from < at && at < to)) edits.push(insert(at, indent))
  }
  return edits
}

/** Where the statement ends to the eye: in `f()⏎;[1].map(g)` the semicolon belongs to it, but guards the next line. */
export function endOf({ text }: Pick<SourceUnit, 'text'>, { range: [start, end] }: TSESTree.Node): number {
  return end - (/\s*\n\s*;$/.exec(text.slice(start, end))?.[0].length ?? 0)
}

/** What a statement that is inserted at `offset` ends with: where semicolons are not the style, one that the rest of the line, or a next line that starts like an operator, needs. */
export function separatorAt(unit: SourceUnit, offset: number): ';' | '' {
  const rest = unit.text.slice(offset)
  const code = rest.replace(/^(?:\s|\/\/[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '')
  const before = rest.slice(0, rest.length - code.length)
  const isGuarded = code === '' || /^[;}]/.test(code)
  return layoutOf(unit).semicolon || (!isGuarded && (!before.includes('\n') || /^[([`+\-/]/.test(code)) ? ';' : '')
}

/** Where the rest of the line holds nothing but a comment, the end of the line, else `offset`. */
export function afterLineComment(text: string, offset: number): number {
  const rest = /^[\t ]*\/\/[^\r\n]*|^[\t ]*\/\*(?:(?!\*\/)[^\r\n])*\*\/[\t ]*(?=\r?\n)/.exec(text.slice(offset, offset + 2000))
  return rest ? offset + rest[0].length : offset
}

/** Whether comments stand in a range outside of the parts of it that are kept, which stand in their order. */
export function hasCommentsAround({ text }: SourceUnit, { range: [start, end] }: Pick<TSESTree.Node, 'range'>, kept: readonly TSESTree.Node[]): boolean {
  const gaps = [...kept.map(({ range }) => range), [end, end] as const].map(([to], at) => text.slice(kept[at - 1]?.range[1] ?? start, to))
  return gaps.some(gap => /\/[/*]/.test(gap))
}

const templates = new WeakMap<TSESTree.Program, (readonly [number, number])[]>()

function rangesWithFixedLines({ ast }: SourceUnit): (readonly [number, number])[] {
  let ranges = templates.get(ast)
  if (!ranges) {
    ranges = []
    walk(ast, node => {
      // A string goes over lines where a backslash ends one.
      if (node.type === 'TemplateElement' || (node.type === 'Literal' && typeof node.value === 'string')) ranges?.push(node.range)
    })
    templates.set(ast, ranges)
  }
  return ranges
}

function firstSimpleStatement(ast: TSESTree.Program): TSESTree.Node | undefined {
  let found: TSESTree.Node | undefined
  walk(ast, node => {
    if (!found && (node.type === 'ExpressionStatement' || node.type === 'VariableDeclaration' || node.type === 'ReturnStatement') && node.parent?.type !== 'ForStatement') found = node
    return found ? 'skip' : undefined
  })
  return found
}
