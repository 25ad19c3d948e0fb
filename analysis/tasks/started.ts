import type { TSESTree } from '@typescript-eslint/types'
import type { StartedList } from '../facts.js'
import { constantValue, isGlobal, variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { codeAround, isWithin, memberName, unwrap } from '../walk.js'

/** The work that a join waits for, and where it is started. */
export interface Started {
  /** The calls that start it, or the async callback that does for each element of a list. */
  readonly members: readonly TSESTree.Expression[]
  /** The callback of `map` that gives them. */
  readonly callback: TSESTree.ArrowFunctionExpression | undefined
  /** Whether each member stands for many. */
  readonly isEach: boolean
  /** The list that they are collected in, where that has a name. */
  readonly list: StartedList | undefined
}

/** What the list that a join is given is made of, as far as all of it is started in this function; undefined where it is not. */
export function startedFor(unit: SourceUnit, { arguments: [list] }: TSESTree.CallExpression): Started | undefined {
  if (!list || list.type === 'SpreadElement') return undefined
  const node = unwrap(list)
  return node.type === 'Identifier' ? inNamedList(unit, node) : inPlace(node)
}

/** `[f(), g()]`, two of them or more; `list.map(item => f(item))`. */
function inPlace(node: TSESTree.Expression): Started | undefined {
  if (node.type === 'ArrayExpression') {
    const members = node.elements.flatMap(element => (element && element.type !== 'SpreadElement' && unwrap(element).type === 'CallExpression' ? [element] : []))
    return members.length === node.elements.length && members.length > 1 ? { members, callback: undefined, isEach: false, list: undefined } : undefined
  }
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression' || memberName(node.callee) !== 'map') return undefined
  const [callback, ...others] = node.arguments
  if (callback?.type !== 'ArrowFunctionExpression' || others.length > 0) return undefined
  return { members: [callback.body.type === 'BlockStatement' ? callback : callback.body], callback, isEach: true, list: undefined }
}

/** A list or a Set that one statement of the same block declares, that is filled before the join and mentioned nowhere else. */
function inNamedList(unit: SourceUnit, mention: TSESTree.Identifier): Started | undefined {
  const variable = variableOf(unit.scopes, mention)
  const value = variable && constantValue(variable)
  const declarator = variable?.defs[0]?.node
  if (!value || declarator?.type !== 'VariableDeclarator' || declarator.parent.type !== 'VariableDeclaration' || declarator.parent.declarations.length > 1) return undefined
  const declaration = declarator.parent
  const others = variable.references.filter(({ identifier, init }) => !init && identifier !== mention).map(({ identifier }) => identifier as TSESTree.Node)
  if (codeAround(declaration) !== codeAround(mention)) return undefined
  const made = unwrap(value)
  if (!isEmpty(unit, made)) {
    const started = others.length === 0 ? inPlace(made) : undefined
    return started && { ...started, list: { declaration, puts: [] } }
  }
  const puts = others.map(putOf)
  if (puts.length === 0 || !puts.every(put => put !== undefined && put.range[1] < mention.range[0] && codeAround(put) === codeAround(mention))) return undefined
  const calls = puts as TSESTree.CallExpression[]
  const isLooped = calls.some(call => isInLoop(call, declaration))
  if (calls.length < 2 && !isLooped) return undefined
  return { members: calls.map(({ arguments: [member] }) => member as TSESTree.Expression), callback: undefined, isEach: isLooped, list: { declaration, puts: calls } }
}

/** `[]` and `new Set()`. */
function isEmpty({ scopes }: SourceUnit, made: TSESTree.Expression): boolean {
  if (made.type === 'ArrayExpression') return made.elements.length === 0
  return made.type === 'NewExpression' && made.arguments.length === 0 && isGlobal(scopes, made.callee, 'Set')
}

/** `list.push(f())` and `set.add(f())`, as a statement. */
function putOf({ parent: member }: TSESTree.Node): TSESTree.CallExpression | undefined {
  if (member?.type !== 'MemberExpression' || !['add', 'push'].includes(memberName(member) ?? '')) return undefined
  const call = member.parent
  const [started, ...others] = call.type === 'CallExpression' && call.callee === member && call.parent.type === 'ExpressionStatement' ? call.arguments : []
  return started && started.type !== 'SpreadElement' && others.length === 0 && unwrap(started).type === 'CallExpression' ? (call as TSESTree.CallExpression) : undefined
}

function isInLoop(node: TSESTree.Node, declaration: TSESTree.Node): boolean {
  for (let at = node.parent; at && !isWithin(declaration, at); at = at.parent) if (/^(?:While|DoWhile|For|ForIn|ForOf)Statement$/.test(at.type)) return true
  return false
}
