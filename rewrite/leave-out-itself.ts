import type { TSESTree } from '@typescript-eslint/types'
import type { SelfAwait } from '../analysis/facts.js'
import { variableOf } from '../analysis/scopes.js'
import type { SourceUnit } from '../analysis/unit.js'
import { memberName, unwrap } from '../analysis/walk.js'
import { runtime } from './awaiting.js'
import type { Rewrite } from './edit.js'
import { localName } from './imports.js'

/** `wait(allTasks())` in a task becomes `wait(otherTasks())`, which has all but the current task and those that wait for it. */
export function leaveOutItself(unit: SourceUnit, { tasks, node }: SelfAwait): Rewrite {
  if (!tasks) return { refused: 'There is no call of allTasks() here that could be one of otherTasks().', at: node }
  const callee = unwrap(tasks.callee)
  if (callee.type === 'MemberExpression' && memberName(callee) === 'allTasks') return { edits: [{ range: callee.property.range, text: 'otherTasks' }], imports: [] }
  const need = { name: 'otherTasks', from: runtime }
  const name = localName(unit, need, tasks)
  if (name === undefined) return { refused: 'The name `otherTasks` means something else here; rename that first.', at: tasks }
  const specifier = onlyUse(unit, callee)
  if (specifier && name === need.name) return { edits: [{ range: specifier.range, text: need.name }, { range: callee.range, text: name }], imports: [] }
  return { edits: [{ range: callee.range, text: name }], imports: [need] }
}

/** The import of a name that nothing else uses, so that the other name can take its place. */
function onlyUse(unit: SourceUnit, callee: TSESTree.Expression): TSESTree.ImportSpecifier | undefined {
  const variable = callee.type === 'Identifier' ? variableOf(unit.scopes, callee) : undefined
  const [definition] = variable?.defs ?? []
  if (variable?.references.length !== 1 || definition?.type !== 'ImportBinding' || definition.node.type !== 'ImportSpecifier') return undefined
  const hasOther = definition.parent.type === 'ImportDeclaration' && definition.parent.specifiers.some(other => other.type === 'ImportSpecifier' && other.imported.type === 'Identifier' && other.imported.name === 'otherTasks')
  return hasOther ? undefined : definition.node
}
