import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import blankTypes from 'ts-blank-space'
import { describe, expect, it } from 'vitest'
import type { Fact } from '../analysis/facts.js'
import type { SourceUnit } from '../analysis/unit.js'
import { loadUnit } from '../host/units.js'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
export const typedFile = path.join(root, 'test/fixtures/typed/file.ts')
const looseFile = '/nowhere/file.ts'

/** The ways in which one program is read. Types add answers; without them an answer may become unknown, never the opposite. */
export const readings = {
  'TypeScript with types': (text: string): SourceUnit => loadUnit(typedFile, text).unit,
  'TypeScript without types': (text: string): SourceUnit => loadUnit(looseFile, text, { types: false }).unit,
  JavaScript: (text: string): SourceUnit => loadUnit(looseFile.replace('.ts', '.js'), withoutTypes(text), { types: false }).unit,
}

/** The program with its types replaced by spaces, so that every line stays where it was. */
export function withoutTypes(text: string): string {
  return blankTypes(text, () => {
    throw new Error('The program holds TypeScript that no JavaScript stands for.')
  })
}

/**
 * The lines of a program with a mark: `// floats` everywhere, `// floats: typed` only where there are types, `untyped` where not, `TypeScript` only where
 * annotations can be read, and `JavaScript` only where they can't.
 */
export function markedLines(program: string, reading: keyof typeof readings): number[] {
  return program.split('\n').flatMap((line, at) => {
    const mark = /\/\/ floats(?:: (typed|untyped|TypeScript|JavaScript))?(?: ×(\d))?\s*$/.exec(line)
    if (!mark) return []
    if (mark[1] === 'typed' && reading !== 'TypeScript with types') return []
    if (mark[1] === 'untyped' && reading === 'TypeScript with types') return []
    if (mark[1] === 'JavaScript' && reading !== 'JavaScript') return []
    if (mark[1] === 'TypeScript' && reading === 'JavaScript') return []
    return Array.from({ length: Number(mark[2] ?? 1) }, () => at + 1)
  })
}

/** The programs of a file: separated by lines that begin with `//# `, which name them. */
export function programsIn(file: string): [name: string, program: string][] {
  const text = readFileSync(path.join(root, file), 'utf8')
  return text.split(/^\/\/# /m).slice(1).map(part => {
    const end = part.indexOf('\n')
    return [part.slice(0, end), part.slice(end + 1)]
  })
}

/** One test for each program of a file and each way to read it: the marked lines are those of the facts. */
export function testPrograms(file: string, find: (unit: SourceUnit) => readonly Fact[], { hideMarks = false } = {}): void {
  const programs = programsIn(file)
  // A mark is a comment, which may be what the analysis asks about.
  const text = (program: string): string => (hideMarks ? program.replace(/ \/\/ floats.*$/gm, '') : program)
  for (const [reading, read] of Object.entries(readings)) {
    describe(reading, () => {
      it.each(programs)('%s', (_name, program) => {
        expect(find(read(text(program))).map(fact => fact.node.loc.start.line)).toEqual(markedLines(program, reading as keyof typeof readings))
      })
    })
  }
}
