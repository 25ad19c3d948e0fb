import tseslint from 'typescript-eslint'
import structuredAsync from '../dist/index.js'

/** Asks the type of every call and reports nothing: what any typed rule pays. */
const floor = {
  rules: {
    floor: {
      create(context) {
        const { program, esTreeNodeToTSNodeMap } = context.sourceCode.parserServices
        const checker = program.getTypeChecker()
        return {
          CallExpression(node) {
            checker.getTypeAtLocation(esTreeNodeToTSNodeMap.get(node))
          },
        }
      },
    },
  },
}
const rules = {
  floor: { 'floor/floor': 'error' },
  ours: { 'floor/floor': 'error', 'structured-async/no-floating-promises': 'error' },
  theirs: { 'floor/floor': 'error', '@typescript-eslint/no-floating-promises': 'error' },
}

export default [
  {
    files: ['**/*.ts'],
    plugins: { floor, 'structured-async': structuredAsync, '@typescript-eslint': tseslint.plugin },
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: rules[process.env.VARIANT],
  },
]
