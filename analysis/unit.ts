import type { ScopeManager } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import type { Project } from './project.js'
import type { Settings } from './settings/settings.js'
import type { TypeOracle } from './types/oracle.js'

/** One file as the analysis sees it. An adapter builds it; ESLint, jscodeshift and the command share everything below. */
export interface SourceUnit {
  /** Absolute path where the file is on disk, else a name with the right extension. */
  readonly path: string
  /** Without a byte order mark; every range in `ast` counts in this text. */
  readonly text: string
  readonly ast: TSESTree.Program
  readonly scopes: ScopeManager
  readonly types: TypeOracle
  /** The other files, where types lead to them. */
  readonly project?: Project | undefined
  /** Whether an import of this package would resolve from the file, so that a rewrite may name it. */
  readonly resolves: (packageName: string) => boolean
  /** What the project says about itself. */
  readonly settings?: Settings | undefined
}

/** Whether the file is TypeScript, where a rewrite must also keep the type checker content. */
export function isTypeScript(unit: SourceUnit): boolean {
  return /\.[mc]?tsx?$/.test(unit.path)
}
