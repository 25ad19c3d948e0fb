import type { TSESTree } from '@typescript-eslint/types'
import type { FloatingPromise } from '../analysis/facts.js'
import { isReassigned, variableOf } from '../analysis/scopes.js'
import { isTypeScript, type SourceUnit } from '../analysis/unit.js'
import { calledFunction } from '../analysis/promises/rejection.js'
import { handlerAround, isFunction, walk } from '../analysis/walk.js'
import { listEnd } from './awaiting.js'
import { insert, type Edit } from './edit.js'

/**
 * Edits that make the promise's expression the argument of `owner`, which starts it: `f(x)` → `owner(() => f(x))`.
 * `gather` joins a list. The call stays outside a function, `owner(f(x))`, where a function would change what it means.
 */
export function startedBy(unit: SourceUnit, fact: FloatingPromise, owner: string, gather: string): Edit[] {
  const { node } = fact
  const [start, end] = node.range
  const invoked = invokedArrow(unit, node)
  if (invoked) {
    // `(async () => { … })()` is the function already.
    return [
      { range: [start, invoked.range[0]], text: `${owner}(` },
      { range: [invoked.range[1], end], text: ')' },
    ]
  }
  const isOutside = mustStayOutside(unit, node)
  // An owner takes a function or a promise, and `conn?.close()` may be neither.
  const open = fact.shape === 'list' ? `${gather}(` : isOutside && unit.types.isNullable(node) !== 'no' ? 'Promise.resolve(' : ''
  const close = fact.shape === 'list' ? listEnd(unit, fact) : open && ')'
  return [insert(start, `${owner}(${isOutside ? '' : '() => '}${open}`), insert(end, `${close})`)]
}

function invokedArrow(unit: SourceUnit, node: TSESTree.Expression): TSESTree.ArrowFunctionExpression | undefined {
  if (node.type !== 'CallExpression' || node.arguments.length > 0 || node.callee.type !== 'ArrowFunctionExpression') return undefined
  const { callee } = node
  const around = unit.text.slice(node.range[0], callee.range[0]) + unit.text.slice(callee.range[1], node.range[1])
  return callee.params.length === 0 && /^[\s()]*$/.test(around) ? callee : undefined
}

/**
 * Whether the expression would not mean the same in a function: it awaits or yields; it is no call; or it uses a value
 * that the type checker knows more about here than in a closure.
 */
function mustStayOutside(unit: SourceUnit, node: TSESTree.Expression): boolean {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression' && node.type !== 'ImportExpression') return true
  // What it throws before there is a promise is for the catch around it.
  if (handlerAround(node) && !isAsyncCall(unit, node)) return true
  let waits = false
  walk(node, inner => {
    if (isFunction(inner)) return 'skip'
    waits ||= inner.type === 'AwaitExpression' || inner.type === 'YieldExpression'
    return waits ? 'skip' : undefined
  })
  return waits || losesTypesInClosure(unit, node)
}

/** Whether a call can't throw by itself: it calls an async function of this file. */
function isAsyncCall(unit: SourceUnit, node: TSESTree.Expression): boolean {
  if (node.type === 'ImportExpression') return true
  if (node.type !== 'CallExpression') return false
  return calledFunction(unit, node)?.async === true && node.arguments.every(argument => argument.type === 'Identifier' || argument.type === 'Literal')
}

/**
 * Whether the type checker knows less about something in `node` where a closure stands around it.
 *
 * @param inside what moves into the closure with it; what is declared there is known as before
 */
export function losesTypesInClosure(unit: SourceUnit, node: TSESTree.Node, inside?: Pick<TSESTree.Node, 'range'>): boolean {
  if (!isTypeScript(unit)) return false
  const isInside = (inner: TSESTree.Node): boolean => {
    const name = inside && inner.type === 'Identifier' ? variableOf(unit.scopes, inner)?.defs[0]?.name : undefined
    return name !== undefined && inside !== undefined && inside.range[0] <= name.range[0] && name.range[1] <= inside.range[1]
  }
  let loses = false
  walk(node, inner => {
    if (isFunction(inner)) return 'skip'
    loses ||= losesItsType(unit, inner) && !isInside(inner)
    return loses ? 'skip' : undefined
  })
  return loses
}

function losesItsType(unit: SourceUnit, node: TSESTree.Node): boolean {
  if (node.type === 'Identifier') {
    const variable = variableOf(unit.scopes, node)
    const definition = variable?.defs[0]
    if (!variable || !definition) return false
    // A closure forgets how far a reassigned variable was narrowed, and whether it was assigned at all.
    if (definition.type === 'Variable' && definition.node.type === 'VariableDeclarator') {
      const { init, id } = definition.node
      const declaration = definition.parent as TSESTree.VariableDeclaration
      const startsUnassigned = !init && declaration.kind !== 'const' && !declaration.declare && !/^For(?:In|Of)/.test(declaration.parent.type)
      // `const list = []` has a type that grows as it is filled, unless a closure uses it.
      const grows = init?.type === 'ArrayExpression' && init.elements.length === 0 && id.type === 'Identifier' && !id.typeAnnotation
      if (startsUnassigned || grows) return true
    }
    return (definition.type === 'Variable' || definition.type === 'Parameter') && isReassigned(variable)
  }
  if (node.type !== 'MemberExpression') return false
  const answer = unit.types.isNarrowed(node)
  return answer === 'unknown' ? isTestedBefore(unit, node) : answer === 'yes'
}

/** Whether the same path stands in a condition somewhere before: without a checker, a sign that it was narrowed. */
function isTestedBefore(unit: SourceUnit, node: TSESTree.MemberExpression): boolean {
  const path = unit.text.slice(...node.range)
  const before = unit.text.slice(0, node.range[0])
  return before.split(/\r?\n/).some(line => /\b(?:if|while|switch)\b|[?&|!]/.test(line) && line.includes(path))
}

/** Whether a `yield` of the function around stands in it, which no other function could hold. */
export function holdsYield(root: TSESTree.Node): boolean {
  let found = false
  walk(root, node => {
    if (isFunction(node)) return 'skip'
    found ||= node.type === 'YieldExpression'
    return undefined
  })
  return found
}
