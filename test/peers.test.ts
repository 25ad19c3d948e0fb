import { Linter } from 'eslint'
import path from 'node:path'
import tseslint from 'typescript-eslint'
import { expect, it } from 'vitest'
import { markedLines, programsIn, root, typedFile } from './programs.js'

const linter = new Linter({ cwd: root })

/** The lines that rules of typescript-eslint report in a program. */
function theirs(program: string, rules: readonly string[]): number[] {
  const messages = linter.verify(
    program,
    {
      files: ['**/*.ts'],
      plugins: { '@typescript-eslint': tseslint.plugin as never },
      languageOptions: { parser: tseslint.parser as Linter.Parser, parserOptions: { projectService: true, tsconfigRootDir: path.dirname(typedFile) } },
      rules: Object.fromEntries(rules.map(rule => [`@typescript-eslint/${rule}`, 'error'])),
    },
    { filename: typedFile },
  )
  return messages.map(({ line }) => line)
}

// The differences are the ones that docs/rules/no-floating-promises.md argues; each is marked in the programs.
it.each(programsIn('test/fixtures/programs/floating.ts'))('typescript-eslint has the same verdict, but for what is marked: %s', (_name, program) => {
  const marked = program.split('\n').flatMap((line, at) => (line.endsWith('// theirs only') ? [at + 1] : []))
  const expected = [...new Set([...markedLines(program, 'TypeScript with types'), ...marked])].sort((a, b) => a - b)
  expect(theirs(program, ['no-floating-promises'])).toEqual(expected)
})

// What the table in README says that they do not find.
it.each([...programsIn('test/fixtures/programs/variables.ts'), ...programsIn('test/fixtures/programs/late.ts')])('typescript-eslint reports nothing that is marked: %s', (_name, program) => {
  const reported = theirs(program, ['no-floating-promises', 'no-misused-promises', 'return-await'])
  expect(markedLines(program, 'TypeScript with types').filter(line => reported.includes(line))).toEqual([])
})
