// npm run new rule|codemod <name>: makes the source, the test and the page from templates; never overwrites.
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './setup.mjs'

const [kind, name] = process.argv.slice(2)
if ((kind !== 'rule' && kind !== 'codemod') || !/^[a-z]+(?:-[a-z]+)*$/.test(name ?? '')) {
  console.error('Usage: npm run new rule|codemod <name-in-kebab-case>')
  process.exit(2)
}
const constant = name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())

const files = {
  rule: {
    [`rules/${name}.ts`]: `import type { Fact } from '../analysis/facts.js'
import type { RuleDefinition } from './rule.js'

export const ${constant}: RuleDefinition<Fact, object> = {
  name: '${name}',
  description: 'Require …',
  presets: ['recommended', 'recommendedTypeChecked'],
  defaultOptions: {},
  schema: { type: 'object', additionalProperties: false, properties: {} },
  messages: {
    found: 'What will go wrong, and what to do.',
  },
  finders: [],
  report: fact => ({ node: fact.node, message: 'found', suggestions: [] }),
}
`,
    [`test/rules/${name}.test.ts`]: `import { expect, it } from 'vitest'
import { lint } from '../lint.js'

it('reports', () => {
  expect(lint('', { rule: '${name}' })).toHaveLength(1)
})
`,
    [`docs/rules/${name}.md`]: `# ${name}

Require ….

## What it finds

## What it leaves alone
`,
  },
  codemod: {
    [`codemods/${name}.ts`]: `import { toTransform } from './adapter.js'
import type { CodemodDefinition } from './codemod.js'

export const ${constant}: CodemodDefinition = {
  name: '${name}',
  description: 'What it does, as a sentence.',
  rewrites: () => [],
}

export default toTransform(${constant})
`,
    [`test/codemods/${name}.test.ts`]: `import { expect, it } from 'vitest'
import { ${constant} } from '../../codemods/${name}.js'
import { runCodemod } from '../../codemods/codemod.js'
import { readings } from '../programs.js'

it('rewrites', () => {
  expect(runCodemod(${constant}, 'before', readings.JavaScript, { target: 'structured-async' }).text).toBe('after')
})
`,
    [`docs/codemods/${name}.md`]: `# ${name}

What it does, as a sentence.

## What it leaves alone
`,
  },
}[kind]

const existing = Object.keys(files).filter(file => existsSync(path.join(root, file)))
if (existing.length > 0) {
  console.error(`Already there, left as it is: ${existing.join(', ')}`)
  process.exit(2)
}
for (const [file, text] of Object.entries(files)) {
  writeFileSync(path.join(root, file), text)
  console.log(`made ${file}`)
}
console.log(kind === 'rule' ? 'Next: add it to rules/all.ts and the README table; npm test says what else is missing.' : 'Next: add it to codemods/all.ts and the README; npm test says what else is missing.')
