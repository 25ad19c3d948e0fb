// npm test: set-up, types, lint with the project's own rules, every suite, the short sweep.
import { build, install, step } from './setup.mjs'

install()
build()
const node = process.execPath
step('types', node, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'])
step('lint', node, ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'])
step('suites', node, ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)])
step('sweep, short', node, ['bench/sweep.mjs', '--short'])
