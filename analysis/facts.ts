import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import type { ConnectionKind } from './effects/effect.js'
import type { Decision } from './flow/flow.js'
import type { TimerPromise } from './tasks/timers.js'
import type { FunctionNode } from './walk.js'

/** Evidence for a fact, in words that fit behind "because". */
export interface Reason {
  readonly text: string
  readonly node?: TSESTree.Node
}

/** How sure a fact is: see docs/analysis.md. */
export type Certainty = 'proven' | 'likely'

/** A promise, or a list of them, that the statement which makes it drops. */
export interface FloatingPromise {
  readonly kind: 'floating-promise'
  /** The expression whose value is dropped: one operand of `a && f()`, not the whole statement. */
  readonly node: TSESTree.Expression
  /** What the value is dropped by: the statement, or the arrow function's body. */
  readonly statement: TSESTree.ExpressionStatement | TSESTree.ArrowFunctionExpression
  /** Whether one promise is dropped or a list of them. */
  readonly shape: 'promise' | 'list'
  /** There is a rejection handler, but it is no function, so it handles nothing. */
  readonly uselessHandler: boolean
  /**
   * What gets lost: the errors of the promise; only the order, where the function that makes it ends its own errors; or only what that
   * function throws, where it waits for nothing and is done as soon as it has given its promise.
   */
  readonly loses: 'errors' | 'order' | 'throws'
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

/** A promise in a variable that some written path leaves to nobody. */
export interface ForgottenPromise {
  readonly kind: 'forgotten-promise'
  /** What makes the promise. */
  readonly node: TSESTree.Expression
  /** The variable where it is put there. */
  readonly identifier: TSESTree.Identifier
  readonly name: string
  /** The places where somebody may take charge of it, and others where it is looked at. */
  readonly mentions: readonly TSESTree.Node[]
  readonly way: Way
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

/** A promise in a list, a Set, a Map, an object or a private field, which nobody takes out on some path. */
export interface ContainedPromise {
  readonly kind: 'contained-promise'
  /** What makes the promise. */
  readonly node: TSESTree.Expression
  /** The container, as the code names it: `pending`, `this.#tasks`. */
  readonly name: string
  readonly container: 'list' | 'set' | 'map' | 'object' | 'field'
  /** The declaration of the variable that holds the container; undefined for a field. */
  readonly declaration: TSESTree.VariableDeclarator | undefined
  readonly mentions: readonly TSESTree.Node[]
  readonly way: Way
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

/** How a promise in a variable comes to be nobody's. */
export type Way =
  /** Nothing takes charge of it anywhere. */
  | { readonly kind: 'never' }
  /** The variable gets another value first, perhaps in the next round of a loop. */
  | { readonly kind: 'overwritten'; readonly by: TSESTree.Node; readonly decision?: Decision }
  /** A path leaves the function. */
  | { readonly kind: 'path'; readonly exit: TSESTree.Node; readonly leaves: 'end' | 'return' | 'throw'; readonly decision?: Decision }

/** A promise in a variable or a private field that has no handler yet while its function waits for something else. */
export interface LateAwait {
  readonly kind: 'late-await'
  /** What makes the promise. */
  readonly node: TSESTree.Expression
  /** The variable, or `this.#field`, where it is put there. */
  readonly holder: TSESTree.Identifier | TSESTree.MemberExpression
  readonly name: string
  readonly mentions: readonly TSESTree.Node[]
  /** The await that suspends first; of the loop's body, where the promises are a list that a loop goes over. */
  readonly wait: TSESTree.Node
  /** Where somebody takes charge, later; undefined where that is the wait itself, in another round. */
  readonly handler: TSESTree.Node | undefined
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

/** A function that gives a promise, handed to someone who does not take charge of it. */
export interface DroppedCallback {
  readonly kind: 'dropped-callback'
  /** The function where it is handed over: an expression, or a name. */
  readonly node: TSESTree.Expression
  /** Its code, where that is in this file. */
  readonly fn: FunctionNode | undefined
  /** The name of who takes it: a function, a property, a variable, an attribute. */
  readonly taker: string
  /** What becomes of the promise: dropped; taken for true or false; given to the next call; dropped by `new Promise`, which then never settles. */
  readonly how: 'drops' | 'tests' | 'accumulates' | 'executes'
  /** Whether the function waits for nothing, so that only what it throws is at stake. */
  readonly isDoneAtOnce: boolean
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

/** A promise where a value was meant: a condition, which is always true then, or a spread. */
export interface MisreadPromise {
  readonly kind: 'misread-promise'
  readonly node: TSESTree.Expression
  readonly as: 'condition' | 'spread'
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

/** An async generator that is called and that nothing iterates. */
export interface IdleGenerator {
  readonly kind: 'idle-generator'
  readonly node: TSESTree.CallExpression
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

/** A query that has not started when its author thinks that it has: see the glossary, lazy thenable. */
export interface LazyMisuse {
  readonly kind: 'lazy-misuse'
  /** What makes the query, or, where it runs again, the second wait. */
  readonly node: TSESTree.Expression
  /** It never runs; it runs at each of two waits; it starts only when the one before it is done. */
  readonly what: 'never-runs' | 'runs-again' | 'waits-its-turn'
  readonly library: string
  /** What makes it run: `await`, or the name of a method. */
  readonly runsBy: 'await' | 'execute'
  /** What a second wait does. */
  readonly again: 'runs' | 'throws' | 'same'
  /** The variable that holds it. */
  readonly name?: string
  /** Whether the variable is mentioned again, or its type is written down, so that it can't hold the result instead. */
  readonly isMentioned?: boolean
  /** The wait before, or the loop that waits in each round; of one that waits its turn, the other query's variable where it is awaited. */
  readonly first?: TSESTree.Node
  /** Of one that waits its turn: the await of the other, and its own. */
  readonly wait?: TSESTree.Node
  readonly handler?: TSESTree.Node
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

/** An await that could have started together with one before it. */
export interface SequentialAwaits {
  readonly kind: 'sequential-awaits'
  /** The later one. */
  readonly node: TSESTree.AwaitExpression
  /** The first of those that could start together. */
  readonly first: TSESTree.AwaitExpression
  /** All of them, in the order of the source. */
  readonly group: readonly TSESTree.AwaitExpression[]
  /** Where they can start together while everything between them stays: where the first is, where the last is, or nowhere. */
  readonly place: 'first' | 'last' | undefined
  /** What is waited for first and here, as a reader would name it. */
  readonly names: readonly [first: string, later: string]
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

/** A loop whose rounds wait for each other, though each only reads something for its own element. */
export interface SequentialLoop {
  readonly kind: 'sequential-loop'
  /** Its first await. */
  readonly node: TSESTree.AwaitExpression
  readonly loop: TSESTree.ForOfStatement
  /** The list that each round adds to. */
  readonly list: Variable
  /** What is waited for, as a reader would name it. */
  readonly name: string
  /** Whether a database is read, which could be asked once for all. */
  readonly isDatabase: boolean
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

/** Members of a join that use one connection, page or file at the same time. */
export interface SharedConnection {
  readonly kind: 'shared-connection'
  /** The later member; the same as the first where it stands for many. */
  readonly node: TSESTree.Expression
  readonly first: TSESTree.Expression
  readonly join: TSESTree.CallExpression
  /** The connection as the code names it. */
  readonly name: string
  readonly connection: ConnectionKind
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

/** A wait that can't end before what waits has ended: for its own promise, or for a set, a queue, a lock or a server that is busy with it. */
export interface SelfAwait {
  readonly kind: 'self-await'
  /** The wait, or the call that leads to it where that is in another file. */
  readonly node: TSESTree.Node
  readonly what: SelfAwaitKind
  /** What waits for itself, as the code names it: a function, `the callback on line 4`. */
  readonly waiter: string
  /** What is waited for, as the code names it. */
  readonly goal: string
  /** How the waiter comes to the wait: "`init` awaits `query` (line 20), which awaits `this.ready`". */
  readonly chain: string
  /** Of all tasks: the call whose set has the waiter in it, where that is in this file. */
  readonly tasks: TSESTree.CallExpression | undefined
  /** Of a lock: the line since which it is held. Of two that wait for each other: where the other one waits. */
  readonly line: number | undefined
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

export type SelfAwaitKind =
  /** Its own promise; the same where it is returned, which rejects; or where it has no value yet, which throws. */
  | 'promise'
  | 'returned'
  | 'early'
  /** A list or Set that its own promise is in. */
  | 'members'
  | 'all tasks'
  | 'own task'
  /** Another promise that waits for this one. */
  | 'each other'
  | 'idle'
  | 'free'
  | 'closed'

/** A race whose losers stay when it is over. */
export interface LeakyRace {
  readonly kind: 'leaky-race'
  readonly node: TSESTree.Node
  readonly race: TSESTree.CallExpression
  /** A timer that nothing clears; a promise that was there before the loop, on which each round leaves a reaction. */
  readonly what: 'timer' | 'loop'
  /** The member that stays. */
  readonly member: TSESTree.Expression
  /** The other members, of a race against a timer. */
  readonly work: readonly TSESTree.Expression[]
  readonly timer: TimerPromise | undefined
  readonly name: string
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

/** An error that somebody has taken charge of, and that nobody ever looks at. */
export interface IgnoredOutcome {
  readonly kind: 'ignored-outcome'
  readonly node: TSESTree.Node
  readonly call: TSESTree.CallExpression
  /** Outcomes of `Promise.allSettled`, of `gather` with `returnExceptions`, of `wait`; a handler that does nothing. */
  readonly what: 'settled' | 'gathered' | 'waited' | 'swallowed'
  readonly name: string
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

/** Work that is started together and joined by hand, where one failure leaves the others running. */
export interface HandMadeGroup {
  readonly kind: 'hand-made-group'
  readonly node: TSESTree.Node
  readonly join: TSESTree.CallExpression
  /** What is started: the members of the list, or what a callback gives for each element. */
  readonly members: readonly TSESTree.Expression[]
  /** The callback that makes them, where it does. */
  readonly callback: TSESTree.ArrowFunctionExpression | undefined
  /** The list that they are collected in, where that has a name. */
  readonly list: StartedList | undefined
  /** A member that goes on though nobody waits for it: it writes, or takes a signal that would stop it. */
  readonly goesOn: TSESTree.Expression
  readonly why: 'writes' | 'takes a signal'
  readonly name: string
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

/** A list or a Set of started work that a statement declares. */
export interface StartedList {
  readonly declaration: TSESTree.VariableDeclaration
  /** `list.push(f())`; none where it is made with all that it has. */
  readonly puts: readonly TSESTree.CallExpression[]
}

/** A wait for every task there is, where nothing follows. */
export interface WaitForAllTasks {
  readonly kind: 'wait-for-all-tasks'
  readonly node: TSESTree.Node
  readonly tasks: TSESTree.CallExpression
  readonly how: 'wait' | 'gather'
  readonly certainty: Certainty
  readonly because: readonly Reason[]
}

export type Fact = HandMadeGroup | WaitForAllTasks | IgnoredOutcome | SelfAwait | LeakyRace | FloatingPromise | ForgottenPromise | LateAwait | DroppedCallback | MisreadPromise | ContainedPromise | LazyMisuse | IdleGenerator | SequentialAwaits | SharedConnection | SequentialLoop
