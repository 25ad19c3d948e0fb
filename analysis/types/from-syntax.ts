import type { ScopeManager, Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import { constantValue, isGlobal, isReassigned, variableOf } from '../scopes.js'
import { isFunction, memberName, ownMethod, unwrap } from '../walk.js'
import { calleeBySyntax } from './syntax-callees.js'
import { some, type Answer, type Specifier, type TypeOracle } from './oracle.js'

const promiseStatics = new Set(['all', 'allSettled', 'any', 'race', 'reject', 'resolve', 'try'])
const promiseMethods = new Set(['then', 'catch', 'finally'])
/** Methods of an array that give another array with the same elements, or some of them. */
const arrayToArray = new Set(['concat', 'filter', 'reverse', 'slice', 'sort', 'toReversed', 'toSorted', 'with'])

/** Answers from one file's syntax and scopes alone: what they prove, else `unknown`. */
export function syntaxOracle(path: string, ast: TSESTree.Program, scopes: ScopeManager): TypeOracle {
  // A chain of constants can lead back to itself: `const a = b.then(f), b = a`.
  const underway = new Set<TSESTree.Node>()

  return {
    source: 'syntax',
    isPromise: node => isPromise(node),
    isPromiseList: node => isList(node),
    isAlwaysPromise,
    isArray: node => (isArray(node) ? 'yes' : 'unknown'),
    givesPromise,
    dropsArgument: () => 'unknown',
    takesFunction: () => 'unknown',
    expectsVoid: () => 'unknown',
    isCallable,
    isCallOf: (node, functions) => functions.some(specifier => namesCallee(node.callee, specifier)),
    isOneOf: () => 'unknown',
    handsBack: () => 'unknown',
    handsBackReceiver: () => 'unknown',
    callee: call => calleeBySyntax(path, scopes, call.type === 'TaggedTemplateExpression' ? call.tag : call.callee, isArray, call.type === 'NewExpression'),
    functionAt: node => calleeBySyntax(path, scopes, node, isArray),
    givesItself: () => 'unknown',
    inheritsVoid: () => 'unknown',
    hasMember: () => 'unknown',
    neverReturns,
    isExhaustive: ({ cases }) => (cases.some(({ test }) => !test) ? 'yes' : 'unknown'),
    isNullable: node => (node.type === 'ChainExpression' || node.parent?.type === 'ChainExpression' ? 'yes' : 'no'),
    isNarrowed: () => 'unknown',
    allowsTopLevelAwait: () => topLevelAwait(path, ast),
    evidence,
  }

  function isPromise(outer: TSESTree.Expression): Answer {
    const node = unwrap(outer)
    if (underway.has(node)) return 'unknown'
    underway.add(node)
    try {
      return promiseOf(node)
    } finally {
      underway.delete(node)
    }
  }

  function promiseOf(node: TSESTree.Expression): Answer {
    switch (node.type) {
      case 'CallExpression':
        return isPromiseCall(node)
      case 'NewExpression':
        return isGlobal(scopes, node.callee, 'Promise') ? 'yes' : 'unknown'
      case 'ImportExpression':
        return 'yes'
      case 'Identifier':
        return isPromiseVariable(variableOf(scopes, node))
      case 'ConditionalExpression':
        return some([isPromise(node.consequent), isPromise(node.alternate)])
      case 'LogicalExpression':
        return some([isPromise(node.left), isPromise(node.right)])
      case 'SequenceExpression':
        return isPromise(node.expressions.at(-1) as TSESTree.Expression)
      case 'AssignmentExpression':
        return node.operator === '=' ? isPromise(node.right) : 'unknown'
      case 'ArrayExpression':
      case 'ArrowFunctionExpression':
      case 'AwaitExpression':
      case 'BinaryExpression':
      case 'ClassExpression':
      case 'FunctionExpression':
      case 'Literal':
      case 'TemplateLiteral':
      case 'UnaryExpression':
      case 'UpdateExpression':
        return 'no'
      default:
        return 'unknown'
    }
  }

  function isPromiseCall(node: TSESTree.CallExpression): Answer {
    const callee = unwrap(node.callee)
    if (isFunction(callee)) return returnsPromise(callee)
    if (callee.type === 'Identifier') {
      if (isGlobal(scopes, callee, 'fetch')) return 'yes'
      return callGivesPromise(variableOf(scopes, callee))
    }
    if (callee.type !== 'MemberExpression') return 'unknown'
    const method = memberName(callee)
    if (method === undefined) return 'unknown'
    if (isGlobal(scopes, callee.object, 'Promise') && promiseStatics.has(method)) return 'yes'
    if (isGlobal(scopes, callee.object, 'Array') && method === 'fromAsync') return 'yes'
    if (promiseMethods.has(method)) return isPromise(callee.object) === 'yes' ? 'yes' : 'unknown'
    const own = ownMethod(callee)
    return own ? returnsPromise(own) : 'unknown'
  }

  function callGivesPromise(variable: Variable | undefined): Answer {
    if (!variable || variable.defs.length === 0 || isReassigned(variable)) return 'unknown'
    const answers = variable.defs.map((definition): Answer => {
      if (definition.type === 'FunctionName' && (isFunction(definition.node) || definition.node.type === 'TSDeclareFunction')) return returnsPromise(definition.node)
      const value = constantValue(variable)
      return value && isFunction(value) ? returnsPromise(value) : 'unknown'
    })
    return answers.every(answer => answer === 'yes') ? 'yes' : 'unknown'
  }

  function returnsPromise(fn: TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression | TSESTree.TSDeclareFunction): Answer {
    if (fn.generator) return 'no'
    if (fn.async) return 'yes'
    if (fn.returnType) return namesType(fn.returnType.typeAnnotation, ['Promise']) ? 'yes' : 'unknown'
    if (fn.type === 'ArrowFunctionExpression' && fn.body.type !== 'BlockStatement') return isPromise(fn.body)
    return 'unknown'
  }

  function isPromiseVariable(variable: Variable | undefined): Answer {
    if (!variable) return 'unknown'
    const annotation = annotationOf(variable)
    if (annotation) return namesType(annotation, ['Promise']) ? 'yes' : 'unknown'
    const value = constantValue(variable)
    return value ? isPromise(value) : 'unknown'
  }

  function neverReturns({ callee }: TSESTree.CallExpression): Answer {
    const variable = callee.type === 'Identifier' ? variableOf(scopes, callee) : undefined
    const [definition] = variable && !isReassigned(variable) ? variable.defs : []
    const fn = definition?.type === 'FunctionName' ? definition.node : variable && constantValue(variable)
    if (!fn || !(isFunction(fn) || fn.type === 'TSDeclareFunction')) return 'unknown'
    if (fn.returnType) return fn.returnType.typeAnnotation.type === 'TSNeverKeyword' ? 'yes' : 'no'
    const alwaysThrows = !fn.async && !fn.generator && fn.body?.type === 'BlockStatement' && fn.body.body.length === 1 && fn.body.body[0]?.type === 'ThrowStatement'
    return alwaysThrows ? 'yes' : 'unknown'
  }

  function isList(outer: TSESTree.Expression): Answer {
    const node = unwrap(outer)
    if (node.type === 'LogicalExpression') return some([isList(node.left), isList(node.right)])
    if (node.type === 'ConditionalExpression') return some([isList(node.consequent), isList(node.alternate)])
    if (node.type === 'ArrayExpression') {
      return some(node.elements.map(item => (!item || item.type === 'SpreadElement' ? 'unknown' : isPromise(item))))
    }
    if (node.type === 'Identifier') {
      const value = variableOf(scopes, node) && constantValue(variableOf(scopes, node) as Variable)
      return value ? isList(value) : 'unknown'
    }
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return 'unknown'
    const method = memberName(node.callee)
    const mapper = isGlobal(scopes, node.callee.object, 'Array') && method === 'from' ? node.arguments[1] : method === 'map' && isArray(node.callee.object) ? node.arguments[0] : undefined
    if (!mapper) return 'unknown'
    return isFunction(mapper) ? returnsPromise(mapper) : mapper.type === 'Identifier' ? callGivesPromise(variableOf(scopes, mapper)) : 'unknown'
  }

  /** Whether the value is certainly a built-in array, so that its `map` calls back and keeps what comes back. */
  function isArray(outer: TSESTree.Expression): boolean {
    const node = unwrap(outer)
    if (node.type === 'ArrayExpression') return true
    if (node.type === 'Identifier') {
      const variable = variableOf(scopes, node)
      if (!variable) return false
      const annotation = annotationOf(variable)
      if (annotation) return annotation.type === 'TSArrayType' || annotation.type === 'TSTupleType' || namesType(annotation, ['Array', 'ReadonlyArray'])
      const value = constantValue(variable)
      return value !== undefined && value !== node && !underway.has(value) && isArray(value)
    }
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false
    const { object } = node.callee
    const method = memberName(node.callee) ?? ''
    if (isGlobal(scopes, object, 'Object')) return ['entries', 'keys', 'values'].includes(method)
    if (isGlobal(scopes, object, 'Array')) return ['from', 'of'].includes(method)
    return arrayToArray.has(method) && isArray(object)
  }

  function isAlwaysPromise(outer: TSESTree.Expression): Answer {
    const node = unwrap(outer)
    const variable = node.type === 'Identifier' ? variableOf(scopes, node) : undefined
    const value = variable && !annotationOf(variable) ? constantValue(variable) : undefined
    const isEitherOr = (value ?? node).type === 'ConditionalExpression' || (value ?? node).type === 'LogicalExpression'
    return isEitherOr ? 'unknown' : isPromise(node)
  }

  function givesPromise(outer: TSESTree.Expression): Answer {
    const node = unwrap(outer)
    if (isFunction(node)) return returnsPromise(node)
    if (node.type === 'Identifier') return callGivesPromise(variableOf(scopes, node))
    const own = node.type === 'MemberExpression' ? ownMethod(node) : undefined
    return own ? returnsPromise(own) : 'unknown'
  }

  function namesType(type: TSESTree.TypeNode, names: readonly string[]): boolean {
    return type.type === 'TSTypeReference' && names.some(name => isGlobal(scopes, type.typeName, name))
  }

  function isCallable(outer: TSESTree.Node): Answer {
    if (outer.type === 'SpreadElement') return 'unknown'
    const node = unwrap(outer as TSESTree.Expression)
    if (isFunction(node)) return 'yes'
    if (node.type === 'Literal' || node.type === 'TemplateLiteral' || node.type === 'ObjectExpression' || node.type === 'ArrayExpression') return 'no'
    if (node.type !== 'Identifier') return 'unknown'
    if (isGlobal(scopes, node, 'undefined')) return 'no'
    const variable = variableOf(scopes, node)
    if (!variable) return 'unknown'
    if (variable.defs.some(definition => definition.type === 'FunctionName')) return 'yes'
    const value = constantValue(variable)
    return value && value !== node ? isCallable(value) : 'unknown'
  }

  function namesCallee(callee: TSESTree.Expression, specifier: Specifier): boolean {
    const node = unwrap(callee)
    const name = node.type === 'Identifier' ? node.name : undefined
    if (name === undefined) return false
    if (typeof specifier === 'string') return specifier === name
    if (![specifier.name].flat().includes(name)) return false
    if (specifier.from !== 'package') return true
    const definition = variableOf(scopes, node)?.defs[0]
    return definition?.parent?.type === 'ImportDeclaration' && definition.parent.source.value === specifier.package
  }

  function evidence(outer: TSESTree.Expression): string {
    const node = unwrap(outer)
    if (node.type === 'NewExpression') return '`new Promise` makes one'
    if (node.type === 'ImportExpression') return '`import()` gives one'
    if (node.type !== 'CallExpression') return 'its value is one'
    const callee = unwrap(node.callee)
    if (isFunction(callee)) return 'an async function is called here'
    if (callee.type === 'Identifier') {
      const line = variableOf(scopes, callee)?.defs[0]?.name.loc.start.line
      return line === undefined ? `\`${callee.name}\` gives one` : `\`${callee.name}\` (line ${line}) gives one`
    }
    if (callee.type !== 'MemberExpression') return 'the call gives one'
    const method = memberName(callee)
    if (method === 'map' || method === 'from') return 'its callback is async'
    return promiseMethods.has(method ?? '') ? `\`.${method}()\` makes a new one` : `\`${method}\` gives one`
  }
}

function annotationOf(variable: Variable): TSESTree.TypeNode | undefined {
  const name = variable.defs[0]?.name
  return variable.defs.length === 1 && name?.type === 'Identifier' ? name.typeAnnotation?.typeAnnotation : undefined
}

function topLevelAwait(path: string, ast: TSESTree.Program): Answer {
  if (/\.m[jt]s$/.test(path)) return 'yes'
  if (/\.c[jt]s$/.test(path) || ast.sourceType === 'script') return 'no'
  // In TypeScript an import may still become a require call.
  const isModule = ast.body.some(statement => statement.type.startsWith('Import') || statement.type.startsWith('Export'))
  return isModule && /\.jsx?$/.test(path) ? 'yes' : 'unknown'
}
