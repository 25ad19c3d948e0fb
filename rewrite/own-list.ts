import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import type { StartedList } from '../analysis/facts.js'
import type { SourceUnit } from '../analysis/unit.js'
import { isFunction, unwrap, walkOwn } from '../analysis/walk.js'
import { insert, type Edit, type ImportNeed, type Rewrite } from './edit.js'
import { endOf, indentAt, indentLines, indentStep, layoutOf } from './layout.js'
import { holdsYield, losesTypesInClosure } from './startable.js'

/**
 * The statements from the one that declares a list of started work to the one that joins it become the body of a group, which gives
 * what the join gives.
 *
 * @param edits what makes children of the members
 */
export function inListsGroup(unit: SourceUnit, join: TSESTree.CallExpression, { declaration, puts }: StartedList, edits: readonly Edit[], { open, isInspected }: { readonly open: string; readonly isInspected: boolean }, need: ImportNeed): Rewrite {
  const refuse = (refused: string): Rewrite => ({ refused, at: join })
  const wait = join.parent as TSESTree.AwaitExpression
  const user = wait.parent
  const last = user.type === 'VariableDeclarator' && user.init === wait && user.parent.declarations.length === 1 ? user.parent : user.type === 'ExpressionStatement' || user.type === 'ReturnStatement' ? user : undefined
  if (!last || last.parent !== declaration.parent || !('body' in declaration.parent) || !Array.isArray(declaration.parent.body)) return refuse('The list is not joined by a statement of the block that declares it. Join it there first.')
  const body = declaration.parent.body as TSESTree.Statement[]
  const statements = body.slice(body.indexOf(declaration), body.indexOf(last as TSESTree.Statement))
  const inside = { range: [declaration.range[0], last.range[0]] as const } as Pick<TSESTree.Node, 'range'>
  if (/\(\s*$/.test(unit.text.slice(0, wait.range[0]))) return refuse('The join stands in parentheses. Take them away first.')
  if (statements.some(stays)) return refuse('Something between the list and its join can stand at no other place: an import, an export, or a `using`. Move it first.')
  if (statements.some(leaves)) return refuse('Something between the list and its join leaves the function or a loop, or throws, which would not be the same from inside of a group. Join the list first.')
  if (statements.some(holdsYield)) return refuse('A generator can yield in no other function. Join the list first.')
  const taken = declaredIn(unit, inside).find(({ references }) => references.some(({ identifier }) => identifier.range[0] < inside.range[0] || last.range[1] <= identifier.range[0]))
  if (taken) return refuse(`\`${taken.name}\` is declared between the list and its join, and used behind it. Declare it in front of the list first.`)
  if ([...statements, join].some(statement => losesTypesInClosure(unit, statement, inside))) return refuse('The type checker knows more about a variable here than in the function that a group needs. Put its value in a constant first.')
  const typed = takesTasks(declaration)
  if (!typed) return refuse('The list is declared for something else than promises, which a task of a group may not be. Declare it for PromiseLike first.')
  // An error of something else comes out as it is, and so does a lone one that somebody looks at.
  const isUnwrapped = isInspected || statements.slice(1).some(statement => mayFail(statement, puts))
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
      insert(end, `${newline}${indent}${isUnwrapped ? '}, { unwrapSingle: true })' : '})'}${semicolon}`),
    ],
    imports: [need],
  }
}

/** A list declared for `Promise<T>` becomes one for `PromiseLike<T>`, which a group's task is; undefined where it is declared for anything else. */
function takesTasks({ declarations: [declarator] }: TSESTree.VariableDeclaration): readonly Edit[] | undefined {
  // `[] as Promise<T>[]`
  if (declarator?.init && unwrap(declarator.init) !== declarator.init) return undefined
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

/** Whether a statement may return, throw, or break out of itself. */
function leaves(statement: TSESTree.Statement): boolean {
  let found = false
  walkOwn(statement, node => {
    // What is thrown here would come out of the group as something else, and it tells the type checker something about what follows.
    if (node.type === 'ReturnStatement' || node.type === 'ThrowStatement') found = true
    if (node.type === 'BreakStatement' || node.type === 'ContinueStatement') found ||= !staysIn(node, statement)
  })
  return found
}

/** Whether something but the work that is put into the list is called or waited for. */
function mayFail(statement: TSESTree.Statement, puts: readonly TSESTree.CallExpression[]): boolean {
  let found = false
  walkOwn(statement, node => {
    const isPut = puts.some(({ range: [start, end] }) => start <= node.range[0] && node.range[1] <= end)
    found ||= !isPut && (node.type === 'AwaitExpression' || node.type === 'CallExpression' || node.type === 'NewExpression')
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

/** What is declared in a range and seen outside of it, `var`s in its blocks included. */
function declaredIn(unit: SourceUnit, { range: [start, end] }: Pick<TSESTree.Node, 'range'>): readonly Variable[] {
  const isInside = ({ range: [from, to] }: { readonly range: readonly [number, number] }): boolean => start <= from && to <= end
  return unit.scopes.scopes.filter(({ block }) => !isInside(block)).flatMap(({ variables }) => variables.filter(({ defs }) => defs.some(({ name }) => isInside(name))))
}

/** Whether a statement means something else, or nothing, inside of a function. */
function stays(statement: TSESTree.Statement): boolean {
  return /^(?:Import|Export|TS(?:Module|Import|Export))/.test(statement.type) || (statement.type === 'VariableDeclaration' && /using$/.test(statement.kind))
}
