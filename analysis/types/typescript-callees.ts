import type { TSESTree } from '@typescript-eslint/types'
import type ts from 'typescript'
import { isFunction, unwrap } from '../walk.js'
import type { CheckedProgram } from './from-typescript.js'
import type { AnyCall, Callee, CalleeDoubt, LibraryFunction } from './oracle.js'
import { anyOrUnknown } from './typescript-callbacks.js'
import { moduleOf } from './typescript-specifiers.js'

/** From TypeScript's `SymbolFlags` and `NodeFlags`: an import that stands for something else; `const`. */
const aliasFlag = 2097152
const constFlag = 2

/** What a call runs, through imports, re-exports, constants, object literals and classes. */
export function calleeOf(checked: CheckedProgram, call: AnyCall): Callee {
  const tsCall = checked.esTreeNodeToTSNodeMap.get(call)
  if (!tsCall) return unseen
  // Which overload a call takes is dear to find out, and most names say enough.
  const signature: Signature = () => checked.program.getTypeChecker().getResolvedSignature(tsCall as ts.CallLikeExpression)?.declaration as FunctionLike | undefined
  if (call.type === 'NewExpression') return new Callees(checked).constructed(tsCall, signature())
  if (call.type === 'CallExpression' && call.callee.type === 'Super') return new Callees(checked).superclass(signature())
  return functionAt(checked, call.type === 'TaggedTemplateExpression' ? call.tag : call.callee, signature)
}

type Signature = () => FunctionLike | undefined

/** What a call of a value would run; `signature` finds the one that a call takes, where there is one. */
export function functionAt(checked: CheckedProgram, value: TSESTree.Expression, signature: Signature = () => undefined): Callee {
  const node = unwrap(value)
  const { esTreeNodeToTSNodeMap } = checked
  const callees = new Callees(checked)
  if (isFunction(node)) {
    const fn = esTreeNodeToTSNodeMap.get(node)
    return fn ? callees.placeOf(fn as unknown as FunctionLike) : unseen
  }
  // Of `handlers[kind]` the key says nothing, and its own symbol is another thing's.
  const name = esTreeNodeToTSNodeMap.get(node.type === 'MemberExpression' && (!node.computed || node.property.type === 'Literal') ? node.property : node)
  if (!name) return unseen
  const callee = callees.named(name, signature)
  // `form.load()`, where a type of the project declares it and `form` is what a function of the project returned.
  const receiver = node.type === 'MemberExpression' && callee.kind === 'declared' && callee.package === undefined ? esTreeNodeToTSNodeMap.get(node.object) : undefined
  const returned = receiver && callee.kind === 'declared' ? callees.ofResult(receiver as unknown as FunctionLike, callee.member) : undefined
  return returned?.kind === 'function' ? { ...returned, doubt: returned.doubt ?? 'taken' } : callee
}

const unseen: Callee = { kind: 'unknown', why: 'the checker does not know it' }

type Place = Extract<Callee, { kind: 'function' }>

/** How many methods a call may run: many lead to one another, and to all that their classes do. */
const mostOverrides = 16

class Callees {
  private readonly program: ts.Program
  private readonly checker: ts.TypeChecker
  private readonly asked = new Set<FunctionLike>()

  constructor(private readonly checked: CheckedProgram) {
    this.program = checked.program
    this.checker = checked.program.getTypeChecker()
  }

  /** Where a function stands. In a `.vue` file TypeScript counts from the script's begin, so there the parser's own tree decides. */
  placeOf(declaration: FunctionLike): Place {
    const node = declaration as unknown as ts.Node
    const [start, end] = this.checked.tsNodeToESTreeNodeMap?.get(node)?.range ?? [node.getStart(), node.getEnd()]
    return { kind: 'function', path: node.getSourceFile().fileName, range: [start, end], type: classAround(declaration.parent) }
  }

  named(name: ts.Node, signature: Signature): Callee {
    const symbol = this.resolved(this.checker.getSymbolAtLocation(name))
    if (symbol?.declarations?.length) return this.ofSymbol(symbol, signature)
    const type = this.checker.getTypeAtLocation(name)
    if (type.flags & anyOrUnknown) return { kind: 'unknown', why: 'its type is `any`', isUntyped: true }
    const taken = signature()
    return taken ? this.ofSignature(taken) : { kind: 'unknown', why: 'nothing says what it is' }
  }

  private ofSymbol(symbol: ts.Symbol, signature: Signature): Callee {
    const declarations = (symbol.declarations ?? []) as unknown as readonly FunctionLike[]
    const withBody = declarations.find(declaration => declaration.body && declaration.parameters)
    if (withBody) return this.ofFunction(withBody)
    const [method] = declarations
    if (method?.parameters && !this.isLibrary(method)) {
      if (method.modifiers?.some(modifier => modifier.getText() === 'abstract')) return this.anyOf(overridesOf(this.program, method))
      const implementers = isOfInterface(method) ? overridesOf(this.program, method).filter(({ parent }) => this.isKindOf(parent, method.parent)) : []
      if (implementers.length > 0) return withDoubt(this.anyOf(implementers), 'implemented')
    }
    const declaration = (symbol.valueDeclaration ?? declarations[0]) as unknown as FunctionLike | undefined
    // What an import that does not resolve stands for has none.
    if (!declaration) return { kind: 'unknown', why: 'nothing says what it is' }
    if (isShorthand(declaration)) {
      const value = this.checker.getShorthandAssignmentValueSymbol(declaration as unknown as ts.Node)
      const target = this.resolved(value)
      if (target?.declarations) return this.ofSymbol(target, signature)
    }
    if (isTakenOut(declaration)) {
      const taken = signature()
      if (taken?.body && !this.isLibrary(taken)) return { ...this.placeOf(taken), doubt: 'taken' }
      const returned = taken && this.ofElement(declaration)
      if (returned?.kind === 'function') return { ...returned, doubt: returned.doubt ?? 'taken' }
    }
    const initial = declaration.initializer ?? exported(declaration)
    const value = initial && plain(initial)
    if (!value || this.isLibrary(declaration)) return this.declaredAs(declaration, symbol.name, signature)
    const maker = value.arguments && isConstant(declaration) ? this.libraryFunction(value.expression) : undefined
    const handedBack = maker && handsBack(maker) ? this.ofValue(value.arguments?.[0]) : undefined
    if (handedBack) return handedBack
    // A field or a variable that may hold another function by now is not the one that it began with.
    if (value.body && value.parameters) {
      if (isConstant(declaration)) return this.ofFunction(value)
      return isKept(declaration) ? withDoubt(this.anyOf([value, ...overridesOf(this.program, declaration)]), 'field') : { kind: 'unknown', why: 'it may be another function by now' }
    }
    const target = this.resolved(this.checker.getSymbolAtLocation(value as unknown as ts.Node))
    if (target && target !== symbol && isConstant(declaration)) return this.ofSymbol(target, signature)
    // `const load = cache(async () => …)`: what it wraps is what its type says.
    if (!value.arguments || !isConstant(declaration)) return this.declaredAs(declaration, symbol.name, signature)
    const taken = signature()
    if (taken?.body && !this.isLibrary(taken)) return { ...this.placeOf(taken), doubt: 'wrapped', wrapper: maker }
    return { ...this.declaredAs(declaration, symbol.name, signature), maker }
  }

  /** The function that a value is or names. */
  private ofValue(outer: FunctionLike | undefined): Callee | undefined {
    const value = outer && plain(outer)
    if (value?.body && value.parameters) return this.ofFunction(value)
    const symbol = value && this.resolved(this.checker.getSymbolAtLocation(value as unknown as ts.Node))
    return symbol?.declarations?.length ? this.ofSymbol(symbol, () => undefined) : undefined
  }

  /** What a pattern takes out of a call's result, where the declared type says less: `makeRequest` of `const { makeRequest } = useRequests()`. */
  private ofElement(element: FunctionLike): Callee | undefined {
    const pattern = element.parent
    const key = isList(pattern) ? pattern.elements?.indexOf(element) : textOf(element.propertyName) ?? textOf(element.name)
    return pattern.parent.initializer && key !== undefined ? this.ofResult(pattern.parent.initializer, key) : undefined
  }

  /**
   * What stands under a name, or at a place, in what a function of the project returns that ends in `return { isBusy, makeRequest }`.
   * `outer` is the call, or a constant that holds what it gave.
   */
  ofResult(outer: FunctionLike, key: string | number): Callee | undefined {
    const call = this.initialOf(plain(outer))
    const maker = call?.arguments && (this.checker.getResolvedSignature(call as unknown as ts.CallExpression)?.declaration as unknown as FunctionLike | undefined)
    // One that takes itself apart would be asked for ever.
    if (!maker?.body || this.isLibrary(maker) || this.asked.has(maker)) return undefined
    this.asked.add(maker)
    const [returned, ...others] = returnedBy(maker.body as ts.Node).map(plain)
    if (!returned || others.length > 0) return undefined
    if (typeof key === 'number') return isList(returned) ? this.ofValue(returned.elements?.[key]) : undefined
    // What is spread behind it may have another one.
    const property = returned.properties?.findLast(({ name }) => name === undefined || textOf(name) === key)
    const symbol = property?.name !== undefined ? this.checker.getSymbolAtLocation(property.name as ts.Node) : undefined
    return symbol && this.ofSymbol(symbol, () => undefined)
  }

  /** What a constant was given, where a value names one. */
  private initialOf(value: FunctionLike): FunctionLike {
    if (value.arguments) return value
    const declaration = this.checker.getSymbolAtLocation(value as unknown as ts.Node)?.valueDeclaration as unknown as FunctionLike | undefined
    // A default is not all that a parameter may be given.
    const isVariable = (declaration?.parent as { declarations?: unknown } | undefined)?.declarations !== undefined
    return declaration?.initializer && isVariable && isConstant(declaration) ? plain(declaration.initializer) : value
  }

  private ofSignature(signature: FunctionLike): Callee {
    return signature.body && !this.isLibrary(signature) ? { ...this.placeOf(signature), doubt: 'wrapped' } : this.declaredAs(signature, (signature.name as { text?: string } | undefined)?.text ?? '', () => signature)
  }

  private libraryFunction(called: FunctionLike | undefined): LibraryFunction | undefined {
    const expression = called && plain(called)
    const callee = expression && this.named((expression.name ?? expression) as unknown as ts.Node, () => undefined)
    return callee?.kind === 'declared' && callee.package !== undefined ? { package: callee.package, member: callee.member } : undefined
  }

  private ofFunction(declaration: FunctionLike): Callee {
    if (this.isLibrary(declaration)) return this.declaredAs(declaration, (declaration.name as { text?: string } | undefined)?.text ?? '', () => declaration)
    return this.anyOf([declaration, ...overridesOf(this.program, declaration)])
  }

  /** A method, or what a subclass has in its place: whichever class the receiver is of. */
  private anyOf(methods: readonly FunctionLike[]): Callee {
    const decorators = methods.flatMap(({ modifiers }) => modifiers ?? []).filter(({ expression }) => expression)
    if (decorators.some(decorator => ordering.test(decorator.getText()))) return { kind: 'unknown', why: 'a decorator orders its calls' }
    const codes = methods.map(method => (method.body ? method : method.initializer && plain(method.initializer)))
    if (codes.length === 0) return { kind: 'unknown', why: 'no subclass has it' }
    if (codes.length > mostOverrides) return { kind: 'unknown', why: 'many subclasses have another one' }
    if (!codes.every(code => code?.body && code.parameters)) return { kind: 'unknown', why: 'a subclass has another one' }
    const [first, ...others] = (codes as FunctionLike[]).map(code => this.placeOf(code)) as [Place, ...Place[]]
    return withDoubt(others.length === 0 ? first : { ...first, others }, decorators.length > 0 ? 'decorated' : undefined)
  }

  /** Whether a class says that it extends or implements a type, itself or through what it extends. */
  private isKindOf(type: FunctionLike, base: FunctionLike, seen = new Set<FunctionLike>()): boolean {
    // Types that extend each other are an error that somebody may be about to mend.
    if (seen.has(type)) return false
    seen.add(type)
    return (type.heritageClauses ?? []).flatMap(({ types }) => types ?? []).some(({ expression }) => {
      const declarations = (expression && this.resolved(this.checker.getSymbolAtLocation(expression as unknown as ts.Node))?.declarations) as unknown as readonly FunctionLike[] | undefined
      return declarations?.some(declaration => declaration === base || this.isKindOf(declaration, base, seen))
    })
  }

  constructed(tsCall: ts.Node, signature: FunctionLike | undefined): Callee {
    const symbol = this.checker.getTypeAtLocation(tsCall).getSymbol()
    const type = symbol?.valueDeclaration as unknown as FunctionLike | undefined
    if (signature?.body && !this.isLibrary(signature)) return this.placeOf(signature)
    const isOfLanguage = signature !== undefined && moduleOf(signature as unknown as ts.Node) === 'lib'
    if (type && !this.isLibrary(type) && type.members) return { kind: 'declared', package: undefined, type: symbol?.name, member: 'constructor', isImplicit: (!type.heritageClauses?.length || isOfLanguage) && !type.members.some(({ initializer }) => initializer) }
    return { kind: 'declared', package: type && moduleOf(type as unknown as ts.Node), type: symbol?.name, member: 'constructor' }
  }

  /** `super(…)`: the constructor that a class extends. */
  superclass(signature: FunctionLike | undefined): Callee {
    if (!signature) return { kind: 'unknown', why: 'nothing says what it extends' }
    if (signature.body && !this.isLibrary(signature)) return this.placeOf(signature)
    return { kind: 'declared', package: moduleOf(signature as unknown as ts.Node), type: ownerOf(signature), member: 'constructor' }
  }

  private declaredAs(declaration: FunctionLike, member: string, signature: Signature): Extract<Callee, { kind: 'declared' }> {
    const isOfProject = !this.isLibrary(declaration)
    // `const { data } = api`, `deps.load`: the type that it is declared with may come from a library.
    const taken = isOfProject || this.holdsAny(declaration) ? signature() : undefined
    // `ref.current` is whatever its owner was given.
    if (!isOfProject && taken && this.isLibrary(taken)) return { kind: 'declared', package: moduleOf(taken as unknown as ts.Node), type: ownerOf(taken), member }
    const owner = ownerOf(declaration) ?? (taken && (ownerOf(taken) ?? aliasOf(taken)))
    const from = taken && this.isLibrary(taken) ? taken : declaration
    // `const { mutate: refresh } = useSWR(…)`
    return { kind: 'declared', package: this.isLibrary(from) || this.isGenerated(from) ? moduleOf(from as unknown as ts.Node) : undefined, type: owner, member: textOf(declaration.propertyName) ?? member }
  }

  /** Whether a property is declared to hold what a type parameter says: `current: T`. */
  private holdsAny(declaration: FunctionLike): boolean {
    if (declaration.parameters || ownerOf(declaration) === undefined) return false
    const type = this.checker.getTypeAtLocation(declaration as unknown as ts.Node)
    return (type.isUnion() ? type.types : [type]).some(part => part.isTypeParameter())
  }

  /** A client that a tool generated into the project is its library's still. */
  private isGenerated(declaration: FunctionLike): boolean {
    return moduleOf(declaration as unknown as ts.Node) === '@prisma/client'
  }

  private isLibrary(declaration: FunctionLike): boolean {
    const file = (declaration as unknown as ts.Node).getSourceFile()
    return file.isDeclarationFile || /\/node_modules\//.test(file.fileName) || this.program.isSourceFileDefaultLibrary(file)
  }

  /** What an import stands for. */
  private resolved(symbol: ts.Symbol | undefined): ts.Symbol | undefined {
    return symbol && symbol.flags & aliasFlag ? this.checker.getAliasedSymbol(symbol) : symbol
  }
}

/** `@Transactional()`, `@Retry(3)`: what keeps calls in an order, or makes several of one. */
const ordering = /transaction|lock|mutex|semaphore|synchroni[sz]ed|serial|sequential|exclusive|queue|debounce|throttle|retry/i

function withDoubt(callee: Callee, doubt: CalleeDoubt | undefined): Callee {
  return callee.kind === 'function' && doubt ? { ...callee, doubt } : callee
}

/** What of a TypeScript node is looked at here; the numbers of syntax kinds differ between versions, so its shape decides. */
interface FunctionLike {
  readonly body?: unknown
  readonly parameters?: readonly unknown[]
  readonly name?: unknown
  readonly members?: readonly FunctionLike[]
  readonly initializer?: FunctionLike
  readonly expression?: FunctionLike
  readonly arguments?: readonly FunctionLike[]
  readonly elements?: readonly FunctionLike[]
  readonly properties?: readonly FunctionLike[]
  readonly modifiers?: readonly { readonly expression?: unknown; getText(): string }[]
  readonly heritageClauses?: readonly { readonly types?: readonly { readonly expression?: { readonly text?: string; readonly name?: { readonly text?: string } } }[] }[]
  readonly parent: FunctionLike
  readonly flags: number
  readonly objectAssignmentInitializer?: unknown
  readonly propertyName?: unknown
}

/** `useCallback(fn, […])` gives `fn`, of this round or of an earlier one (react.dev/reference/react/useCallback). */
function handsBack({ package: from, member }: LibraryFunction): boolean {
  return ['preact', 'react'].includes(from) && member === 'useCallback'
}

/** `[a, b]`, as a value or as a pattern; the names of an object's have braces. */
function isList(node: FunctionLike): boolean {
  return node.elements !== undefined && (node as unknown as ts.Node).getText().startsWith('[')
}

/** What a function's body gives: an expression, or what its own `return` statements have. */
function returnedBy(body: ts.Node): FunctionLike[] {
  if (!('statements' in body)) return [body as unknown as FunctionLike]
  const found: FunctionLike[] = []
  const { text } = body.getSourceFile()
  const visit = (node: ts.Node): void => {
    const { parameters, members, expression } = node as unknown as FunctionLike
    if (parameters || members) return
    const start = node.getStart()
    if (/^return\b/.test(text.slice(start, start + 7))) {
      if (expression) found.push(expression)
    } else node.forEachChild(visit)
  }
  body.forEachChild(visit)
  return found
}

/** The name of the class that code is a member of. */
function classAround(node: FunctionLike | undefined): string | undefined {
  if (!node || node.parameters) return undefined
  return node.members ? (node.name as { text?: string } | undefined)?.text : classAround(node.parent)
}

/** Takes off parentheses and what only changes the type. */
function plain(node: FunctionLike): FunctionLike {
  return node.expression && !node.arguments && !node.name && !node.body && (node as { type?: unknown; literal?: unknown }).literal === undefined && !('questionDotToken' in node && node.questionDotToken) && !isAwait(node) ? plain(node.expression) : node
}

function isAwait(node: FunctionLike): boolean {
  return /^(?:await|delete|typeof|void|yield)\b/.test((node as unknown as ts.Node).getText())
}

/** What `export default …` gives a name to. */
function exported(declaration: FunctionLike): FunctionLike | undefined {
  return 'isExportEquals' in declaration ? declaration.expression : undefined
}

function isShorthand(declaration: FunctionLike): boolean {
  return !declaration.initializer && !declaration.body && 'objectAssignmentInitializer' in declaration && declaration.members === undefined
}

/** `const f = …`, `{ f: … }` and a `readonly` or private field keep what they are given. */
function isConstant(declaration: FunctionLike): boolean {
  const list = declaration.parent
  if ((list as { declarations?: unknown }).declarations) return (list.flags & constFlag) !== 0
  if (list.members) return declaration.modifiers?.some(modifier => modifier.getText() === 'readonly') === true
  return true
}

/** `const { run } = useRunner()`: what `run` is, only its type says. */
function isTakenOut(declaration: FunctionLike): boolean {
  const isElement = ({ parent }: FunctionLike): boolean => (parent as { elements?: unknown } | undefined)?.elements !== undefined
  let at = declaration
  // A pattern may stand in another one.
  while (isElement(at)) at = at.parent.parent
  const list = at.parent as (FunctionLike & { declarations?: unknown }) | undefined
  return at !== declaration && declaration.initializer === undefined && list?.declarations !== undefined && (list.flags & constFlag) !== 0
}

/** A field of a class that nothing in its file gives another value: `load = async () => …` is how some write methods. */
function isKept(declaration: FunctionLike): boolean {
  const name = textOf(declaration.name)
  if (!declaration.parent.members || name === undefined) return false
  const { text } = (declaration as unknown as ts.Node).getSourceFile()
  const escaped = name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  return !new RegExp(`(?:\\.${escaped}|\\[['"\`]${escaped}['"\`]\\])(?:\\s+as\\s[^=]*\\))?\\s*(?:=(?![=>])|\\?\\?=|\\|\\|=|&&=)`).test(text)
}

/** The interface, class or alias around a member; the namespace of a function has none. */
function ownerOf(declaration: FunctionLike): string | undefined {
  // What `require` gives may be a whole file, which is within nothing.
  const parent = declaration.parent as FunctionLike | undefined
  if (!parent?.members) return undefined
  const name = (parent.name ?? parent.parent.name) as { text?: string } | undefined
  return name?.text
}

/** The alias that is made for a function's type: `type Refresh = () => Promise<void>`, also with members beside it. */
function aliasOf(signature: FunctionLike): string | undefined {
  let at = signature.parent as FunctionLike | undefined
  while (at && at.name === undefined && at.members === undefined) at = at.parent
  return at && /^(?:(?:export|declare)\s+)*type\s+[\w$]/.test((at as unknown as ts.Node).getText()) ? textOf(at.name) : undefined
}

/** Whether a method stands in an interface: only a class's has a body, or is overloaded or abstract without one. */
function isOfInterface({ body, parent }: FunctionLike): boolean {
  return !body && parent.members !== undefined && parent.name !== undefined && /^(?:(?:export|declare|default)\s+)*interface\b/.test((parent as unknown as ts.Node).getText())
}

/** By the name of a class or an interface: the classes that extend or implement it. */
const subclasses = new WeakMap<ts.Program, ReadonlyMap<string, readonly FunctionLike[]>>()

/** What the classes of the project that extend or implement a method's class or interface, by name, have under the method's name. */
function overridesOf(program: ts.Program, method: FunctionLike): readonly FunctionLike[] {
  const type = method.parent
  const member = textOf(method.name)
  if (!type.members || textOf(type.name) === undefined || member === undefined) return []
  const known = subclasses.get(program) ?? subclassesOf(program)
  subclasses.set(program, known)
  const found: FunctionLike[] = []
  const seen = new Set<FunctionLike>()
  const search = (name: string | undefined): void => {
    for (const subclass of (name !== undefined && known.get(name)) || []) {
      if (seen.has(subclass)) continue
      seen.add(subclass)
      found.push(...(subclass.members ?? []).filter(other => textOf(other.name) === member && !isDeclaredOnly(other)))
      search(textOf(subclass.name))
    }
  }
  search(textOf(type.name))
  return found
}

/** An overload, or an abstract method. */
function isDeclaredOnly(member: FunctionLike): boolean {
  return member.parameters !== undefined && !member.body
}

function textOf(name: unknown): string | undefined {
  return (name as { text?: string } | undefined)?.text
}

function subclassesOf(program: ts.Program): Map<string, FunctionLike[]> {
  const found = new Map<string, FunctionLike[]>()
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile || !/\b(?:extends|implements)\b/.test(file.text)) continue
    const visit = (node: ts.Node): void => {
      const type = node as unknown as FunctionLike
      if (type.heritageClauses && type.members) {
        for (const base of type.heritageClauses.flatMap(clause => clause.types ?? [])) {
          const name = base.expression?.name?.text ?? base.expression?.text
          if (name !== undefined) found.set(name, [...(found.get(name) ?? []), type])
        }
      }
      node.forEachChild(visit)
    }
    visit(file)
  }
  return found
}
