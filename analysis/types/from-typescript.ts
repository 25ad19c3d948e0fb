import type { TSESTree } from '@typescript-eslint/types'
import type ts from 'typescript'
import { unwrap } from '../walk.js'
import { some, type Answer, type PromiseQuestion, type Specifier, type TypeOracle } from './oracle.js'
import { calleeOf, functionAt } from './typescript-callees.js'
import { anyOrUnknown, dropsArgument, expectsVoid, inheritsVoid, isOpen, mayBeFunction, partsOf, signaturesOf, takesFunction } from './typescript-callbacks.js'
import { isDeclaredIn, matchesType, matchesValue } from './typescript-specifiers.js'

/** What typescript-eslint's parser hands out beside the tree. */
export interface CheckedProgram {
  readonly program: ts.Program
  readonly esTreeNodeToTSNodeMap: { get(node: TSESTree.Node): ts.Node | undefined }
  readonly tsNodeToESTreeNodeMap?: { get(node: ts.Node): TSESTree.Node | undefined }
}

/** From TypeScript's `TypeFlags`, which the rules must not load `typescript` for. */
const anyFlag = 1

const builtIn: PromiseQuestion = { thenables: false, safeTypes: [] }

/** Answers from TypeScript's checker (6.0 and older); `syntax` speaks where the checker can't. */
export function typescriptOracle(checked: CheckedProgram, path: string, syntax: TypeOracle): TypeOracle {
  const { program, esTreeNodeToTSNodeMap } = checked
  const checker = program.getTypeChecker()
  const remembered = rememberedAnswers(program)
  const isJavaScript = /\.[mc]?jsx?$/.test(path)
  const typesAt = new Map<TSESTree.Node, ts.Type | undefined>()

  return {
    source: 'typescript',
    isPromise(node, question) {
      if (isNeverPromise(node, question)) return 'no'
      const type = typeAt(node)
      const answer = type ? isPromiseType(type, question, node) : 'unknown'
      if (answer === 'yes' || (type && !isJavaScript)) return answer
      // In JavaScript a comment, `@returns {void}` above an async function, is taken for its type.
      return syntax.isPromise(node, question) === 'yes' ? 'yes' : answer
    },
    isPromiseList(node, question) {
      const type = typeAt(node)
      return type ? isListType(type, question, node) : syntax.isPromiseList(node, question)
    },
    isAlwaysPromise(node) {
      if (isNeverPromise(node, builtIn)) return 'no'
      const type = typeAt(node)
      if (!type || type.flags & anyOrUnknown) return type ? 'unknown' : syntax.isAlwaysPromise(node)
      const tsNode = esTreeNodeToTSNodeMap.get(node)
      // What an index signature says may not be there has no symbol of its own.
      if (node.type === 'MemberExpression' && !(tsNode && checker.getSymbolAtLocation((tsNode as ts.PropertyAccessExpression).name))) return 'unknown'
      const { strict, strictNullChecks = strict } = program.getCompilerOptions()
      // Without strict null checks, any name may be null.
      if (!strictNullChecks && node.type !== 'CallExpression') return syntax.isAlwaysPromise(node)
      return partsOf(checker.getApparentType(type)).every(part => isBuiltInPromise(part)) ? 'yes' : 'no'
    },
    isArray(node) {
      const type = typeAt(node)
      if (!type || type.flags & anyOrUnknown) return syntax.isArray(node)
      return partsOf(checker.getApparentType(checker.getNonNullableType(type))).every(isArrayLike) ? 'yes' : 'no'
    },
    givesPromise(node, always) {
      const fromSyntax = always ? 'unknown' : syntax.givesPromise(node)
      if (fromSyntax !== 'unknown') return fromSyntax
      if (declaredTypes(node)?.every(type => !partsOf(type).some(part => mayBeFunction(checker, part)))) return 'no'
      const type = typeAt(node)
      if (!type || type.flags & anyOrUnknown) return 'unknown'
      const returned = signaturesOf(checker, type).map(signature => isPromiseType(signature.getReturnType(), builtIn, node))
      const isAlways = !always || signaturesOf(checker, type).every(signature => partsOf(signature.getReturnType()).every(isBuiltInPromise))
      return isAlways && returned.length > 0 && returned.every(answer => answer === 'yes') ? 'yes' : 'no'
    },
    dropsArgument: (call, at) => dropsArgument(checked, call, at),
    takesFunction: (call, at) => attempted(() => takesFunction(checked, call, at)) ?? 'unknown',
    expectsVoid: node => expectsVoid(checked, node),
    inheritsVoid: member => inheritsVoid(checked, member),
    isCallable,
    isCallOf(node, functions) {
      if (functions.length === 0) return false
      const type = typeAt(node.callee)
      if (!type) return syntax.isCallOf(node, functions)
      return functions.some(specifier => matchesValue(node.callee, type, specifier, program) || matchesType(type, specifier, program))
    },
    isOneOf(node, types) {
      const type = typeAt(node)
      if (!type || type.flags & anyOrUnknown) return 'unknown'
      const key = keyOf(types)
      let answers = remembered.get(key)
      if (!answers) remembered.set(key, (answers = new Map()))
      let answer = answers.get(type)
      if (!answer) {
        const parts = partsOf(checker.getNonNullableType(type)).map(part => types.some(specifier => isKindOf(part, specifier)))
        answers.set(type, (answer = parts.every(Boolean) ? 'yes' : parts.some(Boolean) ? 'unknown' : 'no'))
      }
      return answer
    },
    handsBack(call) {
      const declared = declaredReturn(call)
      if (!declared) return 'unknown'
      const holders = partsOf(declared.type).filter(part => part.isTypeParameter())
      if (holders.length === 0) return 'no'
      // `timed(() => f())` gives what its callback makes; `map.get()` and `last(promises)` give what is there.
      const isOwn = holders.some(part => part.symbol?.declarations?.some(({ parent }) => parent === declared.signature))
      return isOwn && call.arguments.some(argument => isCallable(argument) === 'yes') ? 'no' : 'yes'
    },
    handsBackReceiver(call) {
      const declared = declaredReturn(call)
      if (!declared) return 'unknown'
      return declared.type.isTypeParameter() && (declared.type as { isThisType?: boolean }).isThisType === true ? 'yes' : 'no'
    },
    callee: call => calleeOf(checked, call),
    functionAt: node => functionAt(checked, node),
    givesItself(node, methods) {
      const type = typeAt(node)
      if (!type || type.flags & anyOrUnknown) return 'unknown'
      const itself = checker.getNonNullableType(type)
      const givesIt = (method: ts.Symbol): boolean => signaturesOf(checker, checker.getTypeOfSymbol(method)).some(signature => isSameKind(signature.getReturnType(), itself))
      return checker.getApparentType(itself).getProperties().filter(({ name }) => methods.test(name)).filter(givesIt).length > 1 ? 'yes' : 'no'
    },
    hasMember(node, name) {
      const type = typeAt(node)
      if (!type || type.flags & anyOrUnknown) return 'unknown'
      const parts = partsOf(checker.getNonNullableType(type)).map(part => checker.getApparentType(part).getProperty(name) !== undefined)
      return parts.every(Boolean) ? 'yes' : parts.some(Boolean) ? 'unknown' : 'no'
    },
    neverReturns(call) {
      const declared = declaredReturn(call)
      return declared ? (declared.type === checker.getNeverType() ? 'yes' : 'no') : 'unknown'
    },
    isExhaustive(statement) {
      if (statement.cases.some(({ test }) => !test)) return 'yes'
      const type = typeAt(statement.discriminant)
      const tests = statement.cases.map(({ test }) => test && typeAt(test))
      if (!type || type.flags & anyOrUnknown || tests.some(test => !test || test.flags & anyOrUnknown)) return 'unknown'
      return partsOf(type).every(part => part === checker.getNeverType() || (isUnit(part) && tests.some(test => test && isUnit(test) && checker.isTypeAssignableTo(part, test)))) ? 'yes' : 'no'
    },
    isNullable(node) {
      // Of `a?.f()` the call itself has the type without undefined.
      const type = typeAt(node.parent?.type === 'ChainExpression' ? node.parent : node)
      if (!type || type.flags & anyOrUnknown) return syntax.isNullable(node)
      return isNullableType(type) ? 'yes' : 'no'
    },
    isNarrowed(node) {
      const tsNode = esTreeNodeToTSNodeMap.get(node)
      const type = typeAt(node)
      const symbol = tsNode && checker.getSymbolAtLocation(tsNode)
      if (!type || !symbol) return 'unknown'
      const declared = checker.getTypeOfSymbol(symbol)
      // A generic method's type is another one at each use, so of what is called only this is asked.
      if (node.parent?.type === 'CallExpression' && node.parent.callee === node) return isNullableType(declared) && !isNullableType(type) ? 'yes' : 'no'
      return declared === type ? 'no' : 'yes'
    },
    allowsTopLevelAwait: () => topLevelAwait(program, path, syntax.allowsTopLevelAwait()),
    evidence(node) {
      const type = typeAt(node)
      const isByType = type && isPromiseType(type, { thenables: true, safeTypes: [] }, node) !== 'no'
      return isByType || (type && isListType(type, { thenables: true, safeTypes: [] }, node) === 'yes') ? `its type is \`${short(checker.typeToString(type))}\`` : syntax.evidence(node)
    },
  }

  function isArrayLike(type: ts.Type): boolean {
    return type.isIntersection() ? type.types.some(isArrayLike) : checker.isArrayType(type) || checker.isTupleType(type)
  }

  function isCallable(node: TSESTree.Node): Answer {
    const type = typeAt(node)
    if (!type || type.flags & anyOrUnknown) return 'unknown'
    const parts = partsOf(checker.getApparentType(type))
    if (parts.some(part => part.flags & anyOrUnknown)) return 'unknown'
    return parts.every(part => part.getCallSignatures().length > 0) ? 'yes' : 'no'
  }

  /** The signature that a call takes, and what its declaration says it gives, before type arguments are filled in. */
  function declaredReturn(call: TSESTree.CallExpression): { signature: ts.Node; type: ts.Type } | undefined {
    const tsNode = esTreeNodeToTSNodeMap.get(call)
    const signature = tsNode && checker.getResolvedSignature(tsNode as ts.CallExpression)?.declaration
    const type = signature && checker.getSignatureFromDeclaration(signature as ts.SignatureDeclaration)?.getReturnType()
    return type && { signature, type }
  }

  /** A type of one value: a literal, a member of an enum, `true`, `null`. */
  function isUnit(type: ts.Type): boolean {
    const others = [checker.getTrueType(), checker.getFalseType(), checker.getNullType(), checker.getUndefinedType()]
    return type.isLiteral() || others.some(other => checker.isTypeAssignableTo(type, other) && checker.isTypeAssignableTo(other, type))
  }

  /** The type itself, or what it extends. */
  function isKindOf(type: ts.Type, specifier: Specifier): boolean {
    if (matchesType(type, specifier, program)) return true
    if (type.isIntersection()) return type.types.some(part => isKindOf(part, specifier))
    // `Omit<Query, 'where'>`, which builders give so that nobody asks twice, is a query still.
    const [inner] = type.getProperty('then') ? (type.aliasTypeArguments ?? []) : []
    if (inner && inner !== type && isKindOf(inner, specifier)) return true
    const target = (type as ts.TypeReference).target ?? type
    return target.isClassOrInterface() && (checker.getBaseTypes(target) ?? []).some(base => isKindOf(base, specifier))
  }

  /** Whether a name is declared as something that is no promise, whatever is known of it where it stands. */
  function isNeverPromise(node: TSESTree.Expression, question: PromiseQuestion): boolean {
    // In JavaScript a comment may say another type than the code.
    return !isJavaScript && declaredTypes(node)?.every(type => !partsOf(type).some(isOpen) && isPromiseType(type, question, node) === 'no') === true
  }

  /** Each rule asks again, and of a call the checker works out what is called each time. */
  function typeAt(node: TSESTree.Node): ts.Type | undefined {
    if (!typesAt.has(node)) typesAt.set(node, findType(node))
    return typesAt.get(node)
  }

  function findType(node: TSESTree.Node): ts.Type | undefined {
    const tsNode = esTreeNodeToTSNodeMap.get(node.type === 'ChainExpression' ? unwrap(node) : node)
    return tsNode && attempted(() => (node.type === 'NewExpression' ? constructedType(node) : undefined) ?? checker.getTypeAtLocation(tsNode))
  }

  /**
   * What a name, or a member of one, is declared as: enough to tell most of them apart. What is known of it where it stands is only ever a
   * part of that, and dear to find out, since the checker goes back to where the function begins. Undefined where no declaration says it.
   */
  function declaredTypes(node: TSESTree.Expression): readonly ts.Type[] | undefined {
    return attempted(() => declarations(node))
  }

  function declarations(node: TSESTree.Expression): readonly ts.Type[] | undefined {
    if (node.type === 'ChainExpression' || node.type === 'TSNonNullExpression') return declarations(node.expression)
    if (node.type === 'Identifier') {
      const tsNode = esTreeNodeToTSNodeMap.get(node)
      const symbol = tsNode && checker.getSymbolAtLocation(tsNode)
      return symbol && [checker.getTypeOfSymbol(symbol)]
    }
    if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier') return undefined
    const { name } = node.property
    const own = node.object.type === 'ThisExpression' ? typeAt(node.object) : undefined
    const owners = (own ? [own] : declarations(node.object))?.flatMap(type => partsOf(type).filter(part => !isMissing(part)))
    const members = owners?.flatMap(type => partsOf(checker.getApparentType(type))).map(part => part.getProperty(name))
    return members?.every(member => member !== undefined) ? members.map(member => checker.getTypeOfSymbol(member)) : undefined
  }

  /** What `new` gives where one constructor alone says so: its arguments, which the checker would look through, decide nothing. */
  function constructedType({ callee }: TSESTree.NewExpression): ts.Type | undefined {
    const tsCallee = esTreeNodeToTSNodeMap.get(callee)
    const [signature, ...others] = tsCallee ? checker.getTypeAtLocation(tsCallee).getConstructSignatures() : []
    return signature && others.length === 0 && !signature.getTypeParameters() ? signature.getReturnType() : undefined
  }

  function isPromiseType(type: ts.Type, question: PromiseQuestion, node: TSESTree.Node): Answer {
    const key = question.safeTypes.length > 0 ? JSON.stringify(question) : String(question.thenables)
    let answers = remembered.get(key)
    if (!answers) remembered.set(key, (answers = new Map()))
    let answer = answers.get(type)
    if (!answer) answers.set(type, (answer = decide(type, question, node)))
    return answer
  }

  function decide(type: ts.Type, question: PromiseQuestion, node: TSESTree.Node): Answer {
    if (type.flags & anyOrUnknown) return 'unknown'
    if (question.safeTypes.some(specifier => matchesType(type, specifier, program))) return 'no'
    return some(
      partsOf(checker.getApparentType(type)).map(part => {
        if (part.flags & anyOrUnknown) return 'unknown'
        if (isBuiltInPromise(part)) return 'yes'
        return question.thenables && isThenable(part, node) && !isOwnedTask(part) ? 'yes' : 'no'
      }),
    )
  }

  /** The platform's Promise, a class or interface that extends it, an intersection with it, or a type parameter bound to it. */
  function isBuiltInPromise(type: ts.Type): boolean {
    if (type.isIntersection()) return type.types.some(isBuiltInPromise)
    const bound = type.isTypeParameter() ? type.getConstraint() : undefined
    if (bound) return partsOf(bound).some(isBuiltInPromise)
    const symbol = (type as ts.Type).getSymbol()
    if (!symbol) return false
    if (symbol.name === 'Promise' && symbol.declarations?.some(declaration => program.isSourceFileDefaultLibrary(declaration.getSourceFile()))) return true
    const target = (type as ts.TypeReference).target ?? type
    return target.isClassOrInterface() && (checker.getBaseTypes(target) ?? []).some(isBuiltInPromise)
  }

  /** Whether null or undefined is among the type's parts. The flags that say so differ between versions of TypeScript. */
  function isNullableType(type: ts.Type): boolean {
    return checker.getNonNullableType(type) !== type
  }

  /** A value whose `then` takes two handlers: one that can reject. */
  function isThenable(type: ts.Type, node: TSESTree.Node): boolean {
    const then = type.getProperty('then')
    const tsNode = esTreeNodeToTSNodeMap.get(node)
    if (!then || !tsNode) return false
    const takesHandler = (parameter: ts.Symbol | undefined): boolean =>
      parameter !== undefined && partsOf(checker.getApparentType(checker.getTypeOfSymbolAtLocation(parameter, tsNode))).some(part => part.getCallSignatures().length > 0)
    return partsOf(checker.getTypeOfSymbolAtLocation(then, tsNode)).some(part =>
      part.getCallSignatures().some(({ parameters }) => takesHandler(parameters[0]) && takesHandler(parameters[1])),
    )
  }

  /** A task that its group waits for is never floating, whoever else drops it. */
  function isOwnedTask(type: ts.Type): boolean {
    return isDeclaredIn(type, 'GroupTask', 'structured-async', program)
  }

  function isListType(type: ts.Type, question: PromiseQuestion, node: TSESTree.Node): Answer {
    if (type.flags & anyOrUnknown) return 'unknown'
    return some(
      partsOf(type).map(part => {
        const apparent = checker.getApparentType(part)
        if (checker.isArrayType(apparent) || checker.isTupleType(apparent)) {
          return some(checker.getTypeArguments(apparent as ts.TypeReference).map(item => isPromiseType(item, question, node)))
        }
        return part.flags & anyFlag ? 'unknown' : 'no'
      }),
    )
  }
}

const keys = new WeakMap<readonly Specifier[], string>()

/** Whether two types come from one class or interface, whatever their arguments. */
function isSameKind(a: ts.Type, b: ts.Type): boolean {
  return a === b || (a.symbol !== undefined && a.symbol === b.symbol)
}

/** The text of a list of specifiers, of which there are few. */
function keyOf(types: readonly Specifier[]): string {
  let key = keys.get(types)
  if (key === undefined) keys.set(types, (key = JSON.stringify(types)))
  return key
}

const memory = new WeakMap<ts.Program, Map<string, Map<ts.Type, Answer>>>()

/** Nearly all statements of a program share a few types, so most questions are asked once per program. */
function rememberedAnswers(program: ts.Program): Map<string, Map<ts.Type, Answer>> {
  let answers = memory.get(program)
  if (!answers) memory.set(program, (answers = new Map()))
  return answers
}

/** `module` of es2022, esnext, preserve (5, 99, 200), or a node mode (100 to 199) in a file that it takes for a module. */
function topLevelAwait(program: ts.Program, path: string, fromSyntax: Answer): Answer {
  if (fromSyntax !== 'unknown') return fromSyntax
  const { module, target } = program.getCompilerOptions()
  if (target !== undefined && target < 4) return 'no'
  if (module !== undefined && module >= 100 && module < 200) {
    const format = program.getSourceFile(path)?.impliedNodeFormat
    return format === 99 ? 'yes' : format === 1 ? 'no' : 'unknown'
  }
  return module === 7 || module === 99 || module === 200 ? 'yes' : 'unknown'
}

/** `null` and `undefined`, by their names, since the numbers of most flags differ between versions of TypeScript. */
function isMissing(type: ts.Type): boolean {
  const { intrinsicName } = type as { intrinsicName?: string }
  return intrinsicName === 'null' || intrinsicName === 'undefined'
}

/** The checker itself fails on some broken programs (typescript-eslint#11947); no answer is none. */
function attempted<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
