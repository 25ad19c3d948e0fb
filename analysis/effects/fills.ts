import type { TSESTree } from '@typescript-eslint/types'
import { variableOf } from '../scopes.js'
import type { SourceUnit } from '../unit.js'
import { isFunction, memberName, unwrap, walkOwn } from '../walk.js'

/**
 * Whether a write fills a cache or a memo, or sets up what is made once: `x ??= …`, `if (!x) x = …`,
 * `if (x) return x; x = …`, `cache.set(key, …)` where `cache` was asked for `key` and had nothing. Twice is once.
 */
export function isFill(unit: SourceUnit, node: TSESTree.Node): boolean {
  if (node.type === 'AssignmentExpression') {
    if (isFlag(node.right) || isFinishedLater(unit, node)) return false
    return node.operator === '??=' || node.operator === '||=' || (node.operator === '=' && isMissingAt(unit, node, placeOf(unit, node.left)))
  }
  if (node.type !== 'CallExpression') return false
  const callee = unwrap(node.callee)
  const [key, value] = node.arguments
  if (callee.type !== 'MemberExpression' || !key || !/^(?:put|set|setEx|setItem|setex)$/.test(memberName(callee) ?? '')) return false
  return !(value && isFlag(value)) && isMissingAt(unit, node, [`${textOf(unit, callee.object)}(${textOf(unit, key)}`])
}

/** `if (isReady) return; isReady = true; await prepare()`: whoever comes second goes on before it is. */
function isFlag(value: TSESTree.Node): boolean {
  return value.type === 'Literal' && typeof value.value === 'boolean'
}

/** `client = new Client(); await client.connect()`: whoever comes second finds one that is not connected. */
function isFinishedLater(unit: SourceUnit, node: TSESTree.AssignmentExpression): boolean {
  const name = textOf(unit, node.left)
  for (let at: TSESTree.Node = node; at.parent && !isFunction(at); at = at.parent) {
    if (at.parent.type !== 'BlockStatement') continue
    const later = at.parent.body.slice(at.parent.body.indexOf(at as TSESTree.Statement) + 1)
    if (later.some(statement => isAwaitedIn(unit, statement, name))) return true
  }
  return false
}

function isAwaitedIn(unit: SourceUnit, statement: TSESTree.Statement, name: string): boolean {
  let found = false
  walkOwn(statement, inner => {
    const waited = inner.type === 'AwaitExpression' ? unwrap(inner.argument) : undefined
    // `await this.opening` waits for what was put there, which the second one does too.
    found ||= waited?.type === 'CallExpression' && (textOf(unit, waited).startsWith(`${name}.`) || waited.arguments.some(argument => textOf(unit, argument) === name))
  })
  return found
}

/** Whether the node only runs where a condition, around it or on the way to it, found nothing at the place. */
function isMissingAt(unit: SourceUnit, node: TSESTree.Node, place: readonly string[]): boolean {
  const asks = (test: TSESTree.Expression): Answer => answerOf(unit, test, place)
  for (let below = node, at = node.parent; at; below = at, at = at.parent) {
    if (at.type === 'IfStatement' || at.type === 'ConditionalExpression') {
      const answer = asks(at.test)
      if ((answer === 'missing' && below === at.consequent) || (answer === 'present' && below === at.alternate)) return true
    }
    if (at.type === 'LogicalExpression' && below === at.right) {
      const answer = at.operator === '??' ? (isPlace(unit, at.left, place) ? 'present' : undefined) : asks(at.left)
      if (answer === (at.operator === '&&' ? 'missing' : 'present')) return true
    }
    if (at.type === 'BlockStatement' || at.type === 'Program') {
      const before = at.body.slice(0, at.body.indexOf(below as TSESTree.Statement))
      if (before.some(statement => statement.type === 'IfStatement' && asks(statement.test) === 'present' && leaves(statement.consequent))) return true
    }
    // A callback that is given away on the spot runs under the same condition, for all that is known there.
    if (isFunction(at) && at.parent.type !== 'CallExpression') return false
  }
  return false
}

type Answer = 'missing' | 'present' | undefined

/** What a condition that holds says about the place. */
function answerOf(unit: SourceUnit, outer: TSESTree.Expression, place: readonly string[]): Answer {
  const test = unwrap(outer)
  if (isPlace(unit, test, place)) return 'present'
  if (test.type === 'UnaryExpression' && test.operator === '!') return opposite(answerOf(unit, test.argument, place))
  if (test.type === 'LogicalExpression') {
    // `!cached || cached.isOld` and `cached && !cached.isOld` ask whether there is one to be used.
    return answerOf(unit, test.left, place) ?? answerOf(unit, test.right, place)
  }
  if (test.type !== 'BinaryExpression') return undefined
  if (test.operator === 'in') return place.includes(`${textOf(unit, test.right)}[${textOf(unit, test.left)}]`) ? 'present' : undefined
  if (!/^[!=]==?$/.test(test.operator) || !isNothing(test.right)) return undefined
  const asked = unwrap(test.left as TSESTree.Expression)
  const isAsked = isPlace(unit, asked.type === 'UnaryExpression' && asked.operator === 'typeof' ? asked.argument : asked, place)
  return isAsked ? (test.operator.startsWith('=') ? 'missing' : 'present') : undefined
}

function opposite(answer: Answer): Answer {
  return answer && (answer === 'missing' ? 'present' : 'missing')
}

/** `null`, `undefined`, and `'undefined'` for `typeof`. */
function isNothing(node: TSESTree.Expression): boolean {
  return node.type === 'Literal' ? node.value === null || node.value === 'undefined' : node.type === 'Identifier' && node.name === 'undefined'
}

/** Whether the expression is what stands at the place, a constant that holds it, or the answer to `has`. */
function isPlace(unit: SourceUnit, outer: TSESTree.Expression, place: readonly string[]): boolean {
  const node = unwrap(outer)
  if (place.includes(textOf(unit, node))) return true
  if (node.type === 'AwaitExpression') return isPlace(unit, node.argument, place)
  if (node.type === 'CallExpression') {
    const callee = unwrap(node.callee)
    const [key] = node.arguments
    return key !== undefined && callee.type === 'MemberExpression' && /^(?:get|getItem|has|match|peek)$/.test(memberName(callee) ?? '') && place.includes(`${textOf(unit, callee.object)}(${textOf(unit, key)}`)
  }
  const value = valueAt(unit, node)
  return value !== undefined && isPlace(unit, value, place)
}

/** What a variable was made with, where nothing has changed it before this node. */
function valueAt({ scopes }: SourceUnit, node: TSESTree.Expression): TSESTree.Expression | undefined {
  const variable = node.type === 'Identifier' ? variableOf(scopes, node) : undefined
  const [definition, ...others] = variable?.defs ?? []
  if (!variable || others.length > 0 || definition?.type !== 'Variable' || definition.node.id.type !== 'Identifier') return undefined
  const isChanged = variable.references.some(reference => reference.isWrite() && !reference.init && reference.identifier.range[0] < node.range[0])
  return isChanged ? undefined : (definition.node.init ?? undefined)
}

/** The place that is written to, as conditions may name it: `box.a`, `box['a']`. */
function placeOf(unit: SourceUnit, target: TSESTree.Node): readonly string[] {
  if (target.type !== 'Identifier' && target.type !== 'MemberExpression') return []
  const name = target.type === 'MemberExpression' ? memberName(target) : undefined
  return [textOf(unit, target), ...(target.type === 'MemberExpression' && name !== undefined ? [`${textOf(unit, target.object)}['${name}']`] : [])]
}

function leaves(statement: TSESTree.Statement): boolean {
  const last = statement.type === 'BlockStatement' ? statement.body.at(-1) : statement
  return last?.type === 'ReturnStatement' || last?.type === 'ContinueStatement' || last?.type === 'BreakStatement'
}

function textOf({ text }: SourceUnit, { range }: TSESTree.Node): string {
  return text.slice(...range).replace(/\s+|\?(?=\.)/g, '')
}
