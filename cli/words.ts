import path from 'node:path'

/** A path as whoever runs the command sees it. */
export function relative(file: string): string {
  return path.relative(process.cwd(), file) || file
}

export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}
