import { isBuiltin } from 'node:module'
import type { TSESTree } from '@typescript-eslint/types'
import { variableOf } from '../scopes.js'
import { inPackage, type Specifier } from '../types/oracle.js'
import type { SourceUnit } from '../unit.js'
import { eachChild, isFunction, memberName, unwrap, walk, type FunctionNode } from '../walk.js'
import { effectsOfCall } from './calls.js'
import { effectsOfGetter } from './getters.js'
import { isSame, joined, loading, nothing, type Evidence, type Summary, type Target } from './effect.js'
import { isFill } from './fills.js'
import { codeOf, idOf, isWithin, originsOf, type Code, type Extent } from './origins.js'

/** What running a function does, its callees included; remembered. */
export function summaryOf(unit: SourceUnit, fn: FunctionNode, extent: Extent = 'all'): Summary {
  const analysis = analysisFor(unit, extent)
  const known = analysis.done.get(fn)
  if (known) return known
  const open = analysis.open.get(fn)
  if (open) {
    // It leads back to itself: what is known so far is taken for it, and the round is made again until that holds.
    analysis.lowest = Math.min(analysis.lowest, open.depth)
    return open.summary
  }
  if (analysis.open.size >= deepest || analysis.spent >= budget) return { ...nothing, unknown: evidence(unit, fn, 'too many functions lead away from it') }
  analysis.spent++
  return solved(unit, fn, analysis, extent)
}

/** What evaluating an expression or a statement does; `extent` says how much of its callees is asked. */
export function effectsOf(unit: SourceUnit, node: TSESTree.Node, extent: Extent = 'all'): Summary {
  const analysis = analysisFor(unit, extent)
  if (analysis.open.size === 0) analysis.spent = 0
  return evaluated(codeOf(unit, node, extent), node)
}

/** As {@link effectsOf}, of calling a function: a question of its own, which may lead to as many functions as any. */
export function effectsOfBody(unit: SourceUnit, fn: FunctionNode, extent: Extent = 'all'): Summary {
  const analysis = analysisFor(unit, extent)
  if (analysis.open.size === 0) analysis.spent = 0
  return summaryOf(unit, fn, extent)
}

/** How many functions one question may lead to, and how far one may be from it. */
const budget = 2000
const deepest = 60

interface Analysis {
  readonly done: Map<FunctionNode, Summary>
  /** The functions that are being asked about, each with its place among them. */
  readonly open: Map<FunctionNode, { summary: Summary; readonly depth: number }>
  /** The outermost open function that an answer rests on. */
  lowest: number
  spent: number
}

const analyses = { all: new WeakMap<object, Analysis>(), 'until ordered': new WeakMap<object, Analysis>() }

/** Answers hold for one state of the project; of a file without one, for its tree. */
function analysisFor(unit: SourceUnit, extent: Extent): Analysis {
  const key = unit.project ?? unit.ast
  let analysis = analyses[extent].get(key)
  if (!analysis) analyses[extent].set(key, (analysis = { done: new Map(), open: new Map(), lowest: Infinity, spent: 0 }))
  return analysis
}

function solved(unit: SourceUnit, fn: FunctionNode, analysis: Analysis, extent: Extent): Summary {
  const depth = analysis.open.size
  const state = { summary: nothing, depth }
  const outer = analysis.lowest
  analysis.open.set(fn, state)
  try {
    for (;;) {
      analysis.lowest = Infinity
      const next = summarized(unit, fn, extent)
      const isStable = analysis.lowest > depth || isSame(next, state.summary)
      state.summary = next
      if (isStable) break
    }
  } finally {
    analysis.open.delete(fn)
  }
  // What rests on an outer function that is still open may change with it.
  if (analysis.lowest >= depth) analysis.done.set(fn, state.summary)
  analysis.lowest = Math.min(outer, analysis.lowest < depth ? analysis.lowest : Infinity)
  return state.summary
}

function summarized(unit: SourceUnit, fn: FunctionNode, extent: Extent): Summary {
  if (fn.generator) return { ...nothing, unknown: evidence(unit, fn, 'a generator runs where it is iterated') }
  const code = codeOf(unit, fn, extent)
  const isEnough = extent === 'all' ? undefined : isOrdered
  const { calls, ...all } = [...fn.params, fn.body].reduce((sum, part) => evaluated(code, part, isEnough, sum), nothing)
  const own = new Map([...code.parameters].map(([variable, index]) => [idOf(unit, variable), index]))
  return { ...all, calls: calls.map(call => ({ ...call, index: own.get(call.id) ?? call.index })) }
}

/** Whether everything must stay in front of it or behind it, whatever else it does. */
function isOrdered({ barrier, unknown, writes }: Summary): boolean {
  return Boolean(barrier ?? unknown) || writes.some(({ target }) => target.kind === 'outside')
}

function evaluated(code: Code, root: TSESTree.Node, isEnough: (sum: Summary) => boolean = () => false, before: Summary = nothing): Summary {
  let sum = before
  const visit = (node: TSESTree.Node): void => {
    if (isEnough(sum)) return
    // A function does nothing where it is made.
    if (isFunction(node) || /^TS(?:TypeAnnotation|Interface|TypeAlias|TypeParameterInstantiation)/.test(node.type)) return
    if (node.type === 'ClassBody') return
    eachChild(node, visit)
    if (!isEnough(sum)) sum = joined(sum, effectsAt(code, node))
  }
  visit(root)
  return sum
}

function effectsAt(code: Code, node: TSESTree.Node): Summary {
  const { unit } = code
  switch (node.type) {
    case 'CallExpression':
    case 'NewExpression':
    case 'TaggedTemplateExpression':
      return effectsOfCall(code, node)
    case 'MemberExpression':
      return effectsOfGetter(code, node)
    case 'AssignmentExpression':
      return written(code, node.left, node)
    case 'UpdateExpression':
      return written(code, node.argument, node)
    case 'UnaryExpression':
      return node.operator === 'delete' ? written(code, node.argument, node) : nothing
    case 'ForInStatement':
    case 'ForOfStatement':
      if (node.type === 'ForOfStatement' && node.await) return iterated(code, node)
      return node.left.type === 'VariableDeclaration' ? nothing : written(code, node.left, node)
    case 'ImportExpression':
      // What the platform brings is there already, and a name that is computed may be another module's each time.
      if (node.source.type === 'Literal' && isBuiltin(String(node.source.value))) return nothing
      return { ...nothing, reads: [{ ...evidence(unit, node, '`import()` reads a module'), once: node.source.type === 'Literal' ? [loading] : undefined }], certainty: 'likely', doubts: [evidence(unit, node, 'a module may do something when it is loaded')] }
    case 'ThisExpression':
      return { ...nothing, fields: [fieldRead(node)] }
    case 'YieldExpression':
      return { ...nothing, unknown: evidence(unit, node, 'who iterates it decides what happens at a `yield`') }
    case 'VariableDeclaration':
      return node.kind === 'using' || node.kind === 'await using' ? { ...nothing, unknown: evidence(unit, node, 'what `using` disposes of runs code of its own') } : nothing
    default:
      return nothing
  }
}

/** Node's and the web's streams of what is read from outside. */
const streams: readonly Specifier[] = [{ from: 'lib', name: 'ReadableStream' }, inPackage('node', 'Readable', 'ReadableStream')]

/** `for await (const chunk of stream)` reads a stream to its end; anything else runs code of its own. */
function iterated(code: Code, node: TSESTree.ForOfStatement): Summary {
  const { unit } = code
  if (unit.types.isOneOf(node.right, streams) !== 'yes') return { ...nothing, unknown: evidence(unit, node, '`for await` runs what it iterates') }
  const text = `\`${short(unit, node.right)}\``
  const exclusive = writesTo(unit, originsOf(code, node.right), node, `${text} is read`).writes
  return { ...nothing, reads: [evidence(unit, node, `${text} is a stream that is read`)], exclusive, certainty: 'likely', doubts: [evidence(unit, node, 'a stream may do more than read')] }
}

/** The field that a `this` is read for; none where it is only written, or is what a method is called on. */
function fieldRead(node: TSESTree.ThisExpression): string {
  const { parent } = node
  if (parent.type !== 'MemberExpression' || parent.object !== node) return '*'
  return memberName(parent) ?? '*'
}

/** What writing to a place changes. */
function written(code: Code, outer: TSESTree.Node, by: TSESTree.Node): Summary {
  const { unit } = code
  const node = unwrap(outer as TSESTree.Expression) as TSESTree.Node
  if (node.type === 'ArrayPattern' || node.type === 'ObjectPattern') {
    let sum: Summary = nothing
    walk(node, inner => {
      if (inner.type === 'MemberExpression' || (inner.type === 'Identifier' && variableOf(unit.scopes, inner))) sum = joined(sum, written(code, inner, by))
      return inner.type === 'MemberExpression' ? 'skip' : undefined
    })
    return sum
  }
  const targets = node.type === 'MemberExpression' ? originsOf(code, node.object) : ownVariable(code, node)
  return writesTo(unit, targets, by, `\`${short(unit, node)}\` is changed`)
}

/** Assigning to a name changes it for whoever else sees the name. */
function ownVariable(code: Code, node: TSESTree.Node): readonly Target[] {
  const variable = variableOf(code.unit.scopes, node)
  const name = variable?.defs[0]?.name
  if (!variable || !name) return [{ kind: 'outside' }]
  return isWithin(name, code) ? [] : [{ kind: 'captured', id: idOf(code.unit, variable), name: variable.name, through: false }]
}

/** A write to each of the targets, unless it only keeps what was read for the next time. */
export function writesTo(unit: SourceUnit, targets: readonly Target[], by: TSESTree.Node, text: string, resource?: string): Summary {
  if (targets.length === 0) return nothing
  const proof = evidence(unit, by, text)
  if (isFill(unit, by)) return { ...nothing, certainty: 'likely', doubts: [evidence(unit, by, `${text} to keep it for the next time`)] }
  return { ...nothing, writes: targets.map(target => ({ target, evidence: resource === undefined ? proof : { ...proof, resource } })) }
}

export function evidence(unit: SourceUnit, node: TSESTree.Node, text: string): Evidence {
  return { text, path: unit.path, line: node.loc.start.line }
}

export function short({ text }: SourceUnit, { range }: TSESTree.Node): string {
  const whole = text.slice(...range).replace(/\s+/g, ' ')
  return whole.length > 40 ? `${whole.slice(0, 39)}…` : whole
}
