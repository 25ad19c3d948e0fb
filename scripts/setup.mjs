// Brings a clone into a runnable state: installed packages, fresh build. Does nothing where nothing is stale.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { shortenNames } from './short-names.mjs'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

const sources = ['index.ts', 'version.ts', 'analysis', 'rewrite', 'rules', 'codemods', 'host', 'cli', 'package.json', 'tsconfig.json', 'tsconfig.build.json']
const runtimeSources = ['scripts/short-names.mjs', 'runtime/src', 'runtime/package.json', 'runtime/tsconfig.json', 'runtime/tsconfig.cjs.json']

/** Installs what package-lock.json names, unless exactly that is installed already. */
export function install() {
  const stamp = path.join(root, 'node_modules', '.structured-async-lock')
  const wanted = fingerprint(['package-lock.json', 'package.json', 'runtime/package.json'])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  step('npm ci', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stamp, wanted)
}

/** Builds dist/ and runtime/dist/ where a source is newer than the last build. */
export function build({ force = false } = {}) {
  buildPart('runtime/dist', runtimeSources, force, () => {
    tsc('runtime/tsconfig.json')
    tsc('runtime/tsconfig.cjs.json')
    shortenNames(['esm', 'cjs'].map(format => path.join(root, 'runtime/dist', format)))
    writeFileSync(path.join(root, 'runtime/dist/cjs/package.json'), '{ "type": "commonjs" }\n')
  })
  buildPart('dist', sources, force, () => {
    tsc('tsconfig.build.json')
    const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
    const versionFile = path.join(root, 'dist/version.js')
    writeFileSync(versionFile, `export const name = ${JSON.stringify(name)}\nexport const version = ${JSON.stringify(version)}\n`)
  })
}

export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32', ...options })
  if (result.error) throw result.error
  return result.status ?? 1
}

/** Runs one step and ends the process with its exit code where it fails. */
export function step(title, command, args) {
  console.error(`\n> ${title}`)
  const status = run(command, args)
  if (status !== 0) {
    console.error(`\n${title} failed.`)
    process.exit(status)
  }
}

function buildPart(folder, inputs, force, compile) {
  const stamp = path.join(root, '.cache', folder.replace('/', '-'))
  const wanted = fingerprint(inputs)
  if (!force && existsSync(path.join(root, folder)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  rmSync(path.join(root, folder), { recursive: true, force: true })
  mkdirSync(path.dirname(stamp), { recursive: true })
  compile()
  writeFileSync(stamp, wanted)
}

function tsc(project) {
  step(`tsc -p ${project}`, process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', project])
}

function fingerprint(inputs) {
  const hash = createHash('sha256')
  for (const file of inputs.flatMap(filesBelow).sort()) hash.update(file).update('\0').update(readFileSync(path.join(root, file))).update('\0')
  return hash.digest('hex')
}

function filesBelow(relative) {
  const full = path.join(root, relative)
  if (!existsSync(full)) return []
  if (!statSync(full).isDirectory()) return [relative]
  return readdirSync(full).flatMap(name => filesBelow(path.join(relative, name)))
}
