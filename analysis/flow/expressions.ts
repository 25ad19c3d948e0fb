import type { TSESTree } from '@typescript-eslint/types'
import { eachChild, memberName } from '../walk.js'
import type { Block, Decision, Place } from './flow.js'

/** Builds the paths through expressions: what is evaluated, in which order, and where `&&`, `?:`, `?.` and defaults part them. */
export class ExpressionFlow {
  protected readonly places = new Map<TSESTree.Node, Place[]>()
  protected readonly conditions: TSESTree.Expression[] = []
  protected current = newBlock()
  #chainEnds: Block[] = []

  protected event(node: TSESTree.Node): void {
    const place = { block: this.current, index: this.current.events.push(node) - 1 }
    const places = this.places.get(node)
    if (places) places.push(place)
    else this.places.set(node, [place])
  }

  protected goTo(to: Block, why?: Decision): void {
    this.current.next.push({ to, why })
  }

  /** What follows an exit can't be reached; it is built all the same, since promises are made there too. */
  protected leave(): void {
    this.current = newBlock()
  }

  protected branch(from: Block, to: Block, build: () => void): void {
    this.current = from
    build()
    this.goTo(to)
  }

  /** Evaluates a condition, and goes one way where it holds and the other where it does not. */
  protected condition(test: TSESTree.Expression, yes: Block, no: Block): void {
    if (test.type === 'UnaryExpression' && test.operator === '!') return this.condition(test.argument, no, yes)
    if (test.type === 'LogicalExpression' && test.operator !== '??') {
      const right = newBlock()
      if (test.operator === '&&') this.condition(test.left, right, no)
      else this.condition(test.left, yes, right)
      this.current = right
      return this.condition(test.right, yes, no)
    }
    this.expression(test)
    this.conditions.push(test)
    const constant = test.type === 'Literal' ? Boolean(test.value) : undefined
    if (constant !== false) this.goTo(yes, constant === undefined ? { node: test, is: 'true' } : undefined)
    if (constant !== true) this.goTo(no, constant === undefined ? { node: test, is: 'false' } : undefined)
    this.leave()
  }

  protected expression(node: TSESTree.Node): void {
    switch (node.type) {
      case 'Identifier':
      case 'ThisExpression':
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
      case 'ClassExpression':
        return this.event(node)
      case 'LogicalExpression': {
        const [right, end] = [newBlock(), newBlock()]
        if (node.operator === '??') {
          this.expression(node.left)
          this.goTo(right, { node: node.left, is: 'nullish' })
          this.goTo(end, { node: node.left, is: 'not nullish' })
        } else if (node.operator === '&&') this.condition(node.left, right, end)
        else this.condition(node.left, end, right)
        this.branch(right, end, () => this.expression(node.right))
        this.current = end
        return
      }
      case 'ConditionalExpression': {
        const [yes, no, end] = [newBlock(), newBlock(), newBlock()]
        this.condition(node.test, yes, no)
        this.branch(yes, end, () => this.expression(node.consequent))
        this.branch(no, end, () => this.expression(node.alternate))
        this.current = end
        return
      }
      case 'AssignmentExpression':
        return this.#assignment(node)
      case 'ChainExpression': {
        const end = newBlock()
        this.#chainEnds.push(end)
        this.expression(node.expression)
        this.#chainEnds.pop()
        this.goTo(end)
        this.current = end
        return
      }
      case 'MemberExpression':
        this.expression(node.object)
        if (node.optional) this.#orSkip(node.object)
        if (node.computed) this.expression(node.property)
        return
      case 'CallExpression':
        this.expression(node.callee)
        if (node.optional) this.#orSkip(node.callee)
        node.arguments.forEach(argument => this.expression(argument))
        this.event(node)
        if (endsProcess(node)) {
          this.current.exit = { kind: 'process', node }
          this.leave()
        }
        return
      case 'Property':
        if (node.computed) this.expression(node.key)
        return this.expression(node.value)
      case 'NewExpression':
      case 'ImportExpression':
      case 'AwaitExpression':
      case 'YieldExpression':
        this.#children(node)
        return this.event(node)
      default:
        return this.#children(node)
    }
  }

  #children(node: TSESTree.Node): void {
    eachChild(node, child => {
      if (!isType(child)) this.expression(child)
    })
  }

  /** `a?.b`: where `a` is nullish, the rest of the chain is not evaluated. */
  #orSkip(looked: TSESTree.Expression): void {
    const [rest, end] = [newBlock(), this.#chainEnds.at(-1)]
    this.goTo(rest, { node: looked, is: 'not nullish' })
    if (end) this.goTo(end, { node: looked, is: 'nullish' })
    this.current = rest
  }

  #assignment({ left, operator, right }: TSESTree.AssignmentExpression): void {
    if (!['&&=', '||=', '??='].includes(operator)) {
      if (left.type === 'MemberExpression') this.expression(left)
      else if (operator !== '=') this.expression(left)
      this.expression(right)
      if (left.type !== 'MemberExpression') this.pattern(left)
      return
    }
    const [assign, end] = [newBlock(), newBlock()]
    this.expression(left)
    const [taken, skipped] = operator === '??=' ? (['nullish', 'not nullish'] as const) : operator === '&&=' ? (['true', 'false'] as const) : (['false', 'true'] as const)
    this.goTo(assign, { node: left, is: taken })
    this.goTo(end, { node: left, is: skipped })
    this.branch(assign, end, () => {
      this.expression(right)
      if (left.type === 'Identifier') this.event(left)
    })
    this.current = end
  }

  /** What a declaration or an assignment writes to, with its defaults. */
  protected pattern(node: TSESTree.Node): void {
    switch (node.type) {
      case 'Identifier':
        return this.event(node)
      case 'AssignmentPattern': {
        const [missing, end] = [newBlock(), newBlock()]
        this.goTo(missing, { node, is: 'nullish' })
        this.goTo(end, { node, is: 'not nullish' })
        this.branch(missing, end, () => this.expression(node.right))
        this.current = end
        return this.pattern(node.left)
      }
      case 'ArrayPattern':
        return node.elements.forEach(element => element && this.pattern(element))
      case 'ObjectPattern':
        return node.properties.forEach(property => this.pattern(property))
      case 'Property':
        if (node.computed) this.expression(node.key)
        return this.pattern(node.value)
      case 'RestElement':
        return this.pattern(node.argument)
      case 'TSParameterProperty':
        return this.pattern(node.parameter)
      default:
        return this.expression(node)
    }
  }
}

export function newBlock(): Block {
  return { events: [], next: [] }
}

/** `process.exit()` and the like: no path goes on behind them. */
export function endsProcess({ callee }: TSESTree.CallExpression): boolean {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return false
  return (callee.object.name === 'process' && ['abort', 'exit'].includes(memberName(callee) ?? '')) || (callee.object.name === 'Deno' && memberName(callee) === 'exit')
}

const typeWrappers = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression', 'TSTypeAssertion', 'TSInstantiationExpression'])

/** Types are not evaluated; `x as T` is, as far as `x`. */
function isType(node: TSESTree.Node): boolean {
  return node.type.startsWith('TS') && !typeWrappers.has(node.type)
}
