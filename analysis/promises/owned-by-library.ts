import type { TSESTree } from '@typescript-eslint/types'
import { foundAlone } from '../effects/functions.js'
import { inPackage, type Callee } from '../types/oracle.js'
import type { SourceUnit } from '../unit.js'
import { keyName, memberName, returnedBy, unwrap } from '../walk.js'
import { givesEarlierResult } from './debounced.js'
import { endsItsErrors, functionNamed, rejectsNowhere, throws } from './rejection.js'

/** Functions of a library that look after the promise which they give, so that whoever calls them may drop it. */
interface OwnedRow {
  readonly packages: readonly string[]
  /** The interfaces or classes that have the members; null for functions of the module alone, undefined for any. */
  readonly types?: RegExp | null
  readonly members?: RegExp
  /** Whether the promise is the caller's after all. */
  readonly isCallers?: (call: TSESTree.CallExpression, unit: SourceUnit) => boolean
  readonly source: string
}

const rows: readonly OwnedRow[] = [
  { packages: ['node:test'], types: null, source: 'nodejs.org/api/test.html: "The return value can usually be discarded for top level tests. However, the return value from subtests should be used"; a subtest is a method of the context' },
  { packages: ['bun:test'], members: /^module$/, isCallers: asksForAPromise, source: 'bun.com/docs/test/mocks: `mock.module` gives a promise only where its factory does' },
  { packages: ['swr'], isCallers: mayRejectByData, source: 'swr.vercel.app/docs/mutation: without data it revalidates, and what fails there is the hook’s `error`' },
  { packages: ['next'], types: /^(?:BaseRouter|NextRouter|Router|SingletonRouter)$/, members: /^(?:back|prefetch|push|reload|replace)$/, source: 'nextjs.org/docs/pages/api-reference/functions/use-router; a route that is cancelled gives false, one that can’t be loaded is left to the browser (next/dist/shared/lib/router/router.js)' },
  { packages: ['react-router', 'react-router-dom'], types: /^NavigateFunction$/, source: 'reactrouter.com/api/hooks/useNavigate: "If you\'re using typescript-eslint, you may see errors from no-floating-promises"; what a loader throws is for the route’s error boundary' },
  { packages: ['@tanstack/router-core'], types: /^UseNavigateResult$/, source: 'tanstack.com/router/latest/docs/api/router/useNavigateHook: its examples drop it; what a loader throws is for the route’s errorComponent' },
  { packages: ['@tanstack/query-core'], members: /^(?:cancel|invalidate|refetch|reset)Queries$|^prefetch|^refetch$|^fetch(?:Next|Previous)Page$/, isCallers: asksToThrow, source: 'tanstack.com/query/latest/docs/reference/QueryClient: `throwOnError` alone makes them reject; prefetchQuery "will not throw"' },
  { packages: ['@trpc/react-query'], members: /^(?:cancel|invalidate|refetch|reset|prefetch\w*)$/, isCallers: asksToThrow, source: 'trpc.io/docs/client/react/useUtils: the helpers of @tanstack/query-core' },
  { packages: ['nuqs'], source: 'nuqs.dev/docs/options: the promise is there to read the new URL early; a history that refuses is logged by the library' },
  { packages: ['next-auth'], types: /^UpdateSession$/, source: 'next-auth.js.org/getting-started/client#updating-the-session; what fails is logged, and it gives null (next-auth/client/_utils.js)' },
  { packages: ['next-auth'], members: /^update$/, source: 'the same, as a member of what `useSession` gives' },
  { packages: ['@ai-sdk/react', 'ai'], members: /^(?:append|complete|regenerate|reload|resumeStream|sendMessage)$/, source: 'ai-sdk.dev/docs/reference/ai-sdk-ui/use-chat, use-completion: what fails is the hook’s `error`' },
  { packages: ['react-hook-form'], members: /^trigger$/, source: 'react-hook-form.com/docs/useform/trigger: its examples drop it, and what is invalid is in `formState.errors`' },
  { packages: ['react-hook-form'], isCallers: handlerMayFail, source: 'react-hook-form.com/docs/useform/handlesubmit: "handleSubmit function will not swallow errors that occurred inside your onSubmit callback"' },
  { packages: ['p-queue', 'p-limit'], isCallers: taskMayFail, source: 'github.com/sindresorhus/p-queue#addfn-options, github.com/sindresorhus/p-limit: the promise is settled as that of the function is' },
]

/** Whether the library that a call belongs to looks after its promise, or gives one that another call began. */
export function isOwnedByLibrary(unit: SourceUnit, node: TSESTree.Expression): boolean {
  return node.type === 'CallExpression' && (isHandledByLibrary(unit, node) || givesEarlierResult(unit.types.callee(node)))
}

/** Whether the library that a call belongs to looks after the errors of its promise, so that it does not reject. */
export function isHandledByLibrary(unit: SourceUnit, call: TSESTree.CallExpression): boolean {
  const row = rowOf(unit.types.callee(call))
  return row !== undefined && !row.isCallers?.(call, unit)
}

/** The same for a function that is handed on: its calls are somebody else's, whatever they are given. */
export function ownsItsPromises(callee: Callee): boolean {
  const row = rowOf(callee)
  return row !== undefined && row.isCallers === undefined
}

function rowOf(callee: Callee): OwnedRow | undefined {
  if (callee.kind !== 'declared' || callee.package === undefined) return undefined
  const { package: from, type, member } = callee
  return rows.find(({ packages, types, members }) => packages.includes(from) && (types === undefined || (types === null ? type === undefined : type !== undefined && types.test(type))) && (members?.test(member) ?? true))
}

const scopedMutator = [inPackage('swr', 'ScopedMutator')]

/** `refresh(save())` and `refresh(async () => …)` give what that gives; so does `mutate(key, save())`, behind the key or the function that picks keys. */
function mayRejectByData({ callee, arguments: all }: TSESTree.CallExpression, { types }: SourceUnit): boolean {
  const given = types.isOneOf(callee, scopedMutator) === 'yes' ? all.slice(1) : all
  return given.some(argument => argument.type === 'SpreadElement' || types.isCallable(argument) !== 'no' || types.isPromise(argument, { thenables: true, safeTypes: [] }) !== 'no')
}

/** `handleSubmit(async data => { try { … } catch { … } })(event)` rejects no more than the functions that it is given do. */
function handlerMayFail({ callee }: TSESTree.CallExpression, unit: SourceUnit): boolean {
  const maker = unwrap(callee)
  return maker.type !== 'CallExpression' || maker.arguments.some(handler => handler.type === 'SpreadElement' || mayFail(unit, handler))
}

function mayFail(unit: SourceUnit, handler: TSESTree.Expression): boolean {
  const named = functionNamed(unit, handler)
  const target = named ? { unit, fn: named } : foundAlone(unit, unit.types.functionAt(handler))
  if (!target) return true
  const { fn } = target
  if (fn.async) return !endsItsErrors(target.unit, fn)
  return throws(fn.body) || !returnedBy(fn).every(value => target.unit.types.isPromise(value, { thenables: true, safeTypes: [] }) === 'no' || rejectsNowhere(target.unit, value))
}

/** `queue.add(async () => { try { … } catch { … } })` rejects no more than its function does, unless an option ends it. */
function taskMayFail({ arguments: [task, ...options] }: TSESTree.CallExpression, unit: SourceUnit): boolean {
  const fn = task && task.type !== 'SpreadElement' && options.length === 0 ? functionNamed(unit, task) : undefined
  return fn === undefined || !endsItsErrors(unit, fn)
}

/** `mock.module('a', async () => …)`. */
function asksForAPromise({ arguments: [, factory] }: TSESTree.CallExpression, { types }: SourceUnit): boolean {
  return factory === undefined || factory.type === 'SpreadElement' || types.givesPromise(factory) !== 'no'
}

/** What comes first is a filter or an input, except for `refetch` and `fetchNextPage`: nothing in it asks for errors. */
function asksToThrow({ callee: outer, arguments: all }: TSESTree.CallExpression): boolean {
  const callee = unwrap(outer)
  const name = callee.type === 'MemberExpression' ? memberName(callee) : undefined
  const given = name !== undefined && !/^(?:refetch|fetch(?:Next|Previous)Page)$/.test(name) ? all.slice(1) : all
  return given.some(argument => argument.type === 'ObjectExpression' && argument.properties.some(property => property.type === 'SpreadElement' || keyName(property.key) === 'throwOnError'))
}
