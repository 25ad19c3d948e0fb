// The endpoints of examples/three-endpoints before and after a rewrite, and how many steps each of them takes.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gather } from 'structured-async'
import ts from 'typescript'
import { World } from './differential/world.mjs'
import { root } from './packages.mjs'

export const endpoints = ['profile', 'friends', 'buy']
const file = path.join(root, 'examples/three-endpoints/endpoints.ts')
const users = [1, 2, 3, 4, 5, 6, 7].map(id => ({ id, name: `user ${id}`, friends: [2, 3, 4, 5, 6, 7] }))

/** The example's text before and after. `tools` are `runCodemod`, `codemods` and `loadUnit`, from the build or from the sources. */
export function texts({ runCodemod, codemods, loadUnit }) {
  const before = readFileSync(file, 'utf8')
  const after = codemods.reduce((text, codemod) => runCodemod(codemod, text, other => loadUnit(file, other).unit, { target: 'structured-async' }).text, before)
  return { before, after }
}

/** What each endpoint gives, and after how many steps, where each read and write takes one. */
export async function inSteps(text) {
  const world = new World({ of: () => ({ latency: 1, fails: false }) })
  for (const [url, value] of Object.entries(answers())) world.server[`http://shop${url}`] = JSON.stringify(value)
  world.files['/settings'] = 'dark'
  // A POST answers with what the service has there, as the real one does.
  const fetch = async (url, init) => world.fetch(url, init ? { ...init, body: '' } : undefined)
  const body = compiled(text).replace(/^import [^\n]*\n/gm, '').replace(/^export /gm, '')
  const run = new Function('readFile', 'fetch', 'gather', 'process', `${body}\nreturn { ${endpoints.join(', ')} }`)(world.readFile, fetch, gather, { env: { UPSTREAM: 'http://shop', SETTINGS: '/settings' } })
  const found = {}
  for (const name of endpoints) {
    const from = world.now
    const { value, at, error } = await world.run(() => run[name](1))
    if (error) throw error
    found[name] = { value, steps: at - from }
  }
  return found
}

/** What the service behind answers, by path. */
export function answers() {
  return {
    ...Object.fromEntries(users.map(user => [`/users/${user.id}`, user])),
    '/orders/1': [{ id: 1, price: 3 }, { id: 2, price: 4 }],
    '/payments': { id: 8, price: 2 },
    '/shipments': { id: 9, price: 0 },
  }
}

export function compiled(text) {
  return ts.transpileModule(text, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } }).outputText
}
