import type { TSESTree } from '@typescript-eslint/types'
import type ts from 'typescript'
import { unwrap } from '../walk.js'
import { some, type Answer, type PromiseQuestion, type TypeOracle } from './oracle.js'
import { isDeclaredIn, matchesType, matchesValue } from './typescript-specifiers.js'

/** What typescript-eslint's parser hands out beside the tree. */
export interface CheckedProgram {
  readonly program: ts.Program
  readonly esTreeNodeToTSNodeMap: { get(node: TSESTree.Node): ts.Node | undefined }
}

/** From TypeScript's `TypeFlags`, which the rules must not load `typescript` for: `any`, `unknown`, and type parameters. */
const anyFlag = 1
const anyOrUnknown = 1 | 2

/** Answers from TypeScript's checker (6.0 and older); `syntax` speaks where the checker can't. */
export function typescriptOracle({ program, esTreeNodeToTSNodeMap }: CheckedProgram, path: string, syntax: TypeOracle): TypeOracle {
  const checker = program.getTypeChecker()
  const remembered = rememberedAnswers(program)
  const isJavaScript = /\.[mc]?jsx?$/.test(path)

  return {
    source: 'typescript',
    isPromise(node, question) {
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
    isCallable(node) {
      const type = typeAt(node)
      if (!type || type.flags & anyOrUnknown) return 'unknown'
      const parts = partsOf(checker.getApparentType(type))
      if (parts.some(part => part.flags & anyOrUnknown)) return 'unknown'
      return parts.every(part => part.getCallSignatures().length > 0) ? 'yes' : 'no'
    },
    isCallOf(node, functions) {
      if (functions.length === 0) return false
      const type = typeAt(node.callee)
      if (!type) return syntax.isCallOf(node, functions)
      return functions.some(specifier => matchesValue(node.callee, type, specifier, program) || matchesType(type, specifier, program))
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

  function typeAt(node: TSESTree.Node): ts.Type | undefined {
    const tsNode = esTreeNodeToTSNodeMap.get(node.type === 'ChainExpression' ? unwrap(node) : node)
    if (!tsNode) return undefined
    try {
      return checker.getTypeAtLocation(tsNode)
    } catch {
      // The checker itself fails on some broken programs (typescript-eslint#11947); no type is no answer.
      return undefined
    }
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

const memory = new WeakMap<ts.Program, Map<string, Map<ts.Type, Answer>>>()

/** Nearly all statements of a program share a few types, so most questions are asked once per program. */
function rememberedAnswers(program: ts.Program): Map<string, Map<ts.Type, Answer>> {
  let answers = memory.get(program)
  if (!answers) memory.set(program, (answers = new Map()))
  return answers
}

function partsOf(type: ts.Type): readonly ts.Type[] {
  return type.isUnion() ? type.types : [type]
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

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
