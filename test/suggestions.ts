import { applySuggestion, lint, type LintOptions } from './lint.js'

/** What the examples of suggestions use. */
export const head = `declare function f(x?: unknown): Promise<void>
declare const ids: number[]
`
export const ending = '\nexport {}\n'

/** Every suggestion of the first report, by its id, in the order in which an editor lists them. */
export function suggestions(code: string, options?: LintOptions): [id: string, text: string][] {
  const whole = head + code + ending
  const [message] = lint(whole, options)
  return (message?.suggestions ?? []).map(suggestion => [suggestion.messageId ?? '', applySuggestion(whole, suggestion).replace(head, '').replace(ending, '')])
}

/** The code below an import of the runtime. */
export const imported = (name: string, code: string): string => `import { ${name} } from 'structured-async'\n\n${code}`
