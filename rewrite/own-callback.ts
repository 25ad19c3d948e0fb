import type { TSESTree } from '@typescript-eslint/types'
import type { DroppedCallback } from '../analysis/facts.js'
import type { SourceUnit } from '../analysis/unit.js'
import { isFunction, memberName, unwrap, waits } from '../analysis/walk.js'
import { nameTaken, runtime, whyNoAwait, whyNoPromiseAll, whyNotDelayed } from './awaiting.js'
import { insert, type Edit, type ImportNeed, type Rewrite } from './edit.js'
import { localName } from './imports.js'
import { redeclaredParameter, wrapBody } from './wrap-body.js'

/** `list.forEach(async x => …)` → `await gather(list.map(async x => …))`: as concurrent as before, and waited for. */
export function mapAndJoin(unit: SourceUnit, { node }: DroppedCallback, target: 'structured-async' | 'native'): Rewrite {
  const refuse = (refused: string): Rewrite => ({ refused, at: node })
  const call = node.parent
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression' || memberName(call.callee) !== 'forEach' || call.callee.computed) return refuse('Only what a forEach starts can be mapped and joined.')
  if (unit.types.isArray(call.callee.object) !== 'yes') return refuse('It may be no array, and have no map. Write a loop that awaits.')
  if (call.parent.type !== 'ExpressionStatement') return refuse('The forEach is a part of something else. Give it a statement of its own.')
  if (call.arguments.length !== 1) return refuse('The callback is bound to a `this`. Bind it, or use an arrow function.')
  const need: ImportNeed = { name: 'gather', from: runtime }
  const join = target === 'native' ? 'Promise.all' : localName(unit, need, node)
  if (join === undefined) return nameTaken(need, node)
  const refusal = whyNoAwait(unit, call) ?? whyNotDelayed(unit, call) ?? (target === 'native' ? whyNoPromiseAll(unit, call) : undefined)
  if (refusal) return refusal
  const edits: Edit[] = [insert(call.range[0], `await ${join}(`), { range: call.callee.property.range, text: 'map' }, insert(call.range[1], ')')]
  return { edits, imports: target === 'native' ? [] : [need] }
}

/** `on('x', async a => { … })` → `on('x', a => { background(async () => { … }) })`: an owner that keeps the task and reports its error. */
export function backgroundInside(unit: SourceUnit, { node }: DroppedCallback): Rewrite {
  const refuse = (refused: string): Rewrite => ({ refused, at: node })
  if (!isFunction(node)) return refuse('The function stands somewhere else. Catch its errors there.')
  const { text } = unit
  const keyword = node.async ? /^async\s+/.exec(text.slice(node.range[0])) : undefined
  if (node.async && !keyword) return refuse('A method can\'t be rewritten in its place. Give its work to background() inside.')
  if (node.generator) return refuse('A generator is run by whoever iterates it.')
  if (node.returnType) return refuse('The function says that it gives a promise. Change its return type first.')
  const redeclared = redeclaredParameter(unit, node)
  if (redeclared !== undefined) return refuse(`\`var ${redeclared}\` declares a parameter again, and would be another variable inside. Rename it first.`)
  if (node.type === 'FunctionExpression' && node.id) return refuse('The function has a name and may call itself. Give its work to background() inside.')
  if (node.body.type !== 'BlockStatement' && !['AwaitExpression', 'CallExpression', 'ImportExpression', 'NewExpression'].includes(unwrap(node.body).type)) return refuse('The function gives a promise only sometimes. Give it a block, and the promise to background().')
  if (node.body.type !== 'BlockStatement' && unit.ast.comments?.some(({ range }) => range[0] > node.range[0] && range[1] < node.range[1])) return refuse('There is a comment in the way. Give the function a block first.')
  const need: ImportNeed = { name: 'background', from: runtime }
  const background = localName(unit, need, node)
  if (background === undefined) return nameTaken(need, node)
  const edits: Edit[] = keyword ? [{ range: [node.range[0], node.range[0] + keyword[0].length], text: '' }] : []
  if (node.body.type === 'BlockStatement') {
    const { head, tail } = wrapBody(unit, node, `${background}(async () => {`)
    return { edits: [...edits, ...head, tail], imports: [need] }
  }
  const [start, end] = withParentheses(text, node.body)
  return { edits: [...edits, insert(start, `{ ${background}(${waits(node.body) ? 'async ' : ''}() => `), insert(end, ') }')], imports: [need] }
}

/** An arrow function's body with the parentheses around an object literal. */
function withParentheses(text: string, body: TSESTree.Expression): [number, number] {
  let [start, end] = body.range
  for (;;) {
    const before = /\(\s*$/.exec(text.slice(0, start))
    const after = /^\s*\)/.exec(text.slice(end))
    const opensBody = before && /=>\s*\(*\s*$/.test(text.slice(0, before.index + 1))
    if (!before || !after || !opensBody) return [start, end]
    start = before.index
    end += after[0].length
  }
}
