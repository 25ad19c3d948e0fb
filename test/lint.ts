import { Linter as Linter10 } from 'eslint'
import { Linter as Linter9 } from 'eslint9'
import path from 'node:path'
import tseslint from 'typescript-eslint'
import plugin from '../index.js'
import { root, typedFile } from './programs.js'

export const linters = { 'ESLint 10': new Linter10({ cwd: root }), 'ESLint 9': new Linter9({ cwd: root }) as unknown as Linter10 }

export interface LintOptions {
  /** `typed` and `untyped` read TypeScript with typescript-eslint's parser, `espree` reads JavaScript. */
  readonly mode?: 'typed' | 'untyped' | 'espree'
  readonly rule?: string
  readonly options?: object
  readonly file?: string
  readonly linter?: Linter10
  readonly settings?: Record<string, unknown>
}

/** What the rule says of the code, in the order of the source. */
export function lint(code: string, { mode = 'typed', rule = 'no-floating-promises', options = {}, file = typedFile, linter = linters['ESLint 10'], settings = {} }: LintOptions = {}): Linter10.LintMessage[] {
  const filename = mode === 'espree' ? file.replace(/\.ts$/, '.js') : file
  const typed = { projectService: true, tsconfigRootDir: path.dirname(typedFile) }
  const config: Linter10.Config = {
    files: ['**/*.ts', '**/*.tsx', '**/*.js'],
    plugins: { 'structured-async': plugin },
    languageOptions: mode === 'espree' ? {} : { parser: tseslint.parser as Linter10.Parser, parserOptions: mode === 'typed' ? typed : {} },
    settings,
    rules: { [`structured-async/${rule}`]: ['error', options] },
  }
  const messages = linter.verify(code, config, { filename })
  const fatal = messages.find(message => message.fatal)
  if (fatal) throw new Error(`${fatal.message} (line ${fatal.line})\n${code}`)
  return messages
}

/** The code after one suggestion. */
export function applySuggestion(code: string, { fix }: Pick<Linter10.LintSuggestion, 'fix'>): string {
  return code.slice(0, fix.range[0]) + fix.text + code.slice(fix.range[1])
}

/** The code after each report's suggestion `id` was taken, one at a time, as in an editor. */
export function applyEverySuggestion(code: string, id: string, options?: LintOptions): string {
  for (let round = 0; round < 50; round++) {
    const suggestion = lint(code, options).flatMap(message => message.suggestions ?? []).find(({ messageId }) => messageId === id)
    if (!suggestion) return code
    code = applySuggestion(code, suggestion)
  }
  throw new Error('The suggestions never end.')
}
