/** The rows of README's table, computed: every program of test/fixtures/programs/peers.ts read by four linters, or by the two that run in ESLint. */
export function peerRows(which: { all: boolean }): Promise<string[]>
/** The rows that README has. */
export function rowsInReadme(): string[]
