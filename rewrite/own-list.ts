import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import type { StartedList } from '../analysis/facts.js'
import type { SourceUnit } from '../analysis/unit.js'
import { isFunction, isWithin, walkOwn } from '../analysis/walk.js'
import { insert, type Edit, type ImportNeed, type Rewrite } from './edit.js'
import { endOf, indentAt, indentLines, indentStep, layoutOf } from './layout.js'
import { holdsYield, losesTypesInClosure } from './startable.js'

/**
 * The statements from the one that declares a list of started work to the one that joins it become the body of a group, which gives
 * what the join gives.
 *
 * @param edits what makes children of the members
 */
export function inListsGroup(unit: SourceUnit, join: TSESTree.CallExpression, { declaration }: StartedList, edits: readonly Edit[], { open, close }: { readonly open: string; readonly close: string }, need: ImportNeed): Rewrite {
  const refuse = (refused: string): Rewrite => ({ refused, at: join })
  const wait = join.parent as TSESTree.AwaitExpression
  const user = wait.parent
  const last = user.type === 'VariableDeclarator' && user.init === wait && user.parent.declarations.length === 1 ? user.parent : user.type === 'ExpressionStatement' || user.type === 'ReturnStatement' ? user : undefined
  if (!last || last.parent !== declaration.parent || !('body' in declaration.parent) || !Array.isArray(declaration.parent.body)) return refuse('The list is not joined by a statement of the block that declares it. Join it there first.')
  const body = declaration.parent.body as TSESTree.Statement[]
  const statements = body.slice(body.indexOf(declaration), body.indexOf(last as TSESTree.Statement))
  const inside = { range: [declaration.range[0], last.range[0]] as const } as Pick<TSESTree.Node, 'range'>
  if (statements.some(leaves)) return refuse('Something between the list and its join leaves the function or a loop, which it could not do from inside of a group. Join the list first.')
  if (statements.some(holdsYield)) return refuse('A generator can yield in no other function. Join the list first.')
  const taken = statements.flatMap(statement => declaredBy(unit, statement)).find(({ references }) => references.some(({ identifier }) => !isWithin(identifier as TSESTree.Node, { range: [inside.range[0], last.range[1]] } as TSESTree.Node)))
  if (taken) return refuse(`\`${taken.name}\` is declared between the list and its join, and used behind it. Declare it in front of the list first.`)
  if ([...statements, join].some(statement => losesTypesInClosure(unit, statement, inside))) return refuse('The type checker knows more about a variable here than in the function that a group needs. Put its value in a constant first.')
  const typed = takesTasks(declaration)
  if (!typed) return refuse('The list is declared for something else than promises, which a task of a group may not be. Declare it for PromiseLike first.')
  const { newline } = layoutOf(unit)
  const [indent, step] = [indentAt(unit.text, declaration.range[0]), indentStep(unit.text, declaration)]
  const isValue = last.type !== 'ExpressionStatement'
  // `const pages = await Promise.all(list)` gives its name and its `await` to the group.
  const head = unit.text.slice(last.range[0], isValue ? wait.range[0] : last.range[0])
  const end = endOf(unit, last)
  const semicolon = unit.text.slice(wait.range[1], end)
  return {
    edits: [
      insert(declaration.range[0], `${head}await ${open}${newline}${indent}${step}`),
      ...indentLines(unit, [declaration.range[0], last.range[1]], step),
      ...(isValue ? [{ range: [last.range[0], join.range[0]] as const, text: 'return ' }] : []),
      ...typed,
      ...edits,
      insert(end, `${newline}${indent}${close}${semicolon}`),
    ],
    imports: [need],
  }
}

/** A list declared for `Promise<T>` becomes one for `PromiseLike<T>`, which a group's task is; undefined where it is declared for anything else. */
function takesTasks({ declarations: [declarator] }: TSESTree.VariableDeclaration): readonly Edit[] | undefined {
  const types = [declarator?.id.typeAnnotation?.typeAnnotation, declarator?.init?.type === 'NewExpression' ? declarator.init.typeArguments?.params[0] : undefined].filter(type => type !== undefined)
  const members = types.map(memberOf)
  return members.every(member => member !== undefined) ? members.map(({ typeName }) => ({ range: typeName.range, text: 'PromiseLike' })) : undefined
}

/** The `Promise<T>` of `Promise<T>[]`, `Array<Promise<T>>`, `Set<Promise<T>>`. */
function memberOf(type: TSESTree.TypeNode): TSESTree.TSTypeReference | undefined {
  if (type.type === 'TSArrayType') return memberOf(type.elementType)
  if (type.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return undefined
  const [only] = type.typeArguments?.params ?? []
  return type.typeName.name === 'Promise' ? type : only && ['Array', 'Set'].includes(type.typeName.name) ? memberOf(only) : undefined
}

/** Whether a statement may return, or break out of itself. */
function leaves(statement: TSESTree.Statement): boolean {
  let found = false
  walkOwn(statement, node => {
    if (node.type === 'ReturnStatement') found = true
    if (node.type === 'BreakStatement' || node.type === 'ContinueStatement') found ||= !staysIn(node, statement)
  })
  return found
}

function staysIn(node: TSESTree.BreakStatement | TSESTree.ContinueStatement, statement: TSESTree.Statement): boolean {
  for (let at: TSESTree.Node | undefined = node.parent; at && !isFunction(at); at = at.parent) {
    const isTarget = node.label ? at.type === 'LabeledStatement' && at.label.name === node.label.name : /^(?:While|DoWhile|For|ForIn|ForOf)Statement$/.test(at.type) || (node.type === 'BreakStatement' && at.type === 'SwitchStatement')
    if (isTarget) return true
    if (at === statement) return false
  }
  return false
}

function declaredBy(unit: SourceUnit, statement: TSESTree.Statement): readonly Variable[] {
  if (statement.type === 'VariableDeclaration') return statement.declarations.flatMap(declarator => unit.scopes.getDeclaredVariables(declarator))
  return statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration' ? unit.scopes.getDeclaredVariables(statement) : []
}
