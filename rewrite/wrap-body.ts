import type { TSESTree } from '@typescript-eslint/types'
import type { SourceUnit } from '../analysis/unit.js'
import { walkOwn, type FunctionNode } from '../analysis/walk.js'
import { insert, type Edit } from './edit.js'
import { afterLineComment, indentLines, indentOfBlock, indentUnit, layoutOf } from './layout.js'

/**
 * Puts the whole body of a function into a callback, so that `this`, `arguments`, narrowings and hoisted names stay as they are.
 *
 * @param open what stands before the body: `await taskGroup(async (tg) => {`
 * @param wrappedToo functions around it whose bodies move in the same run, which indents new lines as well
 */
export function wrapBody(unit: SourceUnit, fn: FunctionNode, open: string, wrappedToo: readonly FunctionNode[] = []): { head: Edit[]; tail: Edit } {
  const body = fn.body as TSESTree.BlockStatement
  const { text } = unit
  const { newline, semicolon } = layoutOf(unit)
  const close = `})${semicolon}`
  const directive = body.body.filter(statement => statement.type === 'ExpressionStatement' && typeof statement.directive === 'string').at(-1)
  const from = directive ? directive.range[1] : body.range[0] + 1
  const end = body.range[1] - 1
  if (!text.slice(from, end).includes('\n')) {
    const inside = text.slice(from, end)
    const padding = /\s$/.test(inside) ? '' : ' '
    return { head: [insert(from, ` ${open}${/^\s/.test(inside) ? '' : ' '}`)], tail: insert(end, `${padding}${close} `) }
  }
  const indent = indentOfBlock(text, body) + indentUnit(text, body)
  const line = newline + wrappedToo.map(around => indentUnit(text, around.body as TSESTree.BlockStatement)).join('')
  const start = afterLineComment(text, from)
  // A statement on the line of its brace moves to a line of its own.
  const spaces = /^[\t ]*/.exec(text.slice(start))?.[0].length ?? 0
  const startsOnSameLine = !/^\r?\n/.test(text.slice(start + spaces))
  const head: Edit = startsOnSameLine ? { range: [start, start + spaces], text: line + indent + open + line + indent + indentUnit(text, body) } : insert(start, line + indent + open)
  const lastLine = text.lastIndexOf('\n', end - 1) + 1
  const closesOnOwnLine = /^[\t ]*$/.test(text.slice(lastLine, end))
  const trailing = text.slice(0, end).trimEnd().length
  const tail: Edit = closesOnOwnLine ? insert(lastLine, indent + close + line) : { range: [trailing, end], text: line + indent + close + line + indentOfBlock(text, body) }
  return { head: [head, ...indentLines(unit, [start, closesOnOwnLine ? lastLine - 1 : end], indentUnit(text, body))], tail }
}

/** A parameter that a `var` in the body declares again: in a callback it would be another variable. */
export function redeclaredParameter(unit: SourceUnit, fn: FunctionNode): string | undefined {
  const parameters = new Set(fn.params.flatMap(parameter => unit.scopes.getDeclaredVariables(fn).filter(variable => variable.defs.some(definition => definition.name.range[0] >= parameter.range[0] && definition.name.range[1] <= parameter.range[1])).map(variable => variable.name)))
  let redeclared: string | undefined
  walkOwn(fn.body, node => {
    if (node.type !== 'VariableDeclaration' || node.kind !== 'var') return
    for (const variable of unit.scopes.getDeclaredVariables(node)) if (parameters.has(variable.name)) redeclared = variable.name
  })
  return redeclared
}
