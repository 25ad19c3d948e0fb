// The linters beside ESLint. They come in a package for each platform, too many to lock, so they are installed where they are needed.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { root } from './packages.mjs'

export const tools = { oxlint: '1.94.0', 'oxlint-tsgolint': '7.0.2007', '@biomejs/biome': '2.6.8' }

/** Installs them into a folder of their own, which it returns. */
export function installTools(names = Object.keys(tools)) {
  const folder = path.join(root, '.cache', names.length === Object.keys(tools).length ? 'peer-tools' : names.join('+'))
  const wanted = names.map(name => `${name}@${tools[name]}`)
  const { status } = spawnSync('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--loglevel=error', ...wanted], { stdio: 'inherit' })
  if (status !== 0) throw new Error(`${wanted.join(', ')} could not be installed.`)
  return folder
}
