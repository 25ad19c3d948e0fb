import path from 'node:path'
import { configAround } from '../../host/tsconfig.js'

/**
 * Deals files out to lanes. A lane keeps to the files of one tsconfig.json as long as there are any, since whoever opens the first of
 * them builds the program of all; it shares one with another lane only where no other is left.
 *
 * @returns the next file for a lane; undefined where none is left
 */
export function dealOut(files: readonly string[], lanes: number): (lane: number) => string | undefined {
  const projects = new Map<string, string[]>()
  for (const file of files) {
    const key = lanes > 1 ? (configAround(path.dirname(file)) ?? '') : ''
    const project = projects.get(key)
    if (project) project.push(file)
    else projects.set(key, [file])
  }
  const left = [...projects.values()].map(project => ({ files: project.reverse(), lanes: 0 }))
  const current = Array.from<(typeof left)[number] | undefined>({ length: lanes })
  return lane => {
    let own = current[lane]
    if (!own || own.files.length === 0) {
      if (own) own.lanes--
      const open = left.filter(project => project.files.length > 0)
      own = open.sort((one, other) => Number(one.lanes > 0) - Number(other.lanes > 0) || shareOf(other) - shareOf(one))[0]
      current[lane] = own
      if (own) own.lanes++
    }
    return own?.files.pop()
  }
}

/** What a lane more would get of a project. */
function shareOf({ files, lanes }: { readonly files: readonly string[]; readonly lanes: number }): number {
  return files.length / (lanes + 1)
}
