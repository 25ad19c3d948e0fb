import type { TSESTree } from '@typescript-eslint/types'
import { eachChild, memberName, type FunctionNode } from '../walk.js'

/** A stretch of code that runs from its start to its end; the paths part and meet between blocks. */
export interface Block {
  /** What is evaluated, in this order: names that are read or written, calls, waits, and functions that are made. */
  readonly events: TSESTree.Node[]
  readonly next: Edge[]
  /** Why a path ends here. */
  exit?: Exit
}

export interface Exit {
  readonly kind: 'end' | 'return' | 'throw' | 'process'
  readonly node: TSESTree.Node
}

/** The way from one block to the next, with what decides for it. */
export interface Edge {
  readonly to: Block
  readonly why?: Decision | undefined
}

export interface Decision {
  /** The condition, without `!`, `&&` and `||`; the loop, where it is about another round; the switch, where no case is taken. */
  readonly node: TSESTree.Node
  /** What it is on this way. `nullish` where `?.` or `??` looks. */
  readonly is: 'true' | 'false' | 'nullish' | 'not nullish' | 'another round' | 'no more rounds' | 'case' | 'no case'
}

/** Where something is evaluated. A `finally` block is there once for each way of leaving its `try`. */
export interface Place {
  readonly block: Block
  readonly index: number
}

/**
 * The written paths through one function: return, throw, break, continue and fall-through. That any call might throw is no
 * path, so a catch block is reached by the throws that are written in its try.
 */
export interface Flow {
  readonly entry: Block
  readonly places: ReadonlyMap<TSESTree.Node, readonly Place[]>
  /** Everything that is asked, without `!`, `&&` and `||`; a condition in a `finally` block once for each of its copies. */
  readonly conditions: readonly TSESTree.Expression[]
  /** Nested finally blocks made it too large, so it is not complete. */
  readonly isTooLarge: boolean
}

const flows = new WeakMap<TSESTree.Node, Flow>()

/** @param fn a function, or the program for its top level */
export function flowOf(fn: FunctionNode | TSESTree.Program): Flow {
  let flow = flows.get(fn)
  if (!flow) flows.set(fn, (flow = new Builder().build(fn)))
  return flow
}

/** Where a jump may go to, and what it runs on its way: innermost last. */
type Around =
  | { readonly kind: 'target'; readonly labels: readonly string[]; readonly isLoop: boolean; readonly isBreakable: boolean; readonly breakTo: Block; readonly continueTo?: Block }
  | { readonly kind: 'finally'; readonly body: TSESTree.BlockStatement }
  | { readonly kind: 'catch'; readonly to: Block }

/** Statements in copies of finally blocks beyond this make a flow too large. */
const budget = 2000

class Builder {
  readonly #places = new Map<TSESTree.Node, Place[]>()
  readonly #conditions: TSESTree.Expression[] = []
  #current = newBlock()
  #around: Around[] = []
  #chainEnds: Block[] = []
  #copied = 0
  #labels: string[] = []

  build(fn: FunctionNode | TSESTree.Program): Flow {
    const entry = this.#current
    if (fn.type === 'Program') fn.body.forEach(statement => this.#statement(statement))
    else {
      fn.params.forEach(parameter => this.#pattern(parameter))
      if (fn.body.type === 'BlockStatement') this.#statement(fn.body)
      else this.#expression(fn.body)
    }
    this.#current.exit ??= { kind: 'end', node: fn }
    return { entry, places: this.#places, conditions: this.#conditions, isTooLarge: this.#copied > budget }
  }

  #event(node: TSESTree.Node): void {
    const place = { block: this.#current, index: this.#current.events.push(node) - 1 }
    const places = this.#places.get(node)
    if (places) places.push(place)
    else this.#places.set(node, [place])
  }

  #goTo(to: Block, why?: Decision): void {
    this.#current.next.push({ to, why })
  }

  /** What follows an exit can't be reached; it is built all the same, since promises are made there too. */
  #leave(): void {
    this.#current = newBlock()
  }

  #statements(statements: readonly TSESTree.Statement[]): void {
    for (const statement of statements) this.#statement(statement)
  }

  #statement(node: TSESTree.Node): void {
    const labels = this.#labels
    this.#labels = []
    switch (node.type) {
      case 'BlockStatement':
        if (labels.length === 0) return this.#statements(node.body)
        return this.#breakable(labels, false, () => this.#statements(node.body))
      case 'ExpressionStatement':
        return this.#expression(node.expression)
      case 'VariableDeclaration':
        for (const { id, init } of node.declarations) {
          if (init) this.#expression(init)
          // Without a value, `let x` in a loop makes a new variable, and `var x` does nothing.
          if (init || node.kind !== 'var') this.#pattern(id)
        }
        return
      case 'IfStatement': {
        const [then, otherwise, end] = [newBlock(), newBlock(), newBlock()]
        this.#condition(node.test, then, otherwise)
        this.#branch(then, end, () => this.#statement(node.consequent))
        this.#branch(otherwise, end, () => node.alternate && this.#statement(node.alternate))
        this.#current = end
        return
      }
      case 'LabeledStatement':
        this.#labels = [...labels, node.label.name]
        return this.#statement(node.body)
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
        return this.#loop(node, labels)
      case 'SwitchStatement':
        return this.#breakable(labels, true, end => this.#switch(node, end))
      case 'TryStatement':
        return this.#try(node)
      case 'ReturnStatement':
        if (node.argument) this.#expression(node.argument)
        this.#unwind(0)
        this.#current.exit = { kind: 'return', node }
        return this.#leave()
      case 'ThrowStatement':
        this.#expression(node.argument)
        return this.#throw(node)
      case 'BreakStatement':
      case 'ContinueStatement':
        return this.#jump(node)
      case 'ExportNamedDeclaration':
      case 'ExportDefaultDeclaration':
        if (node.declaration) this.#either(node.declaration)
        return
      case 'ClassDeclaration':
        return this.#event(node)
      default:
        // Declarations of functions and types, empty statements, imports: nothing runs here.
        return
    }
  }

  #either(node: TSESTree.Node): void {
    if (node.type.endsWith('Declaration')) this.#statement(node)
    else this.#expression(node)
  }

  #branch(from: Block, to: Block, build: () => void): void {
    this.#current = from
    build()
    this.#goTo(to)
  }

  #breakable(labels: readonly string[], isBreakable: boolean, build: (end: Block) => void): void {
    const end = newBlock()
    this.#around.push({ kind: 'target', labels, isLoop: false, isBreakable, breakTo: end })
    build(end)
    this.#around.pop()
    this.#goTo(end)
    this.#current = end
  }

  #loop(node: TSESTree.WhileStatement | TSESTree.DoWhileStatement | TSESTree.ForStatement | TSESTree.ForInStatement | TSESTree.ForOfStatement, labels: readonly string[]): void {
    const [head, body, step, end] = [newBlock(), newBlock(), newBlock(), newBlock()]
    if (node.type === 'ForStatement' && node.init) this.#either(node.init)
    if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') this.#expression(node.right)
    this.#goTo(node.type === 'DoWhileStatement' || goesOverLiteral(node) ? body : head)

    this.#current = head
    if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') {
      if (node.type === 'ForOfStatement' && node.await) this.#event(node)
      this.#goTo(body, { node, is: 'another round' })
      this.#goTo(end, { node, is: 'no more rounds' })
    } else if (!node.test) this.#goTo(body)
    else this.#condition(node.test, body, end)

    this.#around.push({ kind: 'target', labels, isLoop: true, isBreakable: true, breakTo: end, continueTo: step })
    this.#current = body
    if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') this.#pattern(node.left.type === 'VariableDeclaration' ? node.left.declarations[0].id : node.left)
    this.#statement(node.body)
    this.#around.pop()

    this.#goTo(step)
    this.#current = step
    if (node.type === 'ForStatement' && node.update) this.#expression(node.update)
    this.#goTo(head)
    this.#current = end
  }

  #switch(node: TSESTree.SwitchStatement, end: Block): void {
    this.#expression(node.discriminant)
    const bodies = node.cases.map(newBlock)
    node.cases.forEach((item, at) => {
      if (!item.test) return
      this.#expression(item.test)
      const next = newBlock()
      this.#goTo(bodies[at] as Block, { node: item, is: 'case' })
      this.#goTo(next)
      this.#current = next
    })
    const other = node.cases.findIndex(({ test }) => !test)
    this.#goTo(other < 0 ? end : (bodies[other] as Block), { node, is: 'no case' })
    node.cases.forEach((item, at) => {
      this.#current = bodies[at] as Block
      this.#statements(item.consequent)
      this.#goTo(bodies[at + 1] ?? end)
    })
    this.#leave()
  }

  #try({ block, handler, finalizer }: TSESTree.TryStatement): void {
    const [caught, end] = [newBlock(), newBlock()]
    if (finalizer) this.#around.push({ kind: 'finally', body: finalizer })
    if (handler) this.#around.push({ kind: 'catch', to: caught })
    this.#statements(block.body)
    if (handler) {
      this.#around.pop()
      this.#goTo(end)
      this.#current = caught
      if (handler.param) this.#pattern(handler.param)
      this.#statements(handler.body.body)
    }
    this.#goTo(end)
    this.#current = end
    if (finalizer) {
      this.#around.pop()
      this.#statements(finalizer.body)
    }
  }

  #throw(node: TSESTree.Node): void {
    const at = this.#around.findLastIndex(({ kind }) => kind === 'catch')
    this.#unwind(at + 1)
    const target = this.#around[at]
    if (target?.kind === 'catch') this.#goTo(target.to)
    else this.#current.exit = { kind: 'throw', node }
    this.#leave()
  }

  #jump(node: TSESTree.BreakStatement | TSESTree.ContinueStatement): void {
    const isBreak = node.type === 'BreakStatement'
    const label = node.label?.name
    const at = this.#around.findLastIndex(around => around.kind === 'target' && (label === undefined ? (isBreak ? around.isBreakable : around.isLoop) : around.labels.includes(label)))
    const target = this.#around[at]
    if (target?.kind === 'target') {
      this.#unwind(at + 1)
      this.#goTo(isBreak ? target.breakTo : (target.continueTo ?? target.breakTo))
    }
    this.#leave()
  }

  /** Runs the finally blocks that a jump leaves, the innermost first. */
  #unwind(depth: number): void {
    const around = this.#around
    for (let at = around.length - 1; at >= depth; at--) {
      const left = around[at]
      if (left?.kind !== 'finally') continue
      this.#copied += left.body.body.length
      if (this.#copied > budget) break
      this.#around = around.slice(0, at)
      this.#statements(left.body.body)
    }
    this.#around = around
  }

  /** Evaluates a condition, and goes one way where it holds and the other where it does not. */
  #condition(test: TSESTree.Expression, yes: Block, no: Block): void {
    if (test.type === 'UnaryExpression' && test.operator === '!') return this.#condition(test.argument, no, yes)
    if (test.type === 'LogicalExpression' && test.operator !== '??') {
      const right = newBlock()
      if (test.operator === '&&') this.#condition(test.left, right, no)
      else this.#condition(test.left, yes, right)
      this.#current = right
      return this.#condition(test.right, yes, no)
    }
    this.#expression(test)
    this.#conditions.push(test)
    const constant = test.type === 'Literal' ? Boolean(test.value) : undefined
    if (constant !== false) this.#goTo(yes, constant === undefined ? { node: test, is: 'true' } : undefined)
    if (constant !== true) this.#goTo(no, constant === undefined ? { node: test, is: 'false' } : undefined)
    this.#leave()
  }

  #expression(node: TSESTree.Node): void {
    switch (node.type) {
      case 'Identifier':
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
      case 'ClassExpression':
        return this.#event(node)
      case 'LogicalExpression': {
        const [right, end] = [newBlock(), newBlock()]
        if (node.operator === '??') {
          this.#expression(node.left)
          this.#goTo(right, { node: node.left, is: 'nullish' })
          this.#goTo(end, { node: node.left, is: 'not nullish' })
        } else if (node.operator === '&&') this.#condition(node.left, right, end)
        else this.#condition(node.left, end, right)
        this.#branch(right, end, () => this.#expression(node.right))
        this.#current = end
        return
      }
      case 'ConditionalExpression': {
        const [yes, no, end] = [newBlock(), newBlock(), newBlock()]
        this.#condition(node.test, yes, no)
        this.#branch(yes, end, () => this.#expression(node.consequent))
        this.#branch(no, end, () => this.#expression(node.alternate))
        this.#current = end
        return
      }
      case 'AssignmentExpression':
        return this.#assignment(node)
      case 'ChainExpression': {
        const end = newBlock()
        this.#chainEnds.push(end)
        this.#expression(node.expression)
        this.#chainEnds.pop()
        this.#goTo(end)
        this.#current = end
        return
      }
      case 'MemberExpression':
        this.#expression(node.object)
        if (node.optional) this.#orSkip(node.object)
        if (node.computed) this.#expression(node.property)
        return
      case 'CallExpression':
        this.#expression(node.callee)
        if (node.optional) this.#orSkip(node.callee)
        node.arguments.forEach(argument => this.#expression(argument))
        this.#event(node)
        if (endsProcess(node)) {
          this.#current.exit = { kind: 'process', node }
          this.#leave()
        }
        return
      case 'Property':
        if (node.computed) this.#expression(node.key)
        return this.#expression(node.value)
      case 'NewExpression':
      case 'ImportExpression':
      case 'AwaitExpression':
      case 'YieldExpression':
        this.#children(node)
        return this.#event(node)
      default:
        return this.#children(node)
    }
  }

  #children(node: TSESTree.Node): void {
    eachChild(node, child => {
      if (!isType(child)) this.#expression(child)
    })
  }

  /** `a?.b`: where `a` is nullish, the rest of the chain is not evaluated. */
  #orSkip(looked: TSESTree.Expression): void {
    const [rest, end] = [newBlock(), this.#chainEnds.at(-1)]
    this.#goTo(rest, { node: looked, is: 'not nullish' })
    if (end) this.#goTo(end, { node: looked, is: 'nullish' })
    this.#current = rest
  }

  #assignment({ left, operator, right }: TSESTree.AssignmentExpression): void {
    if (!['&&=', '||=', '??='].includes(operator)) {
      if (left.type === 'MemberExpression') this.#expression(left)
      else if (operator !== '=') this.#expression(left)
      this.#expression(right)
      if (left.type !== 'MemberExpression') this.#pattern(left)
      return
    }
    const [assign, end] = [newBlock(), newBlock()]
    this.#expression(left)
    const [taken, skipped] = operator === '??=' ? (['nullish', 'not nullish'] as const) : operator === '&&=' ? (['true', 'false'] as const) : (['false', 'true'] as const)
    this.#goTo(assign, { node: left, is: taken })
    this.#goTo(end, { node: left, is: skipped })
    this.#branch(assign, end, () => {
      this.#expression(right)
      if (left.type === 'Identifier') this.#event(left)
    })
    this.#current = end
  }

  /** What a declaration or an assignment writes to, with its defaults. */
  #pattern(node: TSESTree.Node): void {
    switch (node.type) {
      case 'Identifier':
        return this.#event(node)
      case 'AssignmentPattern': {
        const [missing, end] = [newBlock(), newBlock()]
        this.#goTo(missing, { node, is: 'nullish' })
        this.#goTo(end, { node, is: 'not nullish' })
        this.#branch(missing, end, () => this.#expression(node.right))
        this.#current = end
        return this.#pattern(node.left)
      }
      case 'ArrayPattern':
        return node.elements.forEach(element => element && this.#pattern(element))
      case 'ObjectPattern':
        return node.properties.forEach(property => this.#pattern(property))
      case 'Property':
        if (node.computed) this.#expression(node.key)
        return this.#pattern(node.value)
      case 'RestElement':
        return this.#pattern(node.argument)
      case 'TSParameterProperty':
        return this.#pattern(node.parameter)
      default:
        return this.#expression(node)
    }
  }
}

/** `for (const x of [1, 2])` has a round. */
function goesOverLiteral(node: TSESTree.Node): boolean {
  return node.type === 'ForOfStatement' && node.right.type === 'ArrayExpression' && node.right.elements.some(element => element && element.type !== 'SpreadElement')
}

function newBlock(): Block {
  return { events: [], next: [] }
}

/** `process.exit()` and the like: no path goes on behind them. */
function endsProcess({ callee }: TSESTree.CallExpression): boolean {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return false
  return (callee.object.name === 'process' && ['abort', 'exit'].includes(memberName(callee) ?? '')) || (callee.object.name === 'Deno' && memberName(callee) === 'exit')
}

const typeWrappers = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression', 'TSTypeAssertion', 'TSInstantiationExpression'])

/** Types are not evaluated; `x as T` is, as far as `x`. */
function isType(node: TSESTree.Node): boolean {
  return node.type.startsWith('TS') && !typeWrappers.has(node.type)
}
