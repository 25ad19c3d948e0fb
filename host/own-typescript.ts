import { createRequire, Module } from 'node:module'
import path from 'node:path'

type Resolve = (request: string, ...rest: unknown[]) => string

/**
 * Makes the parser, and what it depends on, use the TypeScript of the project in `folder`, where it has one that they support (5.4 to 6.0),
 * so that its own version of the language and the libraries decides; else, as in a project with TypeScript 7, which has no such interface,
 * the copy beside the parser. Must run before the parser is loaded.
 */
export function useProjectTypescript(folder: string): void {
  const chosen = supportedIn(createRequire(path.join(folder, 'package.json'))) ?? besideParser()
  if (!chosen) return
  // Node's documented hooks for this do not exist on Node 20.
  const loader = Module as unknown as { _resolveFilename: Resolve }
  const original = loader._resolveFilename
  loader._resolveFilename = function (request, ...rest) {
    // The project service is in a file of its own, and two versions disagree on the numbers of the nodes' kinds.
    if (request === 'typescript') return chosen.entry
    return original.call(this, request.startsWith('typescript/') ? path.join(chosen.folder, request.slice('typescript/'.length)) : request, ...rest)
  }
}

interface Copy {
  readonly entry: string
  readonly folder: string
}

function supportedIn(project: NodeJS.Require): Copy | undefined {
  try {
    const { version } = project('typescript/package.json') as { version: string }
    const [major = 0, minor = 0] = version.split('.').map(Number)
    return major < 5 || (major === 5 && minor < 4) || major > 6 || (major === 6 && minor > 0) ? undefined : { entry: project.resolve('typescript'), folder: path.dirname(project.resolve('typescript/package.json')) }
  } catch {
    return undefined
  }
}

/** Undefined where nobody has installed one, which the import of the parser will say. */
function besideParser(): Copy | undefined {
  try {
    return supportedIn(createRequire(createRequire(import.meta.url).resolve('@typescript-eslint/typescript-estree')))
  } catch {
    return undefined
  }
}
