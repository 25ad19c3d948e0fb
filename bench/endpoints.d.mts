export const endpoints: readonly string[]
export function texts(tools: { readonly runCodemod: unknown; readonly codemods: unknown; readonly loadUnit: unknown }): { readonly before: string; readonly after: string }
export function inSteps(text: string): Promise<Readonly<Record<string, { readonly value: unknown; readonly steps: number }>>>
