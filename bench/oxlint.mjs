// npm run sweep -- oxlint: every rule, without types, in oxlint and in ESLint, over the sweep packages with their awaits stripped; fails where
// one of them reports what the other does not. oxlint comes in a package for each platform, too many to lock, so this installs it for itself.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import plugin from '../dist/index.js'
import { copySources, root } from './packages.mjs'
import { stripAwaits } from './strip-awaits.mjs'

const version = '1.94.0'
const tools = path.join(root, '.cache/oxlint')
const rules = Object.fromEntries(Object.keys(plugin.rules).map(name => [`structured-async/${name}`, 'error']))

/** Whether both report the same. */
export async function compareHosts() {
  const { status } = spawnSync('npm', ['install', '--prefix', tools, '--no-save', '--no-audit', '--no-fund', '--loglevel=error', `oxlint@${version}`], { stdio: 'inherit' })
  if (status !== 0) throw new Error(`oxlint@${version} could not be installed.`)
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
  return isSame
}

async function eslintFinds(folder) {
  const eslint = new ESLint({ cwd: folder, overrideConfigFile: true, ignore: false, overrideConfig: [{ linterOptions: { reportUnusedDisableDirectives: 'off' }, files: ['**/*.ts'], languageOptions: { parser: tseslint.parser }, plugins: { 'structured-async': plugin }, rules }] })
  const results = await eslint.lintFiles(['src/**/*.ts'])
  return new Set(results.flatMap(({ filePath, messages }) => messages.flatMap(({ ruleId, line, column }) => (ruleId?.startsWith('structured-async/') ? [`${path.relative(folder, filePath)}:${line}:${column} ${ruleId.slice('structured-async/'.length)}`] : []))))
}

function oxlintFinds(folder) {
  writeFileSync(path.join(folder, '.oxlintrc.json'), JSON.stringify({ jsPlugins: [path.join(root, 'dist/index.js')], categories: { correctness: 'off' }, rules }))
  const { stdout, stderr } = spawnSync(path.join(tools, 'node_modules/.bin/oxlint'), ['--format', 'json', 'src'], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (!stdout.startsWith('{')) throw new Error(`oxlint: ${stderr || stdout}`)
  return new Set(JSON.parse(stdout).diagnostics.flatMap(({ code, filename, labels: [label] }) => {
    const rule = /^structured-async\((.*)\)$/.exec(code ?? '')?.[1]
    return rule && label ? [`${filename}:${label.span.line}:${label.span.column} ${rule}`] : []
  }))
}
