import type { TSESTree } from '@typescript-eslint/types'
import type { Variable } from '@typescript-eslint/scope-manager'
import type { SourceUnit } from '../unit.js'
import { isGlobal } from '../scopes.js'
import { codeAround, memberName, unwrap, type FunctionNode } from '../walk.js'
import { functionNamed } from './rejection.js'

/** What a mention of a variable does to the promise in it. */
export type Use =
  /** Somebody takes charge: it is awaited, returned, given a handler, or handed to somebody who may. */
  | 'handles'
  /** The variable gets another value. */
  | 'overwrites'
  /** It is looked at only: compared, tested, logged. */
  | 'looks'
  /** The value of a statement, which drops it and is reported for that. */
  | 'drops'

/** What the mention `identifier` of a variable does to the promise in it. `void` counts as handling where it may mark a promise. */
export function useOf(unit: SourceUnit, identifier: TSESTree.Node, options: { readonly ignoreVoid: boolean }): Use {
  if (isTarget(identifier)) return 'overwrites'
  let node = identifier
  for (let at = node.parent; at; node = at, at = at.parent) {
    switch (at.type) {
      case 'TSAsExpression':
      case 'TSNonNullExpression':
      case 'TSSatisfiesExpression':
      case 'TSTypeAssertion':
      case 'ChainExpression':
        continue
      case 'ConditionalExpression':
        if (at.test === node) return 'looks'
        continue
      case 'LogicalExpression':
        // A promise is truthy, so the value of `p && x` is x.
        if (at.operator === '&&' && at.left === node) return 'looks'
        continue
      case 'SequenceExpression':
        if (at.expressions.at(-1) !== node) return 'looks'
        continue
      case 'UnaryExpression':
        if (at.operator !== 'void') return 'looks'
        if (options.ignoreVoid) return 'handles'
        continue
      case 'ExpressionStatement':
        return 'drops'
      case 'BinaryExpression':
      case 'IfStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'ForStatement':
        return 'looks'
      case 'CallExpression':
        return at.callee !== node && drops(unit, at, at.arguments.indexOf(node as TSESTree.CallExpressionArgument)) ? 'looks' : 'handles'
      default:
        return 'handles'
    }
  }
  return 'handles'
}

/** Whether the mention is what an assignment or a declaration writes to. */
export function isTarget(identifier: TSESTree.Node): boolean {
  let node = identifier
  for (let at = node.parent; at; node = at, at = at.parent) {
    switch (at.type) {
      case 'VariableDeclarator':
        return at.id === node
      case 'AssignmentExpression':
        return at.left === node && at.operator === '='
      case 'AssignmentPattern':
        if (at.left !== node) return false
        continue
      case 'Property':
        if (at.value !== node || at.parent.type !== 'ObjectPattern') return false
        continue
      case 'ForOfStatement':
      case 'ForInStatement':
        return at.left === node
      case 'ArrayPattern':
      case 'ObjectPattern':
      case 'RestElement':
        continue
      default:
        return false
    }
  }
  return false
}

/** Methods of the console: they print what they are given and keep nothing. */
const prints = new Set(['assert', 'debug', 'dir', 'error', 'group', 'info', 'log', 'table', 'trace', 'warn'])

/** Whether the function that is called takes no charge of the promise that it is given. */
function drops(unit: SourceUnit, call: TSESTree.CallExpression, at: number): boolean {
  const callee = unwrap(call.callee)
  if (callee.type === 'MemberExpression' && isGlobal(unit.scopes, callee.object, 'console')) return prints.has(memberName(callee) ?? '')
  if (call.arguments.slice(0, at).some(argument => argument.type === 'SpreadElement')) return false
  const fn = functionNamed(unit, callee)
  return fn ? dropsArgument(unit, fn, at) : unit.types.dropsArgument(call, at) === 'yes'
}

const asked = new WeakMap<FunctionNode, Map<number, boolean>>()

/** Whether a function of this file, given a promise, neither awaits, keeps nor hands it on. */
function dropsArgument(unit: SourceUnit, fn: FunctionNode, at: number): boolean {
  let answers = asked.get(fn)
  if (!answers) asked.set(fn, (answers = new Map()))
  const known = answers.get(at)
  if (known !== undefined) return known
  // A function that asks about itself, by recursion, takes charge unless something else says that it does not.
  answers.set(at, false)
  const parameter = fn.params[at]
  const variable = parameter?.type === 'Identifier' ? unit.scopes.getDeclaredVariables(fn).find(candidate => candidate.defs[0]?.name === parameter) : undefined
  const answer = variable !== undefined && !usesArguments(unit, fn) && readsOf(variable).every(identifier => codeAround(identifier) === fn && useOf(unit, identifier, { ignoreVoid: true }) === 'looks')
  answers.set(at, answer)
  return answer
}

function usesArguments({ scopes }: SourceUnit, fn: FunctionNode): boolean {
  return (scopes.acquire(fn)?.set.get('arguments')?.references.length ?? 0) > 0
}

/** The mentions of a variable as a value; those in types do not count. */
export function readsOf(variable: Variable): TSESTree.Node[] {
  return variable.references.filter(reference => reference.isRead() && isValue(reference)).map(({ identifier }) => identifier)
}

export function isValue(reference: Variable['references'][number]): boolean {
  return !('isValueReference' in reference) || reference.isValueReference !== false
}
