import path from 'node:path'
import { expect, it } from 'vitest'
import { findAll } from '../../analysis/find.js'
import { callbackFinder } from '../../analysis/promises/callbacks.js'
import { defaultFloatingOptions, floatingFinder } from '../../analysis/promises/floating.js'
import { loadUnit } from '../../host/units.js'
import { folderWith } from '../cli/folder.js'

/** The lines of a file that are reported, in a project with packages of which only the declarations that matter are there. */
function reportedLines(code: string, packages: Record<string, string>): number[] {
  const folder = folderWith({
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, module: 'esnext', moduleResolution: 'bundler', target: 'es2022', lib: ['es2022', 'dom'], types: [] }, include: ['*.ts'] }),
    'file.ts': code,
    ...Object.fromEntries(Object.entries(packages).flatMap(([name, declarations]) => [[`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', types: './index.d.ts' })], [`node_modules/${name}/index.d.ts`, declarations]])),
  })
  const { unit } = loadUnit(path.join(folder, 'file.ts'), code)
  expect(unit.types.source).toBe('typescript')
  const facts = [...findAll(floatingFinder, unit, defaultFloatingOptions), ...findAll(callbackFinder, unit, defaultFloatingOptions)]
  return facts.map(({ node }) => node.loc.start.line).sort((a, b) => a - b)
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
router.push('/a')
router.beforePopState()
`
  expect(reportedLines(code, {
    '@tanstack/query-core': 'export class QueryClient { invalidateQueries(filters?: object, options?: object): Promise<void>; prefetchQuery(options: object): Promise<void>; fetchQuery(options: object): Promise<string> }\n',
    next: 'export interface NextRouter { push(url: string): Promise<boolean>; beforePopState(): Promise<void> }\nexport function useRouter(): NextRouter\n',
  })).toEqual([7, 8, 10])
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
