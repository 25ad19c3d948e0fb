import { visitorKeys } from '@typescript-eslint/visitor-keys'
import type { TSESTree } from '@typescript-eslint/types'

/** What stands under a node's visitor keys: nodes, and holes where an array or a pattern leaves one out. */
type Children = Record<string, TSESTree.Node | null | undefined | (TSESTree.Node | null | undefined)[]>

export type FunctionNode = TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression

/** Calls `visit` for each of the node's children, in the order of the source. */
export function eachChild(node: TSESTree.Node, visit: (child: TSESTree.Node) => void): void {
  for (const key of visitorKeys[node.type] ?? []) {
    const child = (node as unknown as Children)[key]
    if (Array.isArray(child)) {
      for (const item of child) if (item) visit(item)
    } else if (child) visit(child)
  }
}

/** Calls `visit` for `node` and all below it, parents first. `visit` returns `'skip'` to leave a subtree out. */
export function walk(node: TSESTree.Node, visit: (node: TSESTree.Node) => 'skip' | void): void {
  if (visit(node) === 'skip') return
  // As eachChild, without a function for every node of the tree.
  for (const key of visitorKeys[node.type] ?? []) {
    const child = (node as unknown as Children)[key]
    if (Array.isArray(child)) {
      for (const item of child) if (item) walk(item, visit)
    } else if (child) walk(child, visit)
  }
}

const nodes = new WeakMap<TSESTree.Program, readonly TSESTree.Node[]>()

/** All nodes of a file but those of types, parents first; for who looks at a file as a whole, so that its tree is walked once. */
export function nodesOf(ast: TSESTree.Program): readonly TSESTree.Node[] {
  let found = nodes.get(ast)
  if (!found) {
    const all: TSESTree.Node[] = []
    walk(ast, node => {
      if (node.type === 'TSTypeAnnotation' || node.type === 'TSInterfaceDeclaration' || node.type === 'TSTypeAliasDeclaration') return 'skip'
      all.push(node)
      return undefined
    })
    nodes.set(ast, (found = all))
  }
  return found
}

/** As {@link walk}, without the functions (and class bodies, which run as functions) below `node`. */
export function walkOwn(node: TSESTree.Node, visit: (node: TSESTree.Node) => 'skip' | void): void {
  walk(node, inner => {
    if (inner !== node && (isFunction(inner) || inner.type === 'ClassBody')) return 'skip'
    return visit(inner)
  })
}

/** Sets every node's `parent`, where the parser has not. */
export function linkParents(ast: TSESTree.Program): void {
  const link = (node: TSESTree.Node): void => {
    eachChild(node, child => {
      child.parent = node
      link(child)
    })
  }
  if (ast.body[0] && !ast.body[0].parent) link(ast)
}

export function isFunction(node: TSESTree.Node): node is FunctionNode {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression'
}

/** What a function may give: the value of each `return`, or of its expression. */
export function returnedBy({ body }: FunctionNode): readonly TSESTree.Expression[] {
  if (body.type !== 'BlockStatement') return [body]
  const found: TSESTree.Expression[] = []
  walkOwn(body, node => {
    if (node.type === 'ReturnStatement' && node.argument) found.push(node.argument)
  })
  return found
}

/** The innermost function that `node` runs in, or the program at its top level; undefined in class fields, static blocks and namespaces. */
export function codeAround(node: TSESTree.Node): FunctionNode | TSESTree.Program | undefined {
  for (let at = node.parent; at; at = at.parent) {
    if (isFunction(at) || at.type === 'Program') return at
    if (at.type === 'StaticBlock' || at.type === 'PropertyDefinition' || at.type === 'AccessorProperty' || at.type === 'TSModuleBlock') return undefined
  }
  return undefined
}

/** The innermost function that `node` runs in; `null` at the top level of the file and in class fields and static blocks. */
export function enclosingFunction(node: TSESTree.Node): FunctionNode | null {
  const code = codeAround(node)
  return code && isFunction(code) ? code : null
}

/** Whether `node` waits itself: functions in it do not count. */
export function waits(node: TSESTree.Node): boolean {
  let found = false
  walkOwn(node, inner => {
    found ||= inner.type === 'AwaitExpression'
  })
  return found
}

/** The innermost `try` with a handler, in the function that `node` runs in, whose block holds it. */
export function handlerAround(node: TSESTree.Node): TSESTree.TryStatement | undefined {
  for (let below = node, at = node.parent; at && !isFunction(at); below = at, at = at.parent) {
    if (at.type === 'TryStatement' && at.handler && at.block === below) return at
  }
  return undefined
}

/** The method of the class around `callee` that `this.#name` certainly is: nobody can override it. A `private` one of TypeScript's counts too. */
export function ownMethod(callee: TSESTree.MemberExpression): FunctionNode | undefined {
  const name = memberName(callee)
  if (callee.object.type !== 'ThisExpression' || name === undefined) return undefined
  for (let at: TSESTree.Node | undefined = callee.parent; at; at = at.parent) {
    // A function of its own has another `this`.
    if (at.type === 'FunctionDeclaration' || (at.type === 'FunctionExpression' && at.parent.type !== 'MethodDefinition')) return undefined
    if (at.type !== 'ClassBody') continue
    const [method, ...others] = at.body.filter(member => 'key' in member && !member.computed && keyName(member.key) === name)
    const isOwn = method?.type === 'MethodDefinition' && method.kind === 'method' && !method.decorators?.length && (method.key.type === 'PrivateIdentifier' || method.accessibility === 'private')
    return isOwn && others.length === 0 && isFunction(method.value) ? method.value : undefined
  }
  return undefined
}

/** The name of a property, a method or a field that is not computed, as {@link memberName} gives it. */
export function keyName(key: TSESTree.Node): string | undefined {
  if (key.type === 'Identifier') return key.name
  if (key.type === 'PrivateIdentifier') return `#${key.name}`
  return key.type === 'Literal' && typeof key.value === 'string' ? key.value : undefined
}

/** Whether `node` stands in `outer`, or is it. */
export function isWithin(node: TSESTree.Node, outer: TSESTree.Node): boolean {
  return outer.range[0] <= node.range[0] && node.range[1] <= outer.range[1]
}

/** Whether `node` stands at the top level of its file, where `await` may be legal. */
export function isTopLevel(node: TSESTree.Node): boolean {
  for (let at = node.parent; at; at = at.parent) {
    if (isFunction(at) || at.type === 'ClassBody' || at.type === 'TSModuleBlock') return false
  }
  return true
}

/** Takes off what changes a value's type or text but not the value: `(x)!`, `x as T`, `x satisfies T`, optional chains. */
export function unwrap(node: TSESTree.Expression): TSESTree.Expression {
  switch (node.type) {
    case 'ChainExpression':
    case 'TSNonNullExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
      return unwrap(node.expression)
    default:
      return node
  }
}

/** The name in `a.name`, `a['name']` and `a?.name`; undefined where it is computed. */
export function memberName(node: TSESTree.MemberExpression): string | undefined {
  if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : `#${node.property.name}`
  return node.property.type === 'Literal' && typeof node.property.value === 'string' ? node.property.value : undefined
}
