import type { SharedConnection } from '../analysis/facts.js'
import { isFunction, unwrap } from '../analysis/walk.js'
import type { Rewrite } from './edit.js'

/** `await Promise.all([a(), b()])` → `[await a(), await b()]`. */
export function oneAfterTheOther({ join }: SharedConnection): Rewrite {
  const [list] = join.arguments
  const { parent } = join
  const refuse = (refused: string): Rewrite => ({ refused, at: join })
  if (parent.type !== 'AwaitExpression' || !/^all$|^gather$/.test(join.callee.type === 'MemberExpression' ? (join.callee.property as { name?: string }).name ?? '' : join.callee.type === 'Identifier' ? join.callee.name : '')) return refuse('Only `await Promise.all([…])` has the same results one after the other.')
  if (list?.type !== 'ArrayExpression' || join.arguments.length > 1) return refuse('These are as many as a list has elements. Write a loop that awaits each.')
  if (list.elements.some(element => !element || element.type === 'SpreadElement' || isFunction(unwrap(element)))) return refuse('Not every member is a promise of its own. Write them as statements.')
  return {
    edits: [
      { range: [parent.range[0], list.range[0]], text: '' },
      ...list.elements.flatMap(element => (element ? [{ range: [element.range[0], element.range[0]] as const, text: 'await ' }] : [])),
      { range: [list.range[1], join.range[1]], text: '' },
    ],
    imports: [],
  }
}
