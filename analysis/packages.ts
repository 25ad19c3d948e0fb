import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const answers = new Map<string, boolean>()

/** Whether `packageName` can be imported from `file`, by Node's own search; remembered per folder. */
export function canImport(packageName: string, file: string): boolean {
  if (!path.isAbsolute(file)) return false
  const key = `${packageName}\0${path.dirname(file)}`
  let answer = answers.get(key)
  if (answer === undefined) answers.set(key, (answer = search(packageName, file)))
  return answer
}

const names = new Map<string, string | undefined>()

/** The name in the nearest package.json around `file`; undefined where there is none. */
export function packageOf(file: string): string | undefined {
  const folder = path.dirname(file)
  if (!names.has(folder)) names.set(folder, nameIn(folder) ?? (path.dirname(folder) === folder ? undefined : packageOf(folder)))
  return names.get(folder)
}

function nameIn(folder: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { name?: unknown }
    return typeof name === 'string' ? name : undefined
  } catch {
    return undefined
  }
}

function search(packageName: string, file: string): boolean {
  try {
    createRequire(file).resolve(packageName)
    return true
  } catch {
    return false
  }
}
