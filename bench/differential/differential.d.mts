export interface Tools {
  readonly loadUnit: unknown
  readonly runCodemod: unknown
  readonly codemods: unknown
  readonly gather: unknown
}

export interface Totals {
  readonly programs: number
  readonly rewritten: number
  readonly places: number
  readonly runs: number
  readonly faster: number
  readonly counterexamples: readonly { readonly problem: string; readonly seed: number; readonly target: string; readonly before: string; readonly after: string }[]
}

export function checkPrograms(options: { count: number; seed: number; schedules?: number; batch?: number; folder?: string; tools: Tools }): Promise<Totals>
