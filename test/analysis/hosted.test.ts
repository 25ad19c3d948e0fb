import path from 'node:path'
import { expect, it } from 'vitest'
import { loadUnit } from '../../host/units.js'
import { folderWith } from '../cli/folder.js'
import { verdicts } from './verdicts.js'

/** Of each package the declarations that matter, as its own files have them. */
const declarations = {
  'convex/server': `
    export interface OrderedQuery<T> { collect(): Promise<T[]>; first(): Promise<T | null>; filter(by: (q: unknown) => unknown): this }
    export interface Query<T> extends OrderedQuery<T> { order(way: 'asc' | 'desc'): OrderedQuery<T> }
    export interface QueryInitializer<T> extends Query<T> { withIndex(name: string): Query<T> }
    export interface BaseDatabaseReader { get(id: string): Promise<object | null>; query(table: string): QueryInitializer<object> }
    export interface BaseDatabaseWriter extends BaseDatabaseReader { insert(table: string, value: object): Promise<string>; patch(id: string, value: object): Promise<void> }`,
  'next-intl/server': 'export function getTranslations(namespace: string): Promise<(key: string) => string>',
  '@clerk/nextjs/server': 'export function auth(): Promise<{ userId: string | null }>\nexport function currentUser(): Promise<object | null>',
  '@apollo/client': `
    export function gql(text: TemplateStringsArray): object
    export declare class ApolloClient { query(options: { query: object }): Promise<object>; mutate(options: { mutation: object }): Promise<object> }`,
  '@vercel/postgres': `
    export declare class VercelClient { sql(parts: TemplateStringsArray): Promise<object> }
    export declare class VercelPool { sql(parts: TemplateStringsArray): Promise<object>; query(text: string): Promise<object> }
    export declare const sql: VercelPool & ((parts: TemplateStringsArray) => Promise<object>)`,
  'graphql-request': `
    export function gql(text: TemplateStringsArray): string
    export function request(url: string, document: string): Promise<object>
    export declare class GraphQLClient { constructor(url: string); request(document: string): Promise<object> }`,
  '@upstash/redis': `
    export declare class Pipeline { get(key: string): this; set(key: string, value: string): this; exec(): Promise<unknown[]> }
    export declare class Redis {
      constructor(options: { url: string })
      static fromEnv(): Redis
      get: (key: string) => Promise<string | null>
      xrange: (key: string, start: string, end: string) => Promise<object>
      hset: (key: string, fields: object) => Promise<number>
      pipeline: () => Pipeline
    }`,
  hono: 'export declare class HonoRequest { json(): Promise<object>; parseBody(): Promise<object> }',
  h3: 'export function readBody(event: object): Promise<object>',
}

/** A module of a package becomes a file of it, so that the package's name is found as in a project. */
const packages = Object.entries(declarations).flatMap(([module, text]) => {
  const name = module.split('/').slice(0, module.startsWith('@') ? 2 : 1).join('/')
  const file = module.slice(name.length + 1) || 'index'
  return [[`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0' })], [`node_modules/${name}/${file}.d.ts`, `${text}\n`]]
})

it.each([
  ['Convex', `
import type { BaseDatabaseReader, BaseDatabaseWriter } from 'convex/server'
export async function collects(db: BaseDatabaseReader) { return db.query('users').withIndex('by_name').order('asc').collect() } // reads
export async function gets(db: BaseDatabaseReader) { return db.get('1') } // reads
export async function inserts(db: BaseDatabaseWriter) { return db.insert('users', {}) } // writes
export async function patches(db: BaseDatabaseWriter) { await db.patch('1', {}) } // writes
`],
  ['Vercel', `
import { sql, type VercelClient, type VercelPool } from '@vercel/postgres'
export async function selects() { return sql\`SELECT 1\` } // likely reads
export async function inserts() { return sql\`INSERT INTO a VALUES (1)\` } // writes
export async function queriesAPool(pool: VercelPool) { return pool.query('SELECT 1') } // likely reads
export async function overOneConnection(client: VercelClient) { return client.sql\`SELECT 1\` } // orders
`],
  ['next-intl', `
import { getTranslations } from 'next-intl/server'
export async function translates() { return (await getTranslations('page'))('title') } // likely pure
`],
  ['Clerk', `
import { auth, currentUser } from '@clerk/nextjs/server'
export async function authenticates() { return auth() } // pure
export async function asksForTheUser() { return currentUser() } // reads
`],
  ['Apollo', `
import { ApolloClient, gql } from '@apollo/client'
declare const client: ApolloClient
export async function queries() { return client.query({ query: gql\`query { a }\` }) } // likely reads
export async function mutates() { return client.mutate({ mutation: gql\`mutation { a }\` }) } // writes
`],
  ['graphql-request', `
import { gql, GraphQLClient, request } from 'graphql-request'
const client = new GraphQLClient('/graphql')
const document = gql\`{ a }\`
export async function requests() { return client.request(document) } // likely reads
export async function requestsText() { return request('/graphql', 'query { a }') } // likely reads
export async function requestsAMutation() { return client.request(gql\`mutation { a }\`) } // writes
export async function requestsAnything(text: string) { return client.request(text) } // writes
`],
  ['Upstash', `
import { Redis } from '@upstash/redis'
const redis = Redis.fromEnv()
const other = new Redis({ url: 'https://other' })
export async function gets() { return [await redis.get('a'), await other.xrange('a', '-', '+')] } // reads
export async function sets() { return redis.hset('a', { b: 1 }) } // writes
export async function sendsAPipeline() { return redis.pipeline().get('a').get('b').exec() } // writes
export function collects() { return redis.pipeline().get('a') } // pure
`],
  ['bodies of requests', `
import { readBody } from 'h3'
import type { HonoRequest } from 'hono'
export async function ofHono(request: HonoRequest) { return [await request.json(), await request.parseBody()] } // pure
export async function ofH3(event: object) { return readBody(event) } // pure
export async function ofTheWeb(request: Request) { return request.formData() } // pure
export async function ofAResponse(response: Response) { return response.json() } // reads
`],
])('%s', (_name, code) => {
  const folder = folderWith({
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, module: 'esnext', moduleResolution: 'bundler', target: 'es2022', lib: ['es2022', 'dom'], types: [] }, include: ['*.ts'] }),
    'file.ts': code,
    ...Object.fromEntries(packages),
  })
  const { unit } = loadUnit(path.join(folder, 'file.ts'), code)
  const { expected, found } = verdicts(unit)
  expect(Object.keys(expected)).not.toEqual([])
  expect(found).toEqual(expected)
})
