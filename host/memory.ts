import { clearCaches } from '@typescript-eslint/typescript-estree'
import path from 'node:path'
import { getHeapStatistics } from 'node:v8'
import { forgetFiles } from '../analysis/project.js'
import { configAround } from './tsconfig.js'

let current: string | undefined

/**
 * To be called before a file is loaded. The compiler keeps every program that it has built for as long as the process lives, which in a
 * repository of twenty packages is more than the engine may have. Where memory is short and another tsconfig.json's files begin,
 * those before are let go of; if one of their files comes again, its program is built again.
 */
export function makeRoomFor(file: string, isShort: () => boolean = isMemoryShort): void {
  const config = configAround(path.dirname(file))
  const isAnother = current !== undefined && config !== current
  current = config
  if (!isAnother || !isShort()) return
  clearCaches()
  forgetFiles()
}

/** Half of it: what is measured holds garbage too, and the next program may be as large as those before. */
function isMemoryShort(): boolean {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
  return used > limit / 2
}
