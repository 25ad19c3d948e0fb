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
/** The part of ours that does what theirs of the same name does. */
const statementsOnly = { callbacks: false, conditions: false, containers: false, variables: false }
const rules = {
  floor: {},
  statements: { 'structured-async/no-floating-promises': ['error', statementsOnly] },
  ours: { 'structured-async/no-floating-promises': ['error', { attributes: true }] },
  theirs: { '@typescript-eslint/no-floating-promises': 'error' },
  rest: Object.fromEntries(Object.entries(structuredAsync.configs.recommendedTypeChecked.rules).filter(([name]) => !/sequential|concurrent/.test(name))),
  all: structuredAsync.configs.recommendedTypeChecked.rules,
  both: { '@typescript-eslint/no-floating-promises': 'error', '@typescript-eslint/no-misused-promises': 'error' },
  three: { '@typescript-eslint/no-floating-promises': 'error', '@typescript-eslint/no-misused-promises': 'error', '@typescript-eslint/await-thenable': 'error' },
}

export default [
  {
    files: ['**/*.ts'],
    plugins: { floor, 'structured-async': structuredAsync, '@typescript-eslint': tseslint.plugin },
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: { 'floor/floor': 'error', ...rules[process.env.VARIANT] },
  },
]
