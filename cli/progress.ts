import { SingleBar } from 'cli-progress'

export interface Progress {
  step(): void
  stop(): void
}

/** Runs of fewer files are over before anybody could read a bar. */
const few = 30

/** A bar on stderr, with what is done and how long the rest will take; undefined where that is no terminal, and for short runs. */
export function startProgress(files: number): Progress | undefined {
  if (!process.stderr.isTTY || files < few) return undefined
  const bar = new SingleBar({ format: '{bar} {value} of {total} files, {eta_formatted} left', stream: process.stderr, clearOnComplete: true, hideCursor: true, etaBuffer: 50 })
  bar.start(files, 0)
  return { step: () => bar.increment(), stop: () => bar.stop() }
}
