import type { TSESTree } from '@typescript-eslint/types'

/** `unknown` is silence: a rule reports on `yes` only. */
export type Answer = 'yes' | 'no' | 'unknown'

/** Names types or functions by where they come from, as typescript-eslint's options do. */
export type Specifier =
  | string
  | { readonly from: 'file'; readonly name: string | readonly string[]; readonly path?: string }
  | { readonly from: 'lib'; readonly name: string | readonly string[] }
  | { readonly from: 'package'; readonly name: string | readonly string[]; readonly package: string }

/** These types of a package. */
export function inPackage(name: string, ...types: string[]): Specifier {
  return { from: 'package', name: types, package: name }
}

/** What counts as a promise for the one who asks. */
export interface PromiseQuestion {
  /** Whether a value with a `then` that takes two handlers counts, though it is no Promise. */
  readonly thenables: boolean
  /** Promise types that need no handling. */
  readonly safeTypes: readonly Specifier[]
}

export type AnyCall = TSESTree.CallExpression | TSESTree.NewExpression | TSESTree.TaggedTemplateExpression

/** Where the code of a function stands. */
export interface CodePlace {
  readonly path: string
  readonly range: readonly [start: number, end: number]
}

/**
 * Another function stands around the code, as in `cache(async () => …)`; a decorator does; or an interface has the method, which the classes
 * that say so implement, and perhaps an object that does not; or a field holds it, which somebody may give another one; or it is taken out of
 * what another function gives, so that only its type says what it is.
 */
export type CalleeDoubt = 'wrapped' | 'decorated' | 'implemented' | 'field' | 'taken'

/** `cache` of react, `once` of lodash, `query` of a tRPC procedure. */
export interface LibraryFunction {
  readonly package: string
  readonly member: string
}

/** What a call runs. */
export type Callee =
  /**
   * Code of the project: where it stands. `type` is the class that it is a member of, where that has a name; `others` are what subclasses have in
   * its place; `doubt` says why something else may run, or more, `wrapper` which function of a library stands around it.
   */
  | (CodePlace & { readonly kind: 'function'; readonly type?: string | undefined; readonly others?: readonly CodePlace[]; readonly doubt?: CalleeDoubt | undefined; readonly wrapper?: LibraryFunction | undefined })
  /**
   * Only a declaration is there. `package` is an npm package, `node:fs/promises` and the like, `lib` for the language and the
   * browser, undefined for the project itself; `type` the class or interface that has the member. `isImplicit` marks a class
   * that has nothing to construct; `maker` is the library's function that gave the project what is called: `{ list: procedure.query(…) }`.
   */
  | { readonly kind: 'declared'; readonly package: string | undefined; readonly type: string | undefined; readonly member: string; readonly isImplicit?: boolean; readonly maker?: LibraryFunction | undefined }
  /** `isUntyped` where no type says what the value is. */
  | { readonly kind: 'unknown'; readonly why: string; readonly isUntyped?: boolean }

/**
 * The one place that decides what a promise is. One implementation per source of knowledge; every question is about one
 * node and every answer is plain, so that another checker can be put behind it.
 */
export interface TypeOracle {
  /** What the answers come from. */
  readonly source: 'syntax' | 'typescript'
  /** Is the value of this expression, or one of its union's members, a promise? */
  isPromise(node: TSESTree.Expression, question: PromiseQuestion): Answer
  /** Is it an array or a tuple with promises in it? */
  isPromiseList(node: TSESTree.Expression, question: PromiseQuestion): Answer
  /** Is it a promise whatever happens, so that it says nothing where a condition looks at it? */
  isAlwaysPromise(node: TSESTree.Expression): Answer
  /** Is it an array? */
  isArray(node: TSESTree.Expression): Answer
  /** Does this function give a promise when it is called, or, with `always`, nothing but promises? */
  givesPromise(node: TSESTree.Expression, always?: boolean): Answer
  /** Does the function that this call runs only look at its argument `at`, so that a promise there is nobody's yet? */
  dropsArgument(call: TSESTree.CallExpression, at: number): Answer
  /** May this call be given a function as its argument `at`, by any signature of what it calls? */
  takesFunction(call: TSESTree.CallExpression | TSESTree.NewExpression, at: number): Answer
  /** Is a function expected where this one stands whose value is dropped: one declared to give void, by every signature that fits? */
  expectsVoid(node: TSESTree.Expression): Answer
  /** Does every base class and interface that declares this member declare a function that gives void? */
  inheritsVoid(member: TSESTree.MethodDefinition | TSESTree.PropertyDefinition): Answer
  /** Can this value be called, whatever member of its union it is, so that it can serve as a handler? */
  isCallable(node: TSESTree.Node): Answer
  /** Is this a call of one of these functions? */
  isCallOf(node: TSESTree.CallExpression, functions: readonly Specifier[]): boolean
  /** Has this value's type at least two of these methods that give the same type again, with whatever arguments: `query.where(…)`? */
  givesItself(node: TSESTree.Expression, methods: RegExp): Answer
  /** Is this value's type one of these types, or a subtype of one, whatever member of its union it is? Unknown where some are. */
  isOneOf(node: TSESTree.Expression, types: readonly Specifier[]): Answer
  /** Does this call give what was put in before, as `map.get()` and `list.at()` do, so that no promise is made here? */
  handsBack(call: TSESTree.CallExpression): Answer
  /** Does this call give the object that it is called on, as a builder's methods do? */
  handsBackReceiver(call: TSESTree.CallExpression): Answer
  /** What does this call run? */
  callee(call: AnyCall): Callee
  /** What would a call of this value run? */
  functionAt(node: TSESTree.Expression): Callee
  /** Does this value have a member of this name, whatever member of its union it is? Unknown where some have it. */
  hasMember(node: TSESTree.Expression, name: string): Answer
  /** Does this call never come back, as one that always throws? */
  neverReturns(call: TSESTree.CallExpression): Answer
  /** Do the tests of its cases name every value that the switch can meet? */
  isExhaustive(statement: TSESTree.SwitchStatement): Answer
  /** Can the value be null or undefined? */
  isNullable(node: TSESTree.Expression): Answer
  /** Is the value's type here narrower than where it was declared, so that a closure would see another type? */
  isNarrowed(node: TSESTree.Expression): Answer
  /** May the file's top level use `await`? */
  allowsTopLevelAwait(): Answer
  /** Evidence for a `yes` of isPromise or isPromiseList, in words that fit behind "because". */
  evidence(node: TSESTree.Expression): string
}

export function not(answer: Answer): Answer {
  return answer === 'yes' ? 'no' : answer === 'no' ? 'yes' : 'unknown'
}

/** `yes` where one is, `no` where all are not. */
export function some(answers: readonly Answer[]): Answer {
  if (answers.includes('yes')) return 'yes'
  return answers.every(answer => answer === 'no') ? 'no' : 'unknown'
}
