/** The rules of others that each of ours does the work of, so that both would say the same thing twice. */
export const replaced: Readonly<Record<string, readonly string[]>> = {
  'no-floating-promises': ['@typescript-eslint/no-floating-promises', '@typescript-eslint/no-misused-promises', 'no-async-promise-executor', 'promise/catch-or-return'],
  'no-sequential-awaits': ['no-await-in-loop', '@blumintinc/blumint/parallelize-async-operations', 'react-doctor/async-parallel', 'react-doctor/server-sequential-independent-await'],
}

/** What a comment may call one of our rules by. */
export function namesOf(rule: string): readonly string[] {
  return [`structured-async/${rule}`, ...(replaced[rule] ?? [])]
}
