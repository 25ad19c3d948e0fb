// npm run parity -- <path to typescript-eslint's tests/rules/no-floating-promises.test.ts, or no-misused-promises.test.ts>
// Runs their test cases, which are not part of this project, through our rule and theirs and compares the verdicts
// statement by statement, or line by line. Prints every difference.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Linter } from 'eslint'
import ts from 'typescript'
import tseslint from 'typescript-eslint'
import plugin from '../dist/index.js'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const file = process.argv[2]
if (!file) {
  console.error('Usage: npm run parity -- <their no-floating-promises.test.ts or no-misused-promises.test.ts>')
  process.exit(2)
}

const misused = ['dropped', 'tested', 'accumulated', 'executed', 'condition', 'spread']
/** For each of their rules: what of ours is compared with it, given their options, and by what a report is told. */
const compared = {
  'no-floating-promises': {
    options: given => ({ ...given, callbacks: false, conditions: false, containers: false, variables: false }),
    messages: () => true,
    place: (source, message) => statementLine(source, message),
  },
  'no-misused-promises': {
    options: ({ checksConditionals = true, checksSpreads = true, checksVoidReturn = true } = {}) => ({
      attributes: checksVoidReturn !== false && checksVoidReturn.attributes !== false,
      callbacks: checksVoidReturn !== false,
      conditions: checksConditionals !== false && checksSpreads !== false,
    }),
    messages: ({ messageId }) => misused.includes(messageId),
    place: (_source, { line }) => line,
  },
}
const theirRule = path.basename(file).replace('.test.ts', '')
const rule = compared[theirRule] ?? compared['no-floating-promises']

const cases = collect(readFileSync(file, 'utf8'))
const linter = new Linter({ cwd: root })
let differences = 0
for (const { code, options, name } of cases) {
  const theirs = statements(code, { [`@typescript-eslint/${theirRule}`]: ['error', ...options] })
  const ours = statements(code, { 'structured-async/no-floating-promises': ['error', rule.options(options[0])] })
  const broken = [...theirs, ...ours].find(entry => entry.startsWith('fatal'))
  if (!broken && theirs.join() === ours.join()) continue
  differences++
  console.log(`\n--- ${name}: theirs ${theirs.join(' | ') || 'silent'}; ours ${ours.join(' | ') || 'silent'}\n${code}\n${JSON.stringify(options)}`)
}
console.log(`\n${cases.length} cases, ${differences} with a different verdict`)

/** The lines of the statements that a rule reports; a rule may report a statement once or once per operand. */
function statements(code, rules, extension = '.ts') {
  const messages = linter.verify(code, {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true, tsconfigRootDir: path.join(root, 'test/fixtures/typed') } },
    plugins: { '@typescript-eslint': tseslint.plugin, 'structured-async': plugin },
    rules,
  }, { filename: path.join(root, `test/fixtures/typed/${extension === '.ts' ? 'file' : 'component'}${extension}`) })
  if (extension === '.ts' && messages.some(message => message.fatal)) return statements(code, rules, '.tsx')
  const told = messages.filter(message => message.fatal || message.ruleId.startsWith('@') || rule.messages(message))
  const source = ts.createSourceFile('file.ts', code, ts.ScriptTarget.Latest, true)
  return [...new Set(told.map(message => (message.fatal ? `fatal ${message.message}` : `line ${rule.place(source, message)}`)))].sort()
}

function statementLine(source, message) {
  const position = source.getPositionOfLineAndCharacter(message.line - 1, message.column - 1)
  let found = source
  const descend = node => {
    if (position < node.getStart(source) || position >= node.getEnd()) return
    if (ts.isExpressionStatement(node) || ts.isArrowFunction(node)) found = node
    ts.forEachChild(node, descend)
  }
  descend(source)
  return source.getLineAndCharacterOfPosition(found.getStart(source)).line + 1
}

/** Runs the test file with a rule tester that only listens. */
function collect(text) {
  const { outputText } = ts.transpileModule(text, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true } })
  const found = []
  const ruleTester = {
    run(_name, _rule, { valid, invalid }) {
      for (const [kind, list] of Object.entries({ valid, invalid })) {
        list.forEach((entry, at) => {
          const test = typeof entry === 'string' ? { code: entry } : entry
          found.push({ name: `${kind} ${at}`, code: test.code, options: test.options ?? [] })
        })
      }
    },
  }
  const modules = { '../RuleTester': { createRuleTesterWithTypes: () => ruleTester, getFixturesRootDir: () => path.join(root, 'test/fixtures/typed') }, 'node:path': path }
  new Function('require', 'exports', 'module', outputText)(id => modules[id] ?? { default: {}, noFormat: String.raw }, {}, {})
  return found
}
