import type { TSESTree } from '@typescript-eslint/types'
import type { SourceUnit } from '../analysis/unit.js'
import { walk } from '../analysis/walk.js'
import { insert, type Edit } from './edit.js'
import { indentAt, layoutOf } from './layout.js'

/** Something that is left to do by hand. */
export interface LeftToDo {
  /** Count from 1. */
  readonly line: number
  readonly column: number
  /** Who would have done it. */
  readonly by: string
  readonly reason: string
}

/** What all comments begin with, so that one search finds them. */
export const todoMark = 'TODO(structured-async)'

/**
 * A comment in front of each statement that something is left to do in, with the reason. Those that are there already are left as they are,
 * and one with an old reason is given the new one.
 */
export function todoEdits(unit: SourceUnit, left: readonly LeftToDo[]): readonly Edit[] {
  const { newline } = layoutOf(unit)
  const wanted = new Map<string, { readonly start: number; readonly by: string; readonly comments: string[] }>()
  for (const { line, column, by, reason } of left) {
    const statement = statementAt(unit, line, column)
    if (!statement) continue
    const [start] = statement.range
    const group = wanted.get(`${start} ${by}`) ?? { start, by, comments: [] }
    group.comments.push(`// ${todoMark} ${by}: ${reason.replace(/\s+/g, ' ')}`)
    wanted.set(`${start} ${by}`, group)
  }
  return [...wanted.values()].flatMap(({ start, by, comments }): Edit[] => {
    const [comment] = comments as [string, ...string[]]
    const indent = indentAt(unit.text, start)
    const above = linesAbove(unit.text, start - indent.length)
    const old = above.find(({ text }) => text.trimStart().startsWith(`// ${todoMark} ${by}: `))
    if (old && comments.includes(old.text.trim())) return []
    if (old) return [{ range: [old.start + (old.text.length - old.text.trimStart().length), old.start + old.text.length], text: comment }]
    // `// eslint-disable-next-line` speaks of the line below it.
    const directives = above.findIndex(({ text }) => !/next-line|\bignore\b|@ts-/.test(text))
    const first = (directives < 0 ? above : above.slice(0, directives)).at(-1)
    return [insert(first ? first.start + (first.text.length - first.text.trimStart().length) : start, `${comment}${newline}${indent}`)]
  })
}

/** The innermost statement around a position that begins its line. */
function statementAt({ ast, text }: SourceUnit, line: number, column: number): TSESTree.Node | undefined {
  let found: TSESTree.Node | undefined
  walk(ast, node => {
    const { start, end } = node.loc
    const isAround = (start.line < line || (start.line === line && start.column < column)) && (end.line > line || (end.line === line && end.column >= column))
    if (!isAround && node.type !== 'Program') return 'skip'
    const isStatement = (/Statement$|Declaration$/.test(node.type) && node.type !== 'BlockStatement') || node.type === 'PropertyDefinition' || node.type === 'MethodDefinition'
    const before = text.slice(text.lastIndexOf('\n', node.range[0] - 1) + 1, node.range[0])
    if (isStatement && before.trim() === '') found = node
    return undefined
  })
  return found
}

/** The lines right above an offset that are comments, the nearest first. */
function linesAbove(text: string, offset: number): { readonly start: number; readonly text: string }[] {
  const lines = []
  for (let end = offset; end > 0; ) {
    const start = text.lastIndexOf('\n', end - 2) + 1
    const line = text.slice(start, end).replace(/\r?\n$/, '')
    if (!/^\s*(?:\/\/|\/\*.*\*\/\s*$)/.test(line)) break
    lines.push({ start, text: line })
    end = start
  }
  return lines
}
