import type { TSESTree } from '@typescript-eslint/types'
import type { WaitForAllTasks } from '../facts.js'
import type { Finder } from '../find.js'
import { isTestFile } from '../test-files.js'
import type { SourceUnit } from '../unit.js'
import { codeAround, isFunction, unwrap } from '../walk.js'
import { runsAsTask } from './running.js'
import { runtimeMember } from './runtime.js'

/** Waits for every task there is, as the last thing that a function or a file does: what a group would do for its own tasks alone. */
export const allTasksFinder: Finder<WaitForAllTasks, object> = { types: ['AwaitExpression'], at: (node, unit) => (node.type === 'AwaitExpression' ? waitAt(unit, node) : []) }

function waitAt(unit: SourceUnit, node: TSESTree.AwaitExpression): WaitForAllTasks[] {
  const join = unwrap(node.argument)
  const how = join.type === 'CallExpression' ? runtimeMember(unit, join) : undefined
  if (join.type !== 'CallExpression' || (how !== 'wait' && how !== 'gather') || join.arguments.length !== 1 || !isLast(node) || isTestFile(unit)) return []
  const tasks = everyTaskIn(unit, join)
  if (!tasks) return []
  const fn = codeAround(node)
  // A task that waits for all tasks waits for itself: `no-self-await` says so.
  if (runtimeMember(unit, tasks) === 'allTasks' && tasks.arguments.length === 0 && fn && isFunction(fn) && runsAsTask(unit, fn)) return []
  return [{ kind: 'wait-for-all-tasks', node, tasks, how, certainty: 'proven', because: [] }]
}

/** The `allTasks()` or `otherTasks()` that a join is given, by itself or in a list. */
export function everyTaskIn(unit: SourceUnit, { arguments: [list] }: TSESTree.CallExpression): TSESTree.CallExpression | undefined {
  const [only, ...others] = list?.type === 'ArrayExpression' ? list.elements : [list]
  const node = only?.type === 'SpreadElement' ? unwrap(only.argument) : only && unwrap(only)
  return others.length === 0 && node?.type === 'CallExpression' && ['allTasks', 'otherTasks'].includes(runtimeMember(unit, node) ?? '') ? node : undefined
}

/** Whether it is the last statement of a function's body or of a file. */
function isLast({ parent }: TSESTree.Node): boolean {
  if (parent?.type !== 'ExpressionStatement') return false
  const block = parent.parent
  if (block.type === 'Program') return block.body.at(-1) === parent
  return block.type === 'BlockStatement' && block.body.at(-1) === parent && isFunction(block.parent)
}
