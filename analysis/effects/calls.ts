import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import { constantValue, isGlobal, variableOf } from '../scopes.js'
import type { AnyCall, Callee, CalleeDoubt, LibraryFunction } from '../types/oracle.js'
import { isFunction, memberName, unwrap, type FunctionNode } from '../walk.js'
import { ownRowFor, rowFor } from './catalogue/lookup.js'
import { fileAppends } from './catalogue/connections.js'
import { memoRows } from './catalogue/memos.js'
import type { Doing, Row } from './catalogue/row.js'
import { sqlReads } from './catalogue/sql.js'
import { connectionsOf, isStill, namedLikeLimit, reachedFrom } from './connections.js'
import { anyProperty, doneOnce, joined, nothing, reachedBy, type Connection, type ParameterCall, type Summary, type Target, type Write } from './effect.js'
import { allFound, found } from './functions.js'
import { isTelemetry, judgedByName, runsText, type Named } from './names.js'
import { idOf, isWithin, originsOf, originsOfVariable, propertyPath, type Code } from './origins.js'
import { evidence, short, summaryOf, writesTo } from './summary.js'

/** What a call does: what the project says about it, else its body, then the catalogue, then its name. */
export function effectsOfCall(code: Code, call: AnyCall): Summary {
  const { unit } = code
  const { name, receiver } = namesOf(code, call)
  const callee = unit.types.callee(call)
  const own = ownRowFor(unit, callee, name)
  if (own) return byCatalogue(code, call, own, name)
  const targets = allFound(unit, callee)
  if (targets) {
    const here = evidence(unit, call, `\`${short(unit, calleeNode(call))}\``)
    const result = targets.map(target => substituted(code, call, reachedBy(summaryOf(target.unit, target.fn, code.extent), here))).reduce(joined)
    if (callee.kind !== 'function' || !callee.doubt) return result
    return doubtful(code, call, isMemoised(call, callee.wrapper) ? doneOnce(result, `${callee.path}:${callee.range[0]}`) : result, `\`${name}\` ${doubts[callee.doubt]}`)
  }
  const parameter = parameterCall(code, call, callee)
  if (parameter) return { ...nothing, calls: [parameter] }
  if (callee.kind === 'function') return { ...nothing, unknown: evidence(unit, call, `the code of \`${name}\` is out of reach`) }
  if (callee.kind === 'unknown' && callee.isUntyped && isMethodOfValues(code, call)) return doubtful(code, call, callbacks(code, call), `\`${short(unit, calleeNode(call))}\` is taken for the language's own`)
  if (callee.kind === 'unknown') return { ...nothing, unknown: evidence(unit, call, `nobody can tell what \`${short(unit, calleeNode(call))}\` runs: ${callee.why}`) }
  if (callee.isImplicit) return nothing
  // `log.push(line)` changes a list, whatever it is called.
  const isOfLanguage = callee.package === 'lib' && callee.type !== 'Console'
  if (!isOfLanguage && isTelemetry(receiver, name, callee.type)) return doubtful(code, call, callbacks(code, call), `\`${short(unit, calleeNode(call))}\` is taken for a log or a metric`)
  const row = rowFor(callee)
  return row ? byCatalogue(code, call, row, callee.member) : byName(code, call, callee, name)
}

/** Whether every such call gives the same promise. What is memoised by arguments may be another one for others. */
function isMemoised(call: AnyCall, wrapper: LibraryFunction | undefined): boolean {
  return wrapper !== undefined && call.type === 'CallExpression' && call.arguments.length === 0 && memoRows.some(({ packages, members }) => packages.includes(wrapper.package) && members.test(wrapper.member))
}

const doubts: Readonly<Record<CalleeDoubt, string>> = {
  wrapped: 'is wrapped in another function',
  taken: 'is taken out of what another function gives, and taken to be what its type says',
  decorated: 'is decorated, and taken to do what its body does',
  field: 'is a field, and taken to hold the function that it began with',
  implemented: 'is declared by an interface, and taken to be what a class has that implements it',
}

/** `text.trim()` and `list.map(f)` on a value that nobody knows: a method that the language's own values have, and hardly anything else. */
function isMethodOfValues(code: Code, call: AnyCall): boolean {
  return calleeNode(call).type === 'MemberExpression' && /^(?:char(?:At|CodeAt)|concat|endsWith|every|filter|flatMap|getTime|includes|indexOf|join|lastIndexOf|map|match|pad(?:End|Start)|reduce|replace(?:All)?|slice|some|split|startsWith|substr(?:ing)?|to(?:Fixed|ISOString|JSON|LowerCase|String|UpperCase)|trim(?:End|Start)?)$/.test(namesOf(code, call).name)
}

/** What a function that a parameter stood for does, judged by the name that it is called by. */
export function judgedCall({ name, property, evidence: place }: ParameterCall): Summary {
  // `list[at]()`: the name is the collection's.
  const judged = property === anyProperty ? 'unknown' : judgedByName(name)
  if (judged === 'computes') return { ...nothing, certainty: 'likely', doubts: [{ ...place, text: `\`${name}\` is judged by its name` }] }
  if (judged === 'reads') return { ...nothing, reads: [place], certainty: 'likely', doubts: [{ ...place, text: `\`${name}\` is judged by its name` }] }
  if (judged === 'writes') return { ...nothing, writes: [{ target: { kind: 'outside' }, evidence: { ...place, text: `\`${name}\` changes something, by its name` } }] }
  return { ...nothing, unknown: { ...place, text: `nobody can tell what \`${name}\` is` } }
}

function byCatalogue(code: Code, call: AnyCall, row: Row, member: string): Summary {
  const { unit } = code
  const text = short(unit, calleeNode(call))
  const doing = typeof row.does === 'function' ? row.does(call, unit) : row.does
  const result = { ...done(code, call, doing, text, row), connections: connectionsOf(code, call, row, member) }
  const all = joined(result, callbacks(code, call))
  return row.isLikely ? doubtful(code, call, all, `\`${text}\` is judged by a row of the catalogue that holds for most of its kind`) : all
}

function done(code: Code, call: AnyCall, doing: Doing, text: string, row: Row): Summary {
  const { unit } = code
  const reads = { ...nothing, reads: [{ ...evidence(unit, call, `\`${text}\` reads ${row.what ?? 'from outside'}`), resource: row.what }] }
  switch (doing) {
    case 'pure':
      return nothing
    case 'reads':
      return reads
    case 'reads alone':
      return { ...reads, exclusive: mutation(code, call).writes }
    case 'writes':
      return writesTo(unit, [{ kind: 'outside' }], call, `\`${text}\` changes ${row.changes ?? row.what ?? 'something outside'}`, row.isLikely ? undefined : (row.what ?? 'something outside'))
    case 'may write':
      return doubtful(code, call, done(code, call, 'writes', text, { ...row, isLikely: true }), `nobody can tell here what \`${text}\` does with what it is given`)
    case 'orders':
      return { ...nothing, barrier: evidence(unit, call, `the order of \`${text}\` matters`) }
    case 'mutates':
      return row.what === undefined ? mutation(code, call) : joined(reads, mutation(code, call))
    case 'mutates argument': {
      const [first] = call.type === 'TaggedTemplateExpression' ? [] : call.arguments
      return first ? writesTo(unit, originsOf(code, first), call, `\`${short(unit, first)}\` is changed`) : nothing
    }
  }
}

function mutation(code: Code, call: AnyCall): Summary {
  const callee = calleeNode(call)
  if (callee.type !== 'MemberExpression') return writesTo(code.unit, [{ kind: 'outside' }], call, `\`${short(code.unit, callee)}\` changes something`)
  return writesTo(code.unit, originsOf(code, callee.object), call, `\`${short(code.unit, callee.object)}\` is changed`)
}

/** A leaf that only its declaration speaks for. */
function byName(code: Code, call: AnyCall, { package: from, type, member }: Extract<Callee, { kind: 'declared' }>, name: string): Summary {
  const { unit } = code
  const text = short(unit, calleeNode(call))
  const where = from === undefined ? '' : ` of ${from}`
  if (call.type === 'NewExpression') return doubtful(code, call, callbacks(code, call), `nobody looked into the constructor of \`${type ?? name}\``)
  const judged = judgedByNameAndText(code, call, name || member)
  const isPromise = call.type === 'TaggedTemplateExpression' ? 'unknown' : unit.types.isPromise(call, { thenables: true, safeTypes: [] })
  if (judged === 'orders') return { ...nothing, barrier: evidence(unit, call, `the order of \`${text}\` matters, by its name`) }
  if (isPromise === 'no') {
    if (from === undefined && judged !== 'reads' && judged !== 'computes') return { ...nothing, unknown: evidence(unit, call, `only a declaration of \`${text}\` is there`) }
    const receiver = calleeNode(call)
    const changes = receiver.type === 'MemberExpression' && judged === 'writes' ? mutation(code, call) : nothing
    return doubtful(code, call, joined(changes, callbacks(code, call)), `\`${text}\`${where} is synchronous, so it is taken to compute something`)
  }
  if (isPromise === 'unknown') return { ...nothing, unknown: evidence(unit, call, `nobody can tell what \`${text}\`${where} gives`) }
  if (judged === 'reads') return doubtful(code, call, { ...callbacks(code, call), reads: [evidence(unit, call, `\`${text}\`${where} reads, by its name`)] }, `\`${text}\`${where} is judged by its name`)
  if (judged === 'writes') return writesTo(unit, [{ kind: 'outside' }], call, `\`${text}\`${where} changes something, by its name`)
  return { ...nothing, unknown: evidence(unit, call, `neither code nor catalogue nor name says what \`${text}\`${where} does`) }
}

/** What is called `query` or the like does what the text says that it is given. */
function judgedByNameAndText({ unit }: Code, call: AnyCall, name: string): Named {
  const reads = /query/i.test(name) || runsText(name) ? sqlReads(call, unit) : undefined
  if (reads !== undefined) return reads ? 'reads' : 'unknown'
  return runsText(name) ? 'unknown' : judgedByName(name)
}

/** The effects of a function's summary at one of its calls: parameters and `this` stand for what is given. */
function substituted(code: Code, call: AnyCall, summary: Summary): Summary {
  const given = call.type === 'TaggedTemplateExpression' ? [] : call.arguments
  const callee = calleeNode(call)
  const targetsFor = ({ target }: Write): readonly Target[] => {
    switch (target.kind) {
      case 'parameter':
        return given.some((argument, at) => argument.type === 'SpreadElement' && at <= target.index) ? [{ kind: 'outside' }] : given[target.index] ? originsOf(code, given[target.index] as TSESTree.Node) : []
      case 'this':
        return call.type === 'NewExpression' ? [] : callee.type === 'MemberExpression' ? originsOf(code, callee.object) : [{ kind: 'this' }]
      case 'captured':
        return captured(code, target)
      case 'outside':
        return [target]
    }
  }
  const here = (write: Write): Write[] => targetsFor(write).map(target => ({ target, evidence: write.evidence }))
  const isOwnThis = callee.type === 'MemberExpression' ? callee.object.type === 'ThisExpression' || callee.object.type === 'Super' : callee.type === 'Super' || isFunction(callee)
  const called = summary.calls.map(parameter => (parameter.index === undefined ? rebound(code, parameter) : calledWith(code, call, given, parameter)))
  return called.reduce(joined, { ...summary, writes: summary.writes.flatMap(here), exclusive: summary.exclusive.flatMap(here), connections: summary.connections.flatMap(connection => connectionsAt(code, call, connection, targetsFor)), fields: isOwnThis || isClosure(code, call) ? summary.fields : [], calls: [] })
}

/** A callee's connection as this code sees it: `load({ tx })` and `load(ctx)` lead to what was given. */
function connectionsAt(code: Code, call: AnyCall, callees: Connection, targetsFor: (write: Write) => readonly Target[]): readonly Connection[] {
  const connection = callees.kind === fileAppends ? { ...callees, isGuarded: true } : callees
  const { target, path, kind } = connection
  const given = target.kind === 'parameter' && call.type !== 'TaggedTemplateExpression' ? call.arguments[target.index] : undefined
  if (!given || given.type === 'SpreadElement') return targetsFor(connection).map(one => ({ ...connection, target: one }))
  const [first, ...rest] = path
  const property = first === undefined ? undefined : propertyOf(code, given, first)
  const [node, left] = property && property !== 'absent' ? [property, rest] : [given, path]
  const answer = left.length > 0 ? 'unknown' : isStill(kind, code.unit, node)
  if (answer === 'no') return []
  const reached = reachedFrom(code, node)
  return reached.targets.map(one => ({ ...connection, target: one, name: short(code.unit, node), path: [...reached.path, ...left], isSure: answer === 'yes' }))
}

/** Whether a function of this code itself is called, whose `this` may be the same. */
function isClosure(code: Code, call: AnyCall): boolean {
  const callee = calleeNode(call)
  const name = callee.type === 'Identifier' ? variableOf(code.unit.scopes, callee)?.defs[0]?.name : undefined
  return name !== undefined && isWithin(name, code)
}

/** A variable of a function around the callee: of this code's own, what it holds counts. */
export function captured(code: Code, target: Extract<Target, { kind: 'captured' }>): readonly Target[] {
  const variable = variableWithId(code, target.id)
  if (!variable) return [target]
  return target.through ? originsOfVariable(code, variable) : []
}

const byId = new WeakMap<TSESTree.Program, Map<string, Variable>>()

/** The variable with an id, where it is declared in this code. */
function variableWithId(code: Code, id: string): Variable | undefined {
  const { unit } = code
  let index = byId.get(unit.ast)
  if (!index) {
    index = new Map(unit.scopes.scopes.flatMap(scope => scope.variables).filter(({ defs }) => defs.length > 0).map(variable => [idOf(unit, variable), variable]))
    byId.set(unit.ast, index)
  }
  const variable = index.get(id)
  const name = variable?.defs[0]?.name
  return name && isWithin(name, code) ? variable : undefined
}

/** A call of a parameter of a function around: still that, unless this code is what has the parameter. */
function rebound(code: Code, parameter: ParameterCall): Summary {
  const variable = variableWithId(code, parameter.id)
  if (!variable || code.parameters.has(variable)) return { ...nothing, calls: [parameter] }
  return judgedCall(parameter)
}

function calledWith(code: Code, call: AnyCall, given: readonly TSESTree.CallExpressionArgument[], parameter: ParameterCall): Summary {
  const argument = given[parameter.index as number]
  if (!argument) return nothing
  if (given.slice(0, (parameter.index as number) + 1).some(({ type }) => type === 'SpreadElement')) return judgedCall(parameter)
  if (parameter.property === anyProperty) return anyOfProperties(code, call, argument) ?? judgedCall(parameter)
  const value = parameter.property === undefined ? argument : propertyOf(code, argument, parameter.property)
  if (value === 'absent') return nothing
  return (value && effectsOfFunction(code, call, value)) ?? judgedCall(parameter)
}

/** What calling any function of an object literal does; undefined where there are others. */
function anyOfProperties(code: Code, call: AnyCall, argument: TSESTree.CallExpressionArgument): Summary | undefined {
  const found = objectBehind(code, argument)?.properties.map(property => (property.type === 'Property' && property.kind === 'init' ? effectsOfFunction(code, call, property.value) : undefined))
  if (!found || found.length === 0) return undefined
  return found.reduce((all, one) => all && one && joined(all, one), nothing)
}

function objectBehind(code: Code, argument: TSESTree.CallExpressionArgument): TSESTree.ObjectExpression | undefined {
  const node = unwrap(argument as TSESTree.Expression)
  const variable = node.type === 'Identifier' ? variableOf(code.unit.scopes, node) : undefined
  const value = (variable && constantValue(variable)) ?? node
  return value.type === 'ObjectExpression' ? value : undefined
}

function propertyOf(code: Code, argument: TSESTree.CallExpressionArgument, property: string): TSESTree.Node | 'absent' | undefined {
  const node = objectBehind(code, argument)
  if (!node) return undefined
  for (const candidate of node.properties) {
    if (candidate.type === 'Property' && !candidate.computed && candidate.key.type === 'Identifier' && candidate.key.name === property) return candidate.value
  }
  return node.properties.some(({ type }) => type === 'SpreadElement') ? undefined : 'absent'
}

/** What calling a value does, where a function is behind it; undefined where nobody can tell. */
function effectsOfFunction(code: Code, call: AnyCall, outer: TSESTree.Node): Summary | undefined {
  const { unit } = code
  const node = unwrap(outer as TSESTree.Expression)
  if (isFunction(node)) return asCallback(code, call, summaryOf(unit, node, code.extent))
  if (node.type !== 'Identifier' && node.type !== 'MemberExpression') return undefined
  const variable = node.type === 'Identifier' ? variableOf(unit.scopes, node) : undefined
  const definition = variable?.defs[0]
  if (variable && definition?.type === 'Parameter') {
    return { ...nothing, calls: [{ id: idOf(unit, variable), index: undefined, property: propertyPath(variable), name: variable.name, evidence: evidence(unit, node, `\`${variable.name}\` is called`) }] }
  }
  const callee = unit.types.functionAt(node)
  const target = found(unit, callee)
  if (target) return asCallback(code, call, summaryOf(target.unit, target.fn, code.extent))
  if (callee.kind !== 'declared' || callee.package === undefined) return undefined
  const row = rowFor(callee)
  if (row ? row.does === 'pure' : judgedByName(callee.member) !== 'orders' && unit.types.givesPromise(node) === 'no') return doubtful(code, call, nothing, `\`${short(unit, node)}\` of ${callee.package} is taken to compute something`)
  return undefined
}

/** A callback's parameters are given by who calls it: of an array's methods its elements, else things that nobody knows. */
function asCallback(code: Code, call: AnyCall, summary: Summary): Summary {
  const callee = calleeNode(call)
  const holders = [...(callee.type === 'MemberExpression' ? [callee.object] : []), ...(call.type === 'TaggedTemplateExpression' ? [] : call.arguments)]
  const elements: readonly Target[] = holders.flatMap(holder => originsOf(code, holder))
  const here = (write: Write): Write[] => {
    if (write.target.kind === 'parameter') return elements.map(target => ({ target, evidence: write.evidence }))
    return write.target.kind === 'captured' ? captured(code, write.target).map(target => ({ target, evidence: write.evidence })) : [write]
  }
  const isLimited = namedLikeLimit.test(short(code.unit, callee))
  const connections = summary.connections.flatMap((inside): readonly Connection[] => {
    // What is handed to a callback, one of a list or a transaction's own client, is another one each time.
    if (inside.target.kind === 'parameter') return []
    const connection = isLimited ? { ...inside, isGuarded: true } : inside
    return connection.target.kind === 'captured' ? captured(code, connection.target).map(target => ({ ...connection, target })) : [connection]
  })
  // What an executor is given settles the promise.
  const isExecutor = call.type === 'NewExpression' && isGlobal(code.unit.scopes, callee, 'Promise')
  const called = summary.calls.map(parameter => (parameter.index === undefined ? rebound(code, parameter) : isExecutor ? nothing : judgedCall(parameter)))
  return called.reduce(joined, { ...summary, writes: summary.writes.flatMap(here), exclusive: summary.exclusive.flatMap(here), connections, calls: [] })
}

/** What the functions do that a call is given, which its callee may run. */
function callbacks(code: Code, call: AnyCall): Summary {
  const given = call.type === 'TaggedTemplateExpression' ? call.quasi.expressions : call.arguments
  return given.map(argument => callback(code, call, argument)).reduce(joined, nothing)
}

function callback(code: Code, call: AnyCall, argument: TSESTree.CallExpressionArgument): Summary {
  const { unit } = code
  const node = argument.type === 'SpreadElement' ? argument.argument : unwrap(argument)
  if (node.type === 'ObjectExpression') return node.properties.map(property => (property.type === 'Property' && isFunction(property.value) ? callback(code, call, property.value) : nothing)).reduce(joined, nothing)
  if (!isFunction(node) && unit.types.isCallable(node) !== 'yes') return nothing
  return effectsOfFunction(code, call, node) ?? { ...nothing, unknown: evidence(unit, node, `nobody can tell what \`${short(unit, node)}\` does when it is called`) }
}

/** A call of a parameter, or of a property of one, whose function the callers know. */
function parameterCall(code: Code, call: AnyCall, callee: Callee): ParameterCall | undefined {
  const node = calleeNode(call)
  const { unit } = code
  const isOwn = callee.kind === 'unknown' || (callee.kind === 'declared' && rowFor(callee) === undefined)
  if (!isOwn) return undefined
  const object = node.type === 'MemberExpression' ? unwrap(node.object) : node
  const variable = object.type === 'Identifier' ? variableOf(unit.scopes, object) : undefined
  if (variable?.defs[0]?.type !== 'Parameter' || !isParameterOfFunction(variable)) return undefined
  const property = node.type === 'MemberExpression' ? (memberName(node) ?? (node.computed ? anyProperty : undefined)) : propertyPath(variable)
  if (node.type === 'MemberExpression' && (property === undefined || propertyPath(variable) !== undefined || callee.kind !== 'declared' || callee.package !== undefined)) return undefined
  const name = node.type === 'MemberExpression' && property !== anyProperty ? (property as string) : variable.name
  return { id: idOf(unit, variable), index: undefined, property, name, evidence: evidence(unit, call, `\`${short(unit, node)}\` is called`) }
}

function isParameterOfFunction(variable: Variable): boolean {
  const [definition] = variable.defs
  return definition !== undefined && isFunction(definition.node as FunctionNode)
}

function doubtful(code: Code, call: AnyCall, summary: Summary, text: string): Summary {
  return joined(summary, { ...nothing, certainty: 'likely', doubts: [evidence(code.unit, call, text)] })
}

function calleeNode(call: AnyCall): TSESTree.Expression {
  return unwrap(call.type === 'TaggedTemplateExpression' ? call.tag : call.callee)
}

function namesOf({ unit }: Code, call: AnyCall): { name: string; receiver: string | undefined } {
  const callee = calleeNode(call)
  if (callee.type !== 'MemberExpression') return { name: callee.type === 'Identifier' ? callee.name : short(unit, callee), receiver: undefined }
  const object = unwrap(callee.object)
  const receiver = object.type === 'Identifier' ? object.name : object.type === 'MemberExpression' ? memberName(object) : undefined
  return { name: memberName(callee) ?? '', receiver }
}
