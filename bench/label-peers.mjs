// The rules of others on labelled pairs of awaits: React Doctor's and BluMint's, which decide by names. A report counts for a
// pair where it stands on one of the pair's lines. They are installed for this alone, since they ask for another Node.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { root } from './packages.mjs'

const folder = path.join(root, '.cache/label-peers')
const peers = {
  'React Doctor': { package: 'oxlint-plugin-react-doctor', version: '0.9.23', rules: ['async-parallel', 'server-sequential-independent-await'] },
  BluMint: { package: '@blumintinc/eslint-plugin-blumint', version: '1.15.0', rules: ['parallelize-async-operations'] },
}

/** For each peer, which of the rows it reports; a row is `{ file, line, lines, path }` with the file's place on disk in `path`. */
export async function peerReports(rows) {
  const wanted = Object.values(peers).map(peer => `${peer.package}@${peer.version}`)
  const { status } = spawnSync('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--force', ...wanted], { stdio: 'inherit' })
  if (status !== 0) throw new Error(`npm could not install ${wanted.join(' and ')}.`)
  const reports = {}
  for (const [name, peer] of Object.entries(peers)) {
    const plugin = createRequire(path.join(folder, 'package.json'))(peer.package)
    const eslint = new ESLint({
      overrideConfigFile: true,
      ignore: false,
      allowInlineConfig: false,
      overrideConfig: [{ files: ['**/*.{ts,tsx}'], languageOptions: { parser: tseslint.parser, parserOptions: { ecmaFeatures: { jsx: true } } }, plugins: { peer: plugin.default ?? plugin }, rules: Object.fromEntries(peer.rules.map(rule => [`peer/${rule}`, 'error'])) }],
      cwd: '/',
    })
    const messages = new Map()
    for (const file of new Set(rows.map(row => row.path))) messages.set(file, (await eslint.lintText(readFileSync(file, 'utf8'), { filePath: file }))[0].messages)
    reports[`${name} ${peer.version}`] = new Set(rows.filter(row => messages.get(row.path).some(({ line, endLine = line }) => line < row.line + row.lines && endLine >= row.line)))
  }
  return reports
}
