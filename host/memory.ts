import { clearCaches } from '@typescript-eslint/typescript-estree'
import path from 'node:path'
import { getHeapStatistics } from 'node:v8'
import { forgetFiles } from '../analysis/project.js'
import { configAround } from './tsconfig.js'

let current: string | undefined
let usedBefore = 0
/** How many bytes the project took that took most. */
let largest = 0

/**
 * To be called before a file is loaded. The compiler keeps every program that it has built for as long as the process lives, which in a
 * repository of twenty packages is more than the engine may have. Where memory is short and another tsconfig.json's files begin,
 * those before are let go of; if one of their files comes again, its program is built again.
 */
export function makeRoomFor(file: string, isShort: () => boolean = isMemoryShort): void {
  const config = configAround(path.dirname(file))
  const isAnother = current !== undefined && config !== current
  current = config
  if (!isAnother) return
  const used = getHeapStatistics().used_heap_size
  largest = Math.max(largest, used - usedBefore)
  usedBefore = used
  if (!isShort()) return
  usedBefore = 0
  clearCaches()
  forgetFiles()
}

function isMemoryShort(): boolean {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
  return leavesNoRoom(used, limit, largest)
}

/** Half of it: what is measured holds garbage too. Or less, where another project as large as the largest before would not fit beside it. All in bytes. */
export function leavesNoRoom(used: number, limit: number, largest: number): boolean {
  return used > limit / 2 || used + 1.2 * largest > limit
}
