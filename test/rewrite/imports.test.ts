import { expect, it } from 'vitest'
import { loadUnit } from '../../host/units.js'
import { applyEdits } from '../../rewrite/edit.js'
import { importEdits } from '../../rewrite/imports.js'

const needs = [{ name: 'gather', from: 'structured-async' }]
const withImport = (text: string, file = '/nowhere/a.ts'): string => applyEdits(text, importEdits(loadUnit(file, text, { types: false }).unit, needs))

it.each([
  ['behind the last import, in its style', `import a from "a";\nimport b from "b"; // b\n\na(b);\n`, `import a from "a";\nimport b from "b"; // b\nimport { gather } from "structured-async";\n\na(b);\n`],
  ['before the first statement', `f()\n`, `import { gather } from 'structured-async'\n\nf()\n`],
  ['before the comment of the first statement', `// about f\nf()\n`, `import { gather } from 'structured-async'\n\n// about f\nf()\n`],
  ['behind a header', `/* eslint-disable */\n\nf();\n`, `/* eslint-disable */\n\nimport { gather } from 'structured-async';\n\nf();\n`],
  ['into an import of the package', `import { sleep } from 'structured-async'\n`, `import { sleep, gather } from 'structured-async'\n`],
  ['not twice', `import { gather as all } from 'structured-async'\n`, `import { gather as all } from 'structured-async'\n`],
  ['beside an import of types', `import type { Task } from 'structured-async'\n`, `import type { Task } from 'structured-async'\nimport { gather } from 'structured-async'\n`],
  ['beside a namespace', `import * as sa from 'structured-async'\n`, `import * as sa from 'structured-async'\nimport { gather } from 'structured-async'\n`],
  ['with CRLF', `import a from 'a'\r\na()\r\n`, `import a from 'a'\r\nimport { gather } from 'structured-async'\r\na()\r\n`],
])('%s', (_name, before, after) => {
  expect(withImport(before)).toBe(after)
  expect(withImport(after)).toBe(after)
})

it.each([
  ['a CommonJS file', '/nowhere/a.cjs', `f()\n`, `const { gather } = require('structured-async')\n\nf()\n`],
  ['a file that requires', '/nowhere/a.js', `'use strict'\nconst a = require("a")\n`, `'use strict'\nconst a = require("a")\nconst { gather } = require("structured-async")\n`],
  ['into a require of the package', '/nowhere/a.js', `const { sleep } = require('structured-async')\n`, `const { sleep, gather } = require('structured-async')\n`],
  ['a module by extension', '/nowhere/a.mjs', `f()\n`, `import { gather } from 'structured-async'\n\nf()\n`],
])('%s', (_name, file, before, after) => {
  expect(withImport(before, file)).toBe(after)
  expect(withImport(after, file)).toBe(after)
})
