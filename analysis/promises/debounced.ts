import type { Callee } from '../types/oracle.js'

/**
 * Functions that call what they are given from a timer, which looks at nothing that it gives: what the debounced function
 * returns is the result of an earlier call, if any.
 */
interface DelayingRow {
  readonly package: string
  readonly makers: RegExp
  /** The interface or alias of what they return; undefined where its calls give nothing. */
  readonly made?: RegExp
  readonly source: string
}

const rows: readonly DelayingRow[] = [
  { package: 'lodash', makers: /^(?:debounce|throttle)$/, made: /^DebouncedFunc(?:Leading)?$/, source: 'lodash.com/docs#debounce: "Subsequent calls to the debounced function return the result of the last func invocation"' },
  { package: 'use-debounce', makers: /^use(?:Debounced|Throttled)Callback$/, made: /^DebouncedState$/, source: 'github.com/xnimorz/use-debounce, src/useDebouncedCallback.ts: "subsequent calls to the debounced function return the result of the last func invocation"' },
  { package: 'usehooks-ts', makers: /^useDebounceCallback$/, made: /^DebouncedState$/, source: 'usehooks-ts.com/react-hook/use-debounce-callback, on lodash.debounce' },
  { package: 'es-toolkit', makers: /^(?:debounce|throttle)$/, source: 'es-toolkit.dev/reference/function/debounce: gives nothing' },
  { package: '@mantine/hooks', makers: /^useDebouncedCallback$/, source: 'mantine.dev/hooks/use-debounced-callback: gives nothing' },
]

/** Whether a call of a library puts a function off and drops what that gives. */
export function putsOff(callee: Callee): boolean {
  return callee.kind === 'declared' && rows.some(({ package: from, makers }) => from === callee.package && makers.test(callee.member))
}

/** Whether a call is one of a debounced function; its `flush()` gives what it calls. */
export function givesEarlierResult(callee: Callee): boolean {
  return callee.kind === 'declared' && callee.member !== 'flush' && rows.some(({ package: from, made }) => from === callee.package && callee.type !== undefined && made?.test(callee.type) === true)
}
