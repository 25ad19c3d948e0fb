import type { TSESTree } from '@typescript-eslint/types'
import type ts from 'typescript'
import { keyName, unwrap } from '../walk.js'
import type { CheckedProgram } from './from-typescript.js'
import type { Answer } from './oracle.js'

/** From TypeScript's `TypeFlags`, which the rules must not load `typescript` for: `any` and `unknown`. */
export const anyOrUnknown = 1 | 2

/**
 * Whether a function is expected where `node` stands whose value is dropped: one declared to give void by every signature that
 * fits, and whose value the callee's body, where that is there, does not use after all.
 */
export function expectsVoid({ program, esTreeNodeToTSNodeMap }: CheckedProgram, node: TSESTree.Expression): Answer {
  const checker = program.getTypeChecker()
  return answer()

  function answer(): Answer {
    const tsNode = esTreeNodeToTSNodeMap.get(node)
    if (!tsNode) return 'unknown'
    const { parent } = node
    const isArgument = (parent?.type === 'CallExpression' || parent?.type === 'NewExpression') && parent.callee !== node
    // An overload for async functions takes charge, whichever the checker chose: mocha's `it` has one for each kind.
    const expected = isArgument ? parametersAt(parent, parent.arguments.indexOf(node)) : [parent?.type === 'Property' && parent.method ? memberExpected(parent) : checker.getContextualType(tsNode as ts.Expression)]
    const types = expected.filter(type => type !== undefined)
    if (types.length === 0 || types.some(type => type.flags & anyOrUnknown)) return 'unknown'
    const given = givesVoid(checker, types)
    if (given !== 'yes') return given
    if (parent?.type === 'Property' && isGivenToBody(parent.parent)) return 'unknown'
    return isArgument && takesWhatItGives(checker.getResolvedSignature(esTreeNodeToTSNodeMap.get(parent) as ts.CallExpression)?.declaration, parent.arguments.indexOf(node)) ? 'no' : 'yes'
  }

  /** Whether an object is an argument of a function whose code is here, which may take what its members give whatever their types say. */
  function isGivenToBody({ parent }: TSESTree.Node): boolean {
    if (parent?.type !== 'CallExpression') return false
    const declaration = checker.getResolvedSignature(esTreeNodeToTSNodeMap.get(parent) as ts.CallExpression)?.declaration as { body?: ts.Node } | undefined
    return declaration?.body !== undefined
  }

  /**
   * Whether the body of a function uses what its parameter gives when it is called, whatever the parameter's type says, as in
   * `function wrap(run: () => void) { await run() }`; also where it hands the parameter on to such a function.
   */
  function takesWhatItGives(declaration: ts.Node | undefined, at: number, depth = 0): boolean {
    const { body, parameters } = (declaration ?? {}) as { body?: ts.Node; parameters?: readonly ts.ParameterDeclaration[] }
    const parameter = parameters?.[Math.min(at, parameters.length - 1)]
    if (!body || !parameter || depth > 3) return false
    const symbol = parameter.dotDotDotToken ? undefined : checker.getSymbolAtLocation(parameter.name)
    // Of a pattern or a rest parameter, nobody can tell here what becomes of its parts.
    if (!symbol) return true
    const name = symbol.getName()
    const isTaken = (node: ts.Node): boolean => {
      if ((node as ts.Identifier).text === name && node.parent && checker.getSymbolAtLocation(node) === symbol) {
        const { parent } = node as { parent: ts.Node & { expression?: ts.Node; initializer?: ts.Node; name?: ts.Node; arguments?: readonly ts.Node[] } }
        // `run.call(x)`, `const go = run`.
        if ((parent.expression === node && parent.name) || parent.initializer === node) return true
        if (parent.arguments && parent.expression === node) return !isDroppedBy(parent.parent, parent)
        const given = parent.arguments?.indexOf(node) ?? -1
        if (given < 0) return false
        const receiver = checker.getResolvedSignature(parent as unknown as ts.CallExpression)?.declaration as { body?: ts.Node } | undefined
        return receiver?.body ? takesWhatItGives(receiver as ts.Node, given, depth + 1) : !isVoidExpected(node as ts.Expression)
      }
      return Boolean(node.forEachChild(child => isTaken(child) || undefined))
    }
    return isTaken(body)
  }

  /** `list.push(run)` keeps it as what it is; `p.then(run)` and `list.map(run)` take what it gives. */
  function isVoidExpected(node: ts.Expression): boolean {
    const expected = checker.getContextualType(node)
    const returned = expected ? signaturesOf(checker, expected).flatMap(signature => partsOf(signature.getReturnType())) : []
    return returned.length > 0 && returned.every(type => type === checker.getVoidType() || type === checker.getUndefinedType())
  }

  /** Whether a node is a statement that is nothing but the call; by its place, since the numbers of syntax kinds differ between versions of TypeScript. */
  function isDroppedBy(node: ts.Node, call: ts.Node): boolean {
    const { statements, thenStatement, elseStatement, statement } = node.parent as unknown as Record<string, unknown>
    const isStatement = [thenStatement, elseStatement, statement].includes(node) || (Array.isArray(statements) && statements.includes(node))
    return isStatement && node.getStart() === call.getStart()
  }

  /** What the object around a method is expected to have under its name. */
  function memberExpected({ key, parent }: TSESTree.Property): ts.Type | undefined {
    const tsObject = esTreeNodeToTSNodeMap.get(parent)
    const object = tsObject && checker.getContextualType(tsObject as ts.Expression)
    const member = key.type === 'Identifier' ? object?.getProperty(key.name) : undefined
    return member && tsObject && checker.getTypeOfSymbolAtLocation(member, tsObject)
  }

  /** What each signature of the callee that can take so many arguments says of one of them. */
  function parametersAt(call: TSESTree.CallExpression | TSESTree.NewExpression, at: number): (ts.Type | undefined)[] {
    const tsNode = esTreeNodeToTSNodeMap.get(call) as ts.CallExpression | ts.NewExpression
    const calleeNode = esTreeNodeToTSNodeMap.get(call.callee)
    const callee = calleeNode && checker.getTypeAtLocation(calleeNode)
    const resolved = checker.getResolvedSignature(tsNode)
    if (!callee || !resolved || call.arguments.slice(0, at).some(argument => argument.type === 'SpreadElement')) return []
    const overloads = partsOf(callee).flatMap(part => (call.type === 'NewExpression' ? part.getConstructSignatures() : part.getCallSignatures()))
    // A generic one speaks through the signature that was chosen and filled in.
    const others = overloads.filter(signature => signature.declaration !== resolved.declaration && signature.parameters.length >= at + 1)
    return [resolved, ...others].map(signature => parameterAt(signature, at, tsNode))
  }

  function parameterAt({ parameters }: ts.Signature, at: number, tsNode: ts.Node): ts.Type | undefined {
    const parameter = parameters[Math.min(at, parameters.length - 1)]
    if (!parameter) return undefined
    const type = checker.getTypeOfSymbolAtLocation(parameter, tsNode)
    const declared = parameter.valueDeclaration as ts.ParameterDeclaration | undefined
    if (!declared?.dotDotDotToken) return at < parameters.length ? type : undefined
    const rest = checker.getTypeArguments(type as ts.TypeReference)
    return checker.isArrayType(type) ? rest[0] : checker.isTupleType(type) ? rest[at - parameters.length + 1] : undefined
  }
}

/**
 * Whether some signature of what is called takes a function at a place: `no` where none does. The signatures are read off what the
 * callee's name stands for; which of them the call takes is dear to find out, and most arguments are told apart without.
 */
export function takesFunction({ program, esTreeNodeToTSNodeMap }: CheckedProgram, call: TSESTree.CallExpression | TSESTree.NewExpression, at: number): Answer {
  const checker = program.getTypeChecker()
  const callee = unwrap(call.callee)
  const name = callee.type === 'MemberExpression' && !callee.computed ? callee.property : callee
  const tsName = name.type === 'Identifier' ? esTreeNodeToTSNodeMap.get(name) : undefined
  const symbol = tsName && checker.getSymbolAtLocation(tsName)
  if (!symbol) return 'unknown'
  const known = takers.get(symbol) ?? new Map<string, Answer>()
  takers.set(symbol, known)
  const key = `${call.type} ${String(at)}`
  let answer = known.get(key)
  if (!answer) known.set(key, (answer = decide(symbol)))
  return answer

  function decide(called: ts.Symbol): Answer {
    const type = checker.getNonNullableType(checker.getTypeOfSymbol(called))
    const signatures = partsOf(checker.getApparentType(type)).flatMap(part => (call.type === 'NewExpression' ? part.getConstructSignatures() : part.getCallSignatures()))
    return signatures.length > 0 && !signatures.some(mayTake) ? 'no' : 'unknown'
  }

  function mayTake({ parameters }: ts.Signature): boolean {
    const parameter = parameters[at] ?? parameters.at(-1)
    const declared = parameter?.valueDeclaration as ts.ParameterDeclaration | undefined
    if (parameter && (!declared || declared.dotDotDotToken)) return true
    return parameter !== undefined && at < parameters.length && partsOf(checker.getTypeOfSymbol(parameter)).some(part => mayBeFunction(checker, part))
  }
}

/** A function is called in many places. */
const takers = new WeakMap<ts.Symbol, Map<string, Answer>>()

/** Whether a type, which is no union, may be a function's: by its shape, since the numbers of most flags differ between versions of TypeScript. */
export function mayBeFunction(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (type.flags & anyOrUnknown || type.isIntersection() || isOpen(type)) return true
  const { symbol } = type as { symbol?: ts.Symbol }
  if (type.isLiteral() || 'intrinsicName' in type || checker.isTupleType(type)) return false
  // What has no symbol is not worked out yet: a conditional type, a member of a type parameter.
  return symbol === undefined || symbol.name === 'Function' || symbol.name === 'Object' || type.getCallSignatures().length > 0
}

/** Whether anything may turn out to be of a type: `T`, `object`, `{}`. */
export function isOpen(type: ts.Type): boolean {
  const isEmpty = 'members' in type && type.getProperties().length === 0 && type.getCallSignatures().length === 0
  return isEmpty || (type as { intrinsicName?: string }).intrinsicName === 'object' || type.isTypeParameter()
}

/** Whether all that a class extends and implements, where it declares a member of this name, declares a function that gives void. */
export function inheritsVoid({ program, esTreeNodeToTSNodeMap }: CheckedProgram, member: TSESTree.MethodDefinition | TSESTree.PropertyDefinition): Answer {
  const checker = program.getTypeChecker()
  const name = keyName(member.key)
  const tsClass = esTreeNodeToTSNodeMap.get(member.parent.parent) as ts.ClassLikeDeclaration | undefined
  const bases = (tsClass?.heritageClauses ?? []).flatMap(({ types }) => types.map(type => checker.getTypeAtLocation(type)))
  if (name === undefined || member.key.type === 'PrivateIdentifier' || bases.some(({ flags }) => flags & anyOrUnknown)) return 'unknown'
  const declared = bases.flatMap(base => checker.getPropertyOfType(base, name) ?? [])
  return declared.length === 0 ? 'no' : givesVoid(checker, declared.map(symbol => checker.getNonNullableType(checker.getTypeOfSymbol(symbol))))
}

/** Whether what functions of these types give is void, and never a promise. */
function givesVoid(checker: ts.TypeChecker, types: readonly ts.Type[]): Answer {
  const returned = types.flatMap(type => signaturesOf(checker, type).flatMap(signature => partsOf(signature.getReturnType())))
  if (returned.length === 0 || returned.some(type => type.flags & anyOrUnknown || type.isTypeParameter())) return 'unknown'
  return returned.includes(checker.getVoidType()) && !returned.some(type => type.getProperty('then')) ? 'yes' : 'no'
}

/** Whether the function that a call runs, in whatever file of the program, only prints what it is given there, hands it to another such one, or leaves it alone. */
export function dropsArgument({ program, esTreeNodeToTSNodeMap }: CheckedProgram, call: TSESTree.CallExpression, at: number): Answer {
  const checker = program.getTypeChecker()
  const tsNode = esTreeNodeToTSNodeMap.get(call)
  return tsNode ? drops(tsNode as ts.CallExpression, at, 0) : 'unknown'

  function drops(tsCall: ts.CallExpression, index: number, depth: number): Answer {
    const declaration = checker.getResolvedSignature(tsCall)?.declaration as (ts.FunctionLikeDeclaration & { parent: { members?: unknown } }) | undefined
    const parameter = declaration?.parameters[index]
    const symbol = parameter && !parameter.dotDotDotToken ? checker.getSymbolAtLocation(parameter.name) : undefined
    // A method may be another one in a subclass.
    if (!declaration?.body || !symbol || declaration.parent.members || depth > 3 || /\barguments\b/.test(declaration.body.getText())) return 'unknown'
    const name = symbol.getName()
    const isLookedAt = (node: ts.Node): boolean => {
      if ((node as ts.Identifier).text !== name || checker.getSymbolAtLocation(node) !== symbol) return !node.forEachChild(child => !isLookedAt(child) || undefined)
      const given = (node.parent as ts.CallExpression).arguments?.indexOf(node as ts.Expression) ?? -1
      return given >= 0 && (/^console\b/.test((node.parent as ts.CallExpression).expression.getText()) || drops(node.parent as ts.CallExpression, given, depth + 1) === 'yes')
    }
    return isLookedAt(declaration.body) ? 'yes' : 'no'
  }
}

export function signaturesOf(checker: ts.TypeChecker, type: ts.Type): readonly ts.Signature[] {
  return partsOf(checker.getApparentType(type)).flatMap(part => part.getCallSignatures())
}

export function partsOf(type: ts.Type): readonly ts.Type[] {
  return type.isUnion() ? type.types : [type]
}
