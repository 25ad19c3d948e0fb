import type { TSESTree } from '@typescript-eslint/types'
import type ts from 'typescript'
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
    const returned = types.flatMap(type => signaturesOf(checker, type).flatMap(signature => partsOf(signature.getReturnType())))
    if (returned.length === 0 || returned.some(type => type.flags & anyOrUnknown || type.isTypeParameter())) return 'unknown'
    if (!returned.includes(checker.getVoidType()) || returned.some(type => type.getProperty('then'))) return 'no'
    return isArgument && takesWhatItGives(checker.getResolvedSignature(esTreeNodeToTSNodeMap.get(parent) as ts.CallExpression)?.declaration, parent.arguments.indexOf(node)) ? 'no' : 'yes'
  }

  /**
   * Whether the body of a function uses what its parameter gives when it is called, whatever the parameter's type says, as in
   * `function wrap(run: () => void) { await run() }`; also where it hands the parameter on to such a function.
   */
  function takesWhatItGives(declaration: ts.Node | undefined, at: number, depth = 0): boolean {
    const { body, parameters } = (declaration ?? {}) as { body?: ts.Node; parameters?: readonly ts.ParameterDeclaration[] }
    const parameter = parameters?.[Math.min(at, parameters.length - 1)]?.name
    const symbol = parameter && checker.getSymbolAtLocation(parameter)
    if (!body || !symbol || depth > 3) return false
    const name = symbol.getName()
    const isTaken = (node: ts.Node): boolean => {
      if ((node as ts.Identifier).text === name && node.parent && checker.getSymbolAtLocation(node) === symbol) {
        const { parent } = node as { parent: ts.Node & { expression?: ts.Node; arguments?: readonly ts.Node[] } }
        if (parent.arguments && parent.expression === node) return !isDroppedBy(parent.parent, parent)
        const given = parent.arguments?.indexOf(node) ?? -1
        return given >= 0 && takesWhatItGives(checker.getResolvedSignature(parent as unknown as ts.CallExpression)?.declaration, given, depth + 1)
      }
      return Boolean(node.forEachChild(child => isTaken(child) || undefined))
    }
    return isTaken(body)
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

export function signaturesOf(checker: ts.TypeChecker, type: ts.Type): readonly ts.Signature[] {
  return partsOf(checker.getApparentType(type)).flatMap(part => part.getCallSignatures())
}

export function partsOf(type: ts.Type): readonly ts.Type[] {
  return type.isUnion() ? type.types : [type]
}
