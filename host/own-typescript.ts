import { createRequire, Module } from 'node:module'
import path from 'node:path'

type Resolve = (request: string, ...rest: unknown[]) => string

/**
 * Makes the parser use the TypeScript of the project in `folder`, where it has one that the parser supports (5.4 to 6.0),
 * so that its own version of the language and the libraries decides. Must run before the parser is loaded; else, and in a
 * project with TypeScript 7, the copy beside the parser is used.
 */
export function useProjectTypescript(folder: string): void {
  const project = createRequire(path.join(folder, 'package.json'))
  let own: string
  let folderOfOwn: string
  try {
    const { version } = project('typescript/package.json') as { version: string }
    const [major = 0, minor = 0] = version.split('.').map(Number)
    if (major < 5 || (major === 5 && minor < 4) || major > 6 || (major === 6 && minor > 0)) return
    own = project.resolve('typescript')
    folderOfOwn = path.dirname(project.resolve('typescript/package.json'))
  } catch {
    return
  }
  // Node's documented hooks for this do not exist on Node 20.
  const loader = Module as unknown as { _resolveFilename: Resolve }
  const original = loader._resolveFilename
  loader._resolveFilename = function (request, ...rest) {
    // The project service is in a file of its own, and two versions disagree on the numbers of the nodes' kinds.
    if (request === 'typescript') return own
    return original.call(this, request.startsWith('typescript/') ? path.join(folderOfOwn, request.slice('typescript/'.length)) : request, ...rest)
  }
}
