// npm run sweep -- oxlint: every rule, without types, in oxlint and in ESLint, over the sweep packages with their awaits stripped; fails where
// one of them reports what the other does not.
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node'
import plugin from '../dist/index.js'
import { copySources, root } from './packages.mjs'
import { installTools } from './peer-tools.mjs'
import { stripAwaits } from './strip-awaits.mjs'

let oxlint = ''
const rules = Object.fromEntries(Object.keys(plugin.rules).map(name => [`structured-async/${name}`, 'error']))

/** Whether both report the same. */
export async function compareHosts() {
  oxlint = path.join(installTools(['oxlint']), 'node_modules/.bin/oxlint')
  let isSame = true
  for (const { name, folder: copy } of copySources('oxlint')) {
    stripAwaits(copy)
    // Outside the repository, whose ignored folders oxlint leaves out.
    const folder = mkdtempSync(path.join(tmpdir(), 'oxlint-'))
    cpSync(copy, folder, { recursive: true })
    const [ours, theirs] = [await eslintFinds(folder), oxlintFinds(folder)]
    const [missing, extra] = [[...ours].filter(place => !theirs.has(place)), [...theirs].filter(place => !ours.has(place))]
    console.log(`${name}: ${ours.size} in ESLint, ${theirs.size} in oxlint, ${ours.size - missing.length} the same.`)
    for (const place of missing) console.log(`  only in ESLint: ${place}`)
    for (const place of extra) console.log(`  only in oxlint: ${place}`)
    isSame &&= ours.size > 0 && missing.length + extra.length === 0
    rmSync(folder, { recursive: true })
  }
  const problem = await askLanguageServer()
  console.log(`oxlint as a language server: ${problem ?? 'a squiggle under the call, the fixes in order, and the first one leaves none.'}`)
  return isSame && problem === undefined
}

/** Drives `oxlint --lsp` as an editor does, which pushes its diagnostics and gives edits with its actions; what went wrong, if anything. */
async function askLanguageServer() {
  const folder = mkdtempSync(path.join(tmpdir(), 'oxlint-lsp-'))
  const file = path.join(folder, 'a.js')
  const text = 'async function save() {}\nexport async function f() {\n  save()\n}\n'
  writeFileSync(path.join(folder, '.oxlintrc.json'), JSON.stringify({ jsPlugins: [path.join(root, 'dist/index.js')], categories: { correctness: 'off' }, rules }))
  writeFileSync(file, text)
  const server = spawn(oxlint, ['--lsp'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] })
  const connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin))
  let pushed = () => {}
  connection.onNotification('textDocument/publishDiagnostics', ({ diagnostics }) => pushed(diagnostics))
  connection.onRequest('workspace/configuration', ({ items }) => items.map(() => null))
  connection.onRequest('client/registerCapability', () => null)
  connection.listen()
  const [uri, rootUri] = [pathToFileURL(file).href, pathToFileURL(folder).href]
  const sent = async (method, params) => {
    const next = new Promise(resolve => (pushed = resolve))
    await connection.sendNotification(method, params)
    return Promise.race([next, setTimeout(20_000, [], { ref: false })])
  }
  try {
    await connection.sendRequest('initialize', { processId: process.pid, rootUri, workspaceFolders: [{ uri: rootUri, name: 'project' }], capabilities: { textDocument: { codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } } } }, workspace: { workspaceFolders: true } } })
    await connection.sendNotification('initialized', {})
    const [found, ...others] = await sent('textDocument/didOpen', { textDocument: { uri, version: 1, languageId: 'javascript', text } })
    if (!found || others.length > 0 || !/Nothing waits for the promise from `save\(\)`/.test(found.message)) return `instead of one squiggle ${JSON.stringify([found, ...others])}`
    if (JSON.stringify(found.range) !== '{"start":{"line":2,"character":2},"end":{"line":2,"character":8}}') return `the squiggle is at ${JSON.stringify(found.range)}`
    const actions = await connection.sendRequest('textDocument/codeAction', { textDocument: { uri }, range: found.range, context: { diagnostics: [found] } })
    const titles = actions.map(({ title }) => title).filter(title => !/^Disable/.test(title))
    if (!/^Await it/.test(titles[0] ?? '')) return `the fixes are ${JSON.stringify(titles)}`
    const rest = await sent('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges: [{ text: text.replace('  save()', '  await save()') }] })
    return rest.length === 0 ? undefined : `what stays is ${JSON.stringify(rest)}`
  } finally {
    connection.dispose()
    server.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function eslintFinds(folder) {
  const eslint = new ESLint({ cwd: folder, overrideConfigFile: true, ignore: false, overrideConfig: [{ linterOptions: { reportUnusedDisableDirectives: 'off' }, files: ['**/*.ts'], languageOptions: { parser: tseslint.parser }, plugins: { 'structured-async': plugin }, rules }] })
  const results = await eslint.lintFiles(['src/**/*.ts'])
  return new Set(results.flatMap(({ filePath, messages }) => messages.flatMap(({ ruleId, line, column }) => (ruleId?.startsWith('structured-async/') ? [`${path.relative(folder, filePath)}:${line}:${column} ${ruleId.slice('structured-async/'.length)}`] : []))))
}

function oxlintFinds(folder) {
  writeFileSync(path.join(folder, '.oxlintrc.json'), JSON.stringify({ jsPlugins: [path.join(root, 'dist/index.js')], categories: { correctness: 'off' }, rules }))
  const { stdout, stderr } = spawnSync(oxlint, ['--format', 'json', 'src'], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (!stdout.startsWith('{')) throw new Error(`oxlint: ${stderr || stdout}`)
  return new Set(JSON.parse(stdout).diagnostics.flatMap(({ code, filename, labels: [label] }) => {
    const rule = /^structured-async\((.*)\)$/.exec(code ?? '')?.[1]
    return rule && label ? [`${filename}:${label.span.line}:${label.span.column} ${rule}`] : []
  }))
}
