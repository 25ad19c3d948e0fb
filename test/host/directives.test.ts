import { expect, it } from 'vitest'
import { findAll } from '../../analysis/find.js'
import { defaultFloatingOptions, floatingFinder } from '../../analysis/promises/floating.js'
import { hiding } from '../../host/directives.js'
import { readings } from '../programs.js'

it.each([
  ['the next line', '// eslint-disable-next-line structured-async/no-floating-promises -- on purpose\nsave()', true],
  ['the next line, for all rules', '/* eslint-disable-next-line */\nsave()', true],
  ['the line behind a comment of several', '/* eslint-disable-next-line\n  structured-async/no-floating-promises */\nsave()', true],
  ['the same line', 'save() // eslint-disable-line structured-async/no-floating-promises, no-console', true],
  ['a block', '/* eslint-disable structured-async/no-floating-promises */\nsave()\n/* eslint-enable */', true],
  ['a block that has ended for this rule', '/* eslint-disable */\n/* eslint-enable structured-async/no-floating-promises */\nsave()', false],
  ['a block that has ended for another', '/* eslint-disable */\n/* eslint-enable no-console */\nsave()', true],
  ['a block that begins later', 'save()\n/* eslint-disable */', false],
  ['a block by a line comment, which ESLint does not read', '// eslint-disable\nsave()', false],
  ['a file', 'save()\n/* eslint structured-async/no-floating-promises: "off", no-console: 2 */', true],
  ['a file, by options', '/* eslint structured-async/no-floating-promises: [0, { ignoreVoid: true }] */\nsave()', true],
  ['a rule that is turned on', '/* eslint structured-async/no-floating-promises: "error" */\nsave()', false],
  ["another linter's rule that ours does the work of", '// eslint-disable-next-line @typescript-eslint/no-floating-promises\nsave()', true],
  ['another rule', '// eslint-disable-next-line structured-async/no-late-await\nsave()', false],
  ['another line', '// eslint-disable-next-line\n\nsave()', false],
  ['a word that only begins so', '// eslint-disabled-next-line\nsave()', false],
])('eslint-disable: %s', (_name, code, isHidden) => {
  const unit = readings.JavaScript(`async function save() {}\n${code}\n`)
  const facts = findAll(floatingFinder, unit, defaultFloatingOptions)
  expect(facts.map(({ node }) => hiding(unit)('no-floating-promises', node))).toEqual([isHidden])
})
