import path from 'node:path'
import { expect, it } from 'vitest'
import { findAll } from '../../analysis/find.js'
import { callbackFinder } from '../../analysis/promises/callbacks.js'
import { defaultFloatingOptions, floatingFinder } from '../../analysis/promises/floating.js'
import { loadUnit } from '../../host/units.js'
import { folderWith } from '../cli/folder.js'

/** The lines of a file that are reported, in a project with packages of which only the declarations that matter are there. */
function reportedLines(code: string, packages: Record<string, string>): number[] {
  const { unit } = project(code, packages)
  const facts = [...findAll(floatingFinder, unit, defaultFloatingOptions), ...findAll(callbackFinder, unit, defaultFloatingOptions)]
  return facts.map(({ node }) => node.loc.start.line).sort((a, b) => a - b)
}

function project(code: string, packages: Record<string, string>): ReturnType<typeof loadUnit> {
  const folder = folderWith({
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, module: 'esnext', moduleResolution: 'bundler', target: 'es2022', lib: ['es2022', 'dom'], types: [] }, include: ['*.ts'] }),
    'file.ts': code,
    ...Object.fromEntries(Object.entries(packages).flatMap(([name, declarations]) => [[`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', types: './index.d.ts' })], [`node_modules/${name}/index.d.ts`, declarations]])),
  })
  const loaded = loadUnit(path.join(folder, 'file.ts'), code)
  expect(loaded.unit.types.source).toBe('typescript')
  return loaded
}

it('a client of discord.js hands rejections of its listeners to its error event, another emitter drops them', () => {
  const code = `/// <reference types="node" />
import { Client } from 'discord.js'
import { EventEmitter } from 'node:events'
const client = new Client()
const emitter = new EventEmitter()
client.on('ready', async () => { await fetch('/') })
emitter.on('ready', async () => { await fetch('/') })
`
  expect(reportedLines(code, {
    'discord.js': "import { EventEmitter } from 'node:events'\nexport class BaseClient extends EventEmitter { token: string }\nexport class Client extends BaseClient { user: string }\n",
    '@types/node': "declare module 'node:events' { export class EventEmitter { on(event: string, listener: (...given: any[]) => void): this } }\n",
  })).toEqual([7])
})

it('swr looks after what it reads again, and not after the data that it is given', () => {
  const code = `import useSWR, { mutate, useSWRConfig } from 'swr'
declare function save(): Promise<string>
const { data, mutate: refresh } = useSWR<string>('/a')
const { mutate: all } = useSWRConfig()
mutate('/a')
refresh()
refresh('b')
all('/a')
refresh(save())
refresh(async () => save())
mutate('/a', save())
const onClick: () => void = () => mutate('/a')
const onSave: () => void = () => save()
const allOf = (prefix: string) => all(key => key.startsWith(prefix), undefined, { revalidate: true })
allOf('/a')
all(key => key === '/a', save())
export { data, onClick, onSave }
`
  const swr = `export interface KeyedMutator<T> { (data?: T | Promise<T> | (() => Promise<T>)): Promise<T | undefined> }
export interface ScopedMutator { <T = any>(keys: (key: string) => boolean, data?: T | Promise<T>, options?: object): Promise<(T | undefined)[]>; <T = any>(key: string, data?: T | Promise<T>): Promise<T | undefined> }
export interface Response<T> { data: T | undefined; mutate: KeyedMutator<T> }
export default function useSWR<T>(key: string): Response<T>
export const mutate: ScopedMutator
export function useSWRConfig(): { mutate: ScopedMutator }
`
  expect(reportedLines(code, { swr })).toEqual([9, 10, 11, 13, 16])
})

it('so do a query client that is not asked to throw, and the router of Next.js’ pages', () => {
  const code = `import { QueryClient } from '@tanstack/query-core'
import { useRouter } from 'next'
const client = new QueryClient()
const router = useRouter()
client.invalidateQueries({ queryKey: ['a'] })
client.prefetchQuery({ queryKey: ['a'] })
client.invalidateQueries({ queryKey: ['a'] }, { throwOnError: true })
client.fetchQuery({ queryKey: ['a'] })
const given = { queryKey: ['a'] }
client.prefetchQuery({ ...given })
client.invalidateQueries({ ...given })
client.invalidateQueries({}, { ...given })
router.push('/a')
router.beforePopState()
`
  expect(reportedLines(code, {
    '@tanstack/query-core': 'export class QueryClient { invalidateQueries(filters?: object, options?: object): Promise<void>; prefetchQuery(options: object): Promise<void>; fetchQuery(options: object): Promise<string> }\n',
    next: 'export interface NextRouter { push(url: string): Promise<boolean>; beforePopState(): Promise<void> }\nexport function useRouter(): NextRouter\n',
  })).toEqual([7, 8, 12, 14])
})

it('the navigation of React Router is its own, and so is what another function hands on of a library', () => {
  const code = `import { useNavigate, useFetcher } from 'react-router'
import useSWR from 'swr'
import { useRef } from 'react'
const navigate = useNavigate()
const fetcher = useFetcher()
navigate('/')
navigate(-1)
const kept = useRef(navigate)
kept.current('/')
const fetching = useRef(fetch)
fetching.current('/')
fetcher.load('/')
function useUser() {
  const { data, mutate } = useSWR('/user')
  return { data, refetch: () => mutate(), save: (name: string) => mutate(fetch(name)) }
}
const { refetch, save } = useUser()
refetch()
save('a')
`
  expect(reportedLines(code, {
    'react-router': 'export interface NavigateFunction { (to: string): void | Promise<void>; (delta: number): void | Promise<void> }\nexport function useNavigate(): NavigateFunction\nexport function useFetcher(): { load(path: string): Promise<void> }\n',
    react: 'export interface RefObject<T> { current: T }\nexport function useRef<T>(value: T): RefObject<T>\n',
    swr: 'export type KeyedMutator = (data?: Promise<unknown>) => Promise<string>\nexport default function useSWR(key: string): { data: string; mutate: KeyedMutator }\n',
  })).toEqual([11, 12, 19])
})

it('a queue rejects as what it runs does', () => {
  const code = `import PQueue from 'p-queue'
import pLimit from 'p-limit'
declare function save(): Promise<string>
const queue = new PQueue()
async function log() { try { await save() } catch (error) { console.error(error) } }
queue.add(async () => { try { await save() } catch (error) { console.error(error) } })
queue.add(async () => { console.log(1); await log() })
queue.add(() => save())
queue.add(async () => { await log(); throw new Error() })
queue.add(async () => { await log() }, { timeout: 10 })
const limit = pLimit(2)
limit(async () => { await log() })
limit(() => save())
`
  expect(reportedLines(code, {
    'p-queue': 'export default class PQueue { add<T>(run: () => Promise<T>, options?: object): Promise<T> }\n',
    'p-limit': 'export interface LimitFunction { <T>(run: () => Promise<T>): Promise<T> }\nexport default function pLimit(most: number): LimitFunction\n',
  })).toEqual([8, 9, 10, 13])
})

it('the helpers of tRPC and the setters of nuqs are looked after, what else tRPC gives is not', () => {
  const code = `import { useUtils } from '@trpc/react-query'
import { useQueryState } from 'nuqs'
const utils = useUtils()
const [, setPage] = useQueryState('page')
utils.invalidate()
utils.fetch()
setPage('2')
`
  expect(reportedLines(code, {
    '@trpc/react-query': 'export interface Helpers { invalidate(): Promise<void>; fetch(): Promise<string> }\nexport function useUtils(): Helpers\n',
    nuqs: 'export type Setter = (value: string) => Promise<URLSearchParams>\nexport function useQueryState(name: string): [string, Setter]\n',
  })).toEqual([6])
})

it('mock.module of bun gives a promise only where its factory does', () => {
  const code = `/// <reference types="bun-types" />
import { mock } from 'bun:test'
declare function real(): Promise<object>
mock.module('a', () => ({ a: 1 }))
mock.module('a', async () => ({ ...(await real()) }))
mock.module('a', real)
export {}
`
  expect(reportedLines(code, { 'bun-types': "declare module 'bun:test' { export const mock: { module(id: string, factory: () => any): void | Promise<void> } }\n" })).toEqual([5, 6])
})

it('a debounced function gives the result of an earlier call, and drops what it calls from its timer', () => {
  const code = `import { debounce } from 'lodash'
import { useDebouncedCallback } from 'use-debounce'
import { useDebounceCallback } from 'usehooks-ts'
import useSWR from 'swr'
declare function save(name: string): Promise<void>
const { mutate } = useSWR('/names')
const saveSoon = debounce(async (name: string) => {
  await save(name)
}, 100)
saveSoon('a')
saveSoon.flush()
const typed = useDebouncedCallback((name: string) => save(name), 100)
typed('b')
const quiet = useDebouncedCallback(async (name: string) => {
  try { await save(name) } catch (error) { console.error(error) }
}, 100)
quiet('c')
const again = useDebouncedCallback(async () => { await mutate() }, 100)
again()
const other = useDebounceCallback(async (name: string) => save(name))
other('d')
const plain = useDebounceCallback((name: string) => console.log(name))
plain('e')
`
  const control = 'export interface ControlFunctions<R> { flush: () => R | undefined }\n'
  expect(reportedLines(code, {
    lodash: 'export interface DebouncedFunc<T extends (...args: any[]) => any> { (...args: Parameters<T>): ReturnType<T> | undefined; flush(): ReturnType<T> | undefined }\nexport function debounce<T extends (...args: any) => any>(func: T, wait?: number): DebouncedFunc<T>\n',
    'use-debounce': `${control}export interface DebouncedState<T extends (...args: any) => ReturnType<T>> extends ControlFunctions<ReturnType<T>> { (...args: Parameters<T>): ReturnType<T> | undefined }\nexport function useDebouncedCallback<T extends (...args: any) => ReturnType<T>>(func: T, wait?: number): DebouncedState<T>\n`,
    'usehooks-ts': `${control}export type DebouncedState<T extends (...args: any) => ReturnType<T>> = ((...args: Parameters<T>) => ReturnType<T> | undefined) & ControlFunctions<ReturnType<T>>\nexport function useDebounceCallback<T extends (...args: any) => ReturnType<T>>(func: T, wait?: number): DebouncedState<T>\n`,
    swr: 'export type KeyedMutator = (data?: Promise<unknown>) => Promise<string>\nexport default function useSWR(key: string): { data: string; mutate: KeyedMutator }\n',
  })).toEqual([7, 11, 12, 20])
})

it('hooks that keep their errors in a state look after them, whatever their functions are called here', () => {
  const code = `import { useSession } from 'next-auth'
import { useCompletion } from '@ai-sdk/react'
const session = useSession()
const { update: refresh } = useSession()
const { complete: ask, stop } = useCompletion()
session.update()
refresh()
ask('why')
stop()
`
  expect(reportedLines(code, {
    'next-auth': 'type UpdateSession = (data?: any) => Promise<object | null>\nexport type SessionContextValue<R extends boolean = false> = R extends true ? { update: UpdateSession; status: string } : { update: UpdateSession }\nexport function useSession(): SessionContextValue\n',
    '@ai-sdk/react': 'type UseCompletionHelpers = { complete: (prompt: string) => Promise<string | null>; stop: () => Promise<void> }\nexport function useCompletion(): UseCompletionHelpers\n',
  })).toEqual([9])
})

/** How a dropped promise is lost, by line: `order` where no error can get lost. */
function losses(code: string, packages: Record<string, string>): string[] {
  const { unit } = project(code, packages)
  return findAll(floatingFinder, unit, defaultFloatingOptions).map(({ node, loses }) => `${String(node.loc.start.line)} ${loses}`)
}

const react = {
  react: 'export function useCallback<T extends Function>(callback: T, dependencies: unknown[]): T\nexport function useState<T>(value: T): [T, (value: T) => void]\nexport function memo<T extends Function>(callback: T): T\n',
}

it('what a hook returns is the function that it made, whatever type it is declared with', () => {
  const code = `import { memo, useCallback, useState } from 'react'
interface Requests { isBusy: boolean; request: (url: string) => Promise<void>; fails(): Promise<void>; either(): Promise<void> }
function useRequests(): Requests {
  const [isBusy, setBusy] = useState(false)
  const request = useCallback(async (url: string) => {
    try { await fetch(url) } catch (error) { console.error(error) } finally { setBusy(false) }
  }, [])
  const fails = async () => { await fetch('/') }
  return { ...(isBusy ? { either: fails } : {}), isBusy, request, fails, either: request }
}
function useList(): [boolean, (url: string) => Promise<void>] {
  const load = useCallback(async (url: string) => { try { await fetch(url) } catch {} }, [])
  return [true, load]
}
function useOneOf(isNew: boolean): Requests {
  const { isBusy, request, fails } = useRequests()
  if (isNew) return { isBusy, request, fails, either: fails }
  return { isBusy, request: fails, fails, either: fails }
}
function useItself(): Requests {
  const { isBusy, request, fails, either } = useItself()
  return { isBusy, request, fails, either }
}
function useSpread(): Requests {
  const { request } = useRequests()
  return { request, ...useRequests() }
}
const { request: replaced } = useSpread()
const { request, request: again, fails, either } = useRequests()
const [, load] = useList()
const { request: unsure } = useOneOf(true)
const { request: endless } = useItself()
const wrapped = memo(async () => { try { await fetch('/') } catch {} })
const save = async () => { await request('/a') }
request('/a')
again('/b')
fails()
either()
load('/c')
unsure('/d')
endless('/e')
wrapped()
save()
replaced('/f')
const requests = useRequests()
const { request: later } = requests
later('/g')
requests.request('/h')
requests.fails()
useRequests().request('/i')
export function start(given = useRequests()) {
  given.request('/j')
}
`
  expect(losses(code, react)).toEqual(['35 order', '36 order', '37 errors', '38 order', '39 order', '40 errors', '41 errors', '42 errors', '43 order', '44 errors', '47 order', '48 order', '49 errors', '50 order', '52 errors'])
})

it('an error that is thrown to those who ask for it only is no error of those who don’t', () => {
  const code = `async function copy(text: string, { throwOnError, onDone }: { throwOnError?: boolean; onDone?: () => void } = {}) {
  try { await fetch(text); onDone?.() } catch (error) {
    console.error(error)
    if (throwOnError) throw error
  }
}
async function paste(text: string, options?: { strict?: boolean }) {
  try { await fetch(text) } catch (error) { if (options?.strict) { throw error } }
}
async function cut({ lenient = true, strict = false }: { lenient?: boolean; strict?: boolean }) {
  try { await fetch('/') } catch (error) { if (strict) throw error }
  if (lenient) throw new Error()
}
async function drop({ strict = false }: { strict?: boolean }) {
  if (strict) throw new Error()
  try { await fetch('/') } catch (error) { if (!strict) return; throw error }
}
const all = [{ throwOnError: true }] as const
copy('a')
copy('a', { onDone() {} })
copy('a', { throwOnError: true })
copy('a', ...all)
copy('a', all[0])
paste('a')
paste('a', { strict: true })
cut({})
drop({})
`
  expect(losses(code, {})).toEqual(['19 order', '20 order', '21 errors', '22 errors', '23 errors', '24 order', '25 errors', '26 errors', '27 errors'])
})

it('a form rejects as its handler does', () => {
  const code = `import { useForm } from 'react-hook-form'
interface Data { name: string }
declare function save(data: Data): Promise<void>
declare const event: object
const { handleSubmit, reset, trigger } = useForm<Data>()
const caught = async (data: Data) => { try { await save(data) } catch (error) { console.error(error) } }
handleSubmit(caught)(event)
handleSubmit(data => caught(data))()
handleSubmit(() => reset())()
handleSubmit(save)()
handleSubmit(data => save(data))()
handleSubmit(async data => { await save(data) })()
handleSubmit(() => { throw new Error() })()
handleSubmit(caught, async () => { await save({ name: '' }) })()
trigger()
const submit = handleSubmit(save)
submit()
`
  expect(reportedLines(code, {
    'react-hook-form': `export type SubmitHandler<T> = (data: T) => unknown | Promise<unknown>
export type UseFormHandleSubmit<T> = (onValid: SubmitHandler<T>, onInvalid?: (errors: object) => unknown | Promise<unknown>) => (e?: object) => Promise<void>
export interface UseFormReturn<T> { handleSubmit: UseFormHandleSubmit<T>; reset(): void; trigger(): Promise<boolean> }
export declare function useForm<T>(): UseFormReturn<T>
`,
  })).toEqual([10, 11, 12, 13, 14, 17])
})

it('nothing is at stake where a function waits for nothing and catches all its errors', () => {
  const code = `declare const text: string
async function load() {
  try { JSON.parse(text); return true } catch (error) { console.error(error) }
  return false
}
async function strict() {
  try { JSON.parse(text) } catch (error) { throw new Error('broken', { cause: error }) }
}
async function late() {
  try { await fetch(text) } catch (error) { console.error(error) }
}
load()
strict()
late()
`
  expect(losses(code, {})).toEqual(['13 throws', '14 order'])
})
