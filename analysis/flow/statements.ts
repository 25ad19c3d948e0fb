import type { TSESTree } from '@typescript-eslint/types'
import type { FunctionNode } from '../walk.js'
import { ExpressionFlow, newBlock } from './expressions.js'
import type { Block, Flow } from './flow.js'

/** Where a jump may go to, and what it runs on its way: innermost last. */
type Around =
  | { readonly kind: 'target'; readonly labels: readonly string[]; readonly isLoop: boolean; readonly isBreakable: boolean; readonly breakTo: Block; readonly continueTo?: Block }
  | { readonly kind: 'finally'; readonly body: TSESTree.BlockStatement }
  | { readonly kind: 'catch'; readonly to: Block }

/** Statements in copies of finally blocks beyond this make a flow too large. */
const budget = 2000

/** Builds the paths through one function: its statements, with the jumps between them. */
export class FunctionFlow extends ExpressionFlow {
  #around: Around[] = []
  #copied = 0
  #labels: string[] = []

  build(fn: FunctionNode | TSESTree.Program): Flow {
    const entry = this.current
    if (fn.type === 'Program') fn.body.forEach(statement => this.#statement(statement))
    else {
      fn.params.forEach(parameter => this.pattern(parameter))
      if (fn.body.type === 'BlockStatement') this.#statement(fn.body)
      else this.expression(fn.body)
    }
    this.current.exit ??= { kind: 'end', node: fn }
    return { entry, places: this.places, conditions: this.conditions, isTooLarge: this.#copied > budget }
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
        return this.expression(node.expression)
      case 'VariableDeclaration':
        for (const { id, init } of node.declarations) {
          if (init) this.expression(init)
          // Without a value, `let x` in a loop makes a new variable, and `var x` does nothing.
          if (init || node.kind !== 'var') this.pattern(id)
        }
        return
      case 'IfStatement': {
        const [then, otherwise, end] = [newBlock(), newBlock(), newBlock()]
        this.condition(node.test, then, otherwise)
        this.branch(then, end, () => this.#statement(node.consequent))
        this.branch(otherwise, end, () => node.alternate && this.#statement(node.alternate))
        this.current = end
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
        if (node.argument) this.expression(node.argument)
        this.#unwind(0)
        this.current.exit = { kind: 'return', node }
        return this.leave()
      case 'ThrowStatement':
        this.expression(node.argument)
        return this.#throw(node)
      case 'BreakStatement':
      case 'ContinueStatement':
        return this.#jump(node)
      case 'ExportNamedDeclaration':
      case 'ExportDefaultDeclaration':
        if (node.declaration) this.#either(node.declaration)
        return
      case 'ClassDeclaration':
        return this.event(node)
      default:
        // Declarations of functions and types, empty statements, imports: nothing runs here.
        return
    }
  }

  #either(node: TSESTree.Node): void {
    if (node.type.endsWith('Declaration')) this.#statement(node)
    else this.expression(node)
  }

  #breakable(labels: readonly string[], isBreakable: boolean, build: (end: Block) => void): void {
    const end = newBlock()
    this.#around.push({ kind: 'target', labels, isLoop: false, isBreakable, breakTo: end })
    build(end)
    this.#around.pop()
    this.goTo(end)
    this.current = end
  }

  #loop(node: TSESTree.WhileStatement | TSESTree.DoWhileStatement | TSESTree.ForStatement | TSESTree.ForInStatement | TSESTree.ForOfStatement, labels: readonly string[]): void {
    const [head, body, step, end] = [newBlock(), newBlock(), newBlock(), newBlock()]
    if (node.type === 'ForStatement' && node.init) this.#either(node.init)
    if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') this.expression(node.right)
    this.goTo(node.type === 'DoWhileStatement' || goesOverLiteral(node) ? body : head)

    this.current = head
    if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') {
      if (node.type === 'ForOfStatement' && node.await) this.event(node)
      this.goTo(body, { node, is: 'another round' })
      this.goTo(end, { node, is: 'no more rounds' })
    } else if (!node.test) this.goTo(body)
    else this.condition(node.test, body, end)

    this.#around.push({ kind: 'target', labels, isLoop: true, isBreakable: true, breakTo: end, continueTo: step })
    this.current = body
    if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') this.pattern(node.left.type === 'VariableDeclaration' ? node.left.declarations[0].id : node.left)
    this.#statement(node.body)
    this.#around.pop()

    this.goTo(step)
    this.current = step
    if (node.type === 'ForStatement' && node.update) this.expression(node.update)
    this.goTo(head)
    this.current = end
  }

  #switch(node: TSESTree.SwitchStatement, end: Block): void {
    this.expression(node.discriminant)
    const bodies = node.cases.map(newBlock)
    node.cases.forEach((item, at) => {
      if (!item.test) return
      this.expression(item.test)
      const next = newBlock()
      this.goTo(bodies[at] as Block, { node: item, is: 'case' })
      this.goTo(next)
      this.current = next
    })
    const other = node.cases.findIndex(({ test }) => !test)
    this.goTo(other < 0 ? end : (bodies[other] as Block), { node, is: 'no case' })
    node.cases.forEach((item, at) => {
      this.current = bodies[at] as Block
      this.#statements(item.consequent)
      this.goTo(bodies[at + 1] ?? end)
    })
    this.leave()
  }

  #try({ block, handler, finalizer }: TSESTree.TryStatement): void {
    const [caught, end] = [newBlock(), newBlock()]
    if (finalizer) this.#around.push({ kind: 'finally', body: finalizer })
    if (handler) this.#around.push({ kind: 'catch', to: caught })
    this.#statements(block.body)
    if (handler) {
      this.#around.pop()
      this.goTo(end)
      this.current = caught
      if (handler.param) this.pattern(handler.param)
      this.#statements(handler.body.body)
    }
    this.goTo(end)
    this.current = end
    if (finalizer) {
      this.#around.pop()
      this.#statements(finalizer.body)
    }
  }

  #throw(node: TSESTree.Node): void {
    const at = this.#around.findLastIndex(({ kind }) => kind === 'catch')
    this.#unwind(at + 1)
    const target = this.#around[at]
    if (target?.kind === 'catch') this.goTo(target.to)
    else this.current.exit = { kind: 'throw', node }
    this.leave()
  }

  #jump(node: TSESTree.BreakStatement | TSESTree.ContinueStatement): void {
    const isBreak = node.type === 'BreakStatement'
    const label = node.label?.name
    const at = this.#around.findLastIndex(around => around.kind === 'target' && (label === undefined ? (isBreak ? around.isBreakable : around.isLoop) : around.labels.includes(label)))
    const target = this.#around[at]
    if (target?.kind === 'target') {
      this.#unwind(at + 1)
      this.goTo(isBreak ? target.breakTo : (target.continueTo ?? target.breakTo))
    }
    this.leave()
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
}

/** `for (const x of [1, 2])` has a round. */
function goesOverLiteral(node: TSESTree.Node): boolean {
  return node.type === 'ForOfStatement' && node.right.type === 'ArrayExpression' && node.right.elements.some(element => element && element.type !== 'SpreadElement')
}
