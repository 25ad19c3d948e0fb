import { Linter } from 'eslint'
import path from 'node:path'
import tseslint from 'typescript-eslint'
import { expect, it } from 'vitest'
import { markedLines, programsIn, root, typedFile } from './programs.js'

const linter = new Linter({ cwd: root })

// The differences are the ones that docs/rules/no-floating-promises.md argues; each is marked in the programs.
it.each(programsIn('test/fixtures/programs/floating.ts'))('typescript-eslint has the same verdict, but for what is marked: %s', (_name, program) => {
  const messages = linter.verify(
    program,
    {
      files: ['**/*.ts'],
      plugins: { '@typescript-eslint': tseslint.plugin as never },
      languageOptions: { parser: tseslint.parser as Linter.Parser, parserOptions: { projectService: true, tsconfigRootDir: path.dirname(typedFile) } },
      rules: { '@typescript-eslint/no-floating-promises': 'error' },
    },
    { filename: typedFile },
  )
  const marked = program.split('\n').flatMap((line, at) => (line.endsWith('// theirs only') ? [at + 1] : []))
  const expected = [...new Set([...markedLines(program, 'TypeScript with types'), ...marked])].sort((a, b) => a - b)
  expect(messages.map(({ line }) => line)).toEqual(expected)
})
