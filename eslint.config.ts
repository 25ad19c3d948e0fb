import tseslint from 'typescript-eslint'
import structuredAsync from './index.js'

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', 'test/fixtures/', 'examples/', 'bench/out/', '.cache/'] },
  tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    extends: [structuredAsync.configs.recommendedTypeChecked],
  },
  // Programs that wait for themselves are what it tests.
  { files: ['test/runtime/deadlock.test.ts'], rules: { 'structured-async/no-self-await': 'off' } },
  { files: ['**/*.mjs'], extends: [structuredAsync.configs.recommended] },
)
