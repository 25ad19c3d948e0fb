import { readFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
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

interface Manifest {
  readonly name?: unknown
  readonly type?: unknown
}

const manifests = new Map<string, Manifest | undefined>()

/** The name in the nearest package.json around `file` that has one; undefined where none has. */
export function packageOf(file: string): string | undefined {
  const name = manifestAround(path.dirname(file), manifest => typeof manifest.name === 'string')?.name
  return typeof name === 'string' ? name : undefined
}

/** Whether the nearest package.json makes an ES module of a `.js` file. */
export function isInModulePackage(file: string): boolean {
  return manifestAround(path.dirname(file), () => true)?.type === 'module'
}

const paths = new Map<string, string>()

/** The path of a file as its package sees it; `src/a.test.ts`, whatever the folders above are called. Remembered, since each place of a file asks. */
export function pathInPackage(file: string): string {
  let found = paths.get(file)
  if (found === undefined) paths.set(file, (found = relativeToPackage(file)))
  return found
}

function relativeToPackage(file: string): string {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if (!manifests.has(folder)) manifests.set(folder, readManifest(folder))
    if (manifests.get(folder)) return path.relative(folder, file).split(path.sep).join('/')
    if (path.dirname(folder) === folder) return path.basename(file)
  }
}

/** The value of a key in the nearest package.json around `file` that has it, and that package.json's path. */
export function manifestValue(file: string, key: string): { readonly value: unknown; readonly manifest: string } | undefined {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if (!manifests.has(folder)) manifests.set(folder, readManifest(folder))
    const value = (manifests.get(folder) as Readonly<Record<string, unknown>> | null | undefined)?.[key]
    if (value !== undefined) return { value, manifest: path.join(folder, 'package.json') }
    if (path.dirname(folder) === folder) return undefined
  }
}

/** `node:fs` for `fs` too; any other module's name as it is. */
export function moduleName(source: string): string {
  return !source.startsWith('node:') && isBuiltin(source) ? `node:${source}` : source
}

function manifestAround(folder: string, fits: (manifest: Manifest) => boolean): Manifest | undefined {
  if (!manifests.has(folder)) manifests.set(folder, readManifest(folder))
  const manifest = manifests.get(folder)
  if (manifest && fits(manifest)) return manifest
  const parent = path.dirname(folder)
  return parent === folder ? undefined : manifestAround(parent, fits)
}

function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest
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
