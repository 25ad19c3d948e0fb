import path from 'node:path'
import type ts from 'typescript'

type Disk = Pick<ts.System, 'fileExists' | 'readFile' | 'directoryExists' | 'realpath'>

/**
 * Makes TypeScript read the packages of a workspace that nobody has built from their sources: where a package's declarations are missing and
 * the file that they would be made of is there, they say that they are that file. What is built stays as it is.
 *
 * In a fresh clone most of a monorepo would have the type `any` otherwise, and nothing would be found. Must run before the first program is
 * made, since those copy `sys`.
 */
export function readUnbuiltPackages(sys: Disk): void {
  const { fileExists, readFile, directoryExists, realpath = same } = sys
  const roots = new Map<string, string | null>()

  sys.fileExists = name => fileExists(name) || sourceOf(name) !== undefined
  sys.readFile = (name, encoding) => {
    const source = fileExists(name) ? undefined : sourceOf(name)
    return source === undefined ? readFile(name, encoding) : `export * from ${JSON.stringify(source)}\nexport { default } from ${JSON.stringify(source)}\n`
  }
  // TypeScript looks for no file in a folder that is not there.
  sys.directoryExists = name => directoryExists(name) || isOutput(name)

  function sourceOf(name: string): string | undefined {
    const [, stem, kind] = /^(.+)\.d\.([mc]?)ts$/.exec(name) ?? []
    const place = stem === undefined ? undefined : inPackage(stem)
    if (!place) return undefined
    const [output = '', ...rest] = place.parts
    if (!outputs.test(output)) return undefined
    for (const parts of outputs.test(rest[0] ?? '') || rest[0] === 'src' ? [rest, rest.slice(1)] : [rest]) {
      for (const folder of parts.length > 0 ? ['', 'src'] : []) {
        const found = [`.${kind}ts`, '.ts', '.tsx'].map(extension => path.posix.join(place.root, folder, parts.join('/')) + extension).find(fileExists)
        if (found !== undefined) return found
      }
    }
    return undefined
  }

  function isOutput(name: string): boolean {
    const place = inPackage(name)
    return place !== undefined && outputs.test(place.parts[0] ?? '')
  }

  /** The package of the workspace that a path in a node_modules folder leads into, and the path there. */
  function inPackage(name: string): { readonly root: string; readonly parts: readonly string[] } | undefined {
    const [, folder, rest] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/@][^/]*)\/(.+)$/.exec(name) ?? []
    if (folder === undefined || rest === undefined) return undefined
    let root = roots.get(folder)
    if (root === undefined) roots.set(folder, (root = rootOf(folder)))
    return root === null ? undefined : { root, parts: rest.split('/') }
  }

  /** Where a package is that is linked from elsewhere; null for one that is installed. */
  function rootOf(folder: string): string | null {
    // On Windows it comes with backslashes.
    const real = realpath(folder).replaceAll('\\', '/')
    return real.toLowerCase() !== folder.toLowerCase() && !real.includes('/node_modules/') && directoryExists(real) ? real : null
  }
}

/** Folders that compilers write to. */
const outputs = /^\.?(?:build|cjs|dist|esm|lib|out|output|types)$/

function same(name: string): string {
  return name
}
