import type { TSESTree } from '@typescript-eslint/types'
import type { SharedConnection } from '../analysis/facts.js'
import type { SourceUnit } from '../analysis/unit.js'
import { isFunction, memberName, unwrap } from '../analysis/walk.js'
import { bindsTighter } from './awaiting.js'
import { insert, type Edit, type Rewrite } from './edit.js'
import { endOf, hasCommentsAround, indentAt, layoutOf } from './layout.js'

/** `const [x, y] = await Promise.all([a(), b()])` → `… = [await a(), await b()]`; a statement becomes one for each member. */
export function oneAfterTheOther(unit: SourceUnit, { join }: SharedConnection): Rewrite {
  const [list] = join.arguments
  const { parent } = join
  const refuse = (refused: string): Rewrite => ({ refused, at: join })
  if (parent.type !== 'AwaitExpression' || !['all', 'gather'].includes(calledName(join))) return refuse('Only `await Promise.all([…])` has the same results one after the other.')
  if (list?.type !== 'ArrayExpression' || join.arguments.length > 1) return refuse('These are as many as a list has elements. Write a loop that awaits each.')
  const members = list.elements.flatMap(element => (element && element.type !== 'SpreadElement' && !isFunction(unwrap(element)) ? element : []))
  if (members.length < list.elements.length) return refuse('Not every member is a promise of its own. Write them as statements.')
  if (parent.parent.type === 'ExpressionStatement') return hasCommentsAround(unit, parent.parent, members) ? refuse('Comments stand between them. Write them as statements.') : { edits: [asStatements(unit, parent.parent, members)], imports: [] }
  return {
    edits: [
      { range: [parent.range[0], list.range[0]], text: '' },
      ...members.flatMap(member => awaited(member)),
      { range: [list.range[1], join.range[1]], text: '' },
    ],
    imports: [],
  }
}

function calledName({ callee }: TSESTree.CallExpression): string {
  return callee.type === 'MemberExpression' ? (memberName(callee) ?? '') : callee.type === 'Identifier' ? callee.name : ''
}

function awaited(member: TSESTree.Expression): Edit[] {
  const [start, end] = member.range
  return bindsTighter(member) ? [insert(start, 'await ')] : [insert(start, 'await ('), insert(end, ')')]
}

function asStatements(unit: SourceUnit, statement: TSESTree.ExpressionStatement, members: readonly TSESTree.Expression[]): Edit {
  const { text } = unit
  const { newline, semicolon } = layoutOf(unit)
  const end = endOf(unit, statement)
  const lines = members.map(member => (bindsTighter(member) ? `await ${text.slice(...member.range)}` : `await (${text.slice(...member.range)})`))
  return { range: [statement.range[0], end], text: `${lines.join(`${semicolon}${newline}${indentAt(text, statement.range[0])}`)}${text[end - 1] === ';' ? ';' : ''}` }
}
