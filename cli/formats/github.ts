import path from 'node:path'
import { count, relative } from '../words.js'
import type { Format } from './report.js'

/** Annotations of GitHub Actions: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export const github: Format = ({ findings, known, run: { failures } }) => {
  const lines = [
    ...findings.map(({ path: file, line, endLine, column, endColumn, rule, certainty, message }) => command(certainty === 'proven' ? 'error' : 'warning', { file: inWorkspace(file), line, endLine, col: column, ...(line === endLine ? { endColumn } : {}), title: rule }, message)),
    ...failures.map(({ path: file, reason }) => command('error', { file: inWorkspace(relative(file)), title: 'structured-async' }, reason)),
  ]
  return [...lines, `${count(findings.length, known.length > 0 ? 'new finding' : 'finding')}.`].join('\n')
}

/** Annotations name files from the root of the repository, wherever in it the command runs. */
function inWorkspace(file: string): string {
  const root = process.env.GITHUB_WORKSPACE
  const absolute = path.resolve(file)
  const name = root !== undefined && absolute.startsWith(root + path.sep) ? path.relative(root, absolute) : file
  return name.split(path.sep).join('/')
}

function command(name: 'error' | 'warning', properties: Readonly<Record<string, string | number>>, message: string): string {
  const pairs = Object.entries(properties).map(([key, value]) => `${key}=${escaped(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')}`)
  return `::${name} ${pairs.join(',')}::${escaped(message)}`
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
