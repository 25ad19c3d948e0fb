// npm start: shows the whole path on examples/receipts. npm start -- <path>: scans a project and previews the rewrites.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build, install, root } from './setup.mjs'

const [given] = process.argv.slice(2)
install()
build()
const cli = path.join(root, 'dist/cli/main.js')

if (given === undefined) await showExample()
else {
  // npm runs this in the project's root; the path was typed somewhere else.
  const target = path.resolve(process.env.INIT_CWD ?? process.cwd(), given)
  title(`What is wrong in ${given}`)
  const scanned = structuredAsync('scan', target)
  title('What the codemods would change (nothing is written)')
  const fixed = structuredAsync('fix', target)
  // Findings are what was asked for; only a failure is one.
  process.exitCode = Math.max(scanned, fixed) > 1 ? 2 : 0
}

async function showExample() {
  const example = path.join(root, 'examples/receipts')
  title('1. A program, and what is wrong with it: structured-async scan examples/receipts')
  structuredAsync('scan', example)

  title('2. The program as it is: it says that all is done, then dies of an error that its catch never sees')
  const folder = path.join(root, '.cache/start')
  rmSync(folder, { recursive: true, force: true })
  await runCopy(example, path.join(folder, 'before'))

  title('3. What the codemod changes: structured-async fix examples/receipts')
  structuredAsync('fix', example)

  title('4. The program after it: it waits for every receipt, and its catch gets the error')
  await runCopy(example, path.join(folder, 'after'), copy => {
    structuredAsync('fix', '--write', '--allow-dirty', path.join(copy, 'receipts.ts'), { quiet: true })
  })
}

async function runCopy(example, copy, change = () => {}) {
  mkdirSync(copy, { recursive: true })
  cpSync(example, copy, { recursive: true })
  change(copy)
  const { default: ts } = await import('typescript')
  const source = readFileSync(path.join(copy, 'receipts.ts'), 'utf8')
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } })
  writeFileSync(path.join(copy, 'receipts.js'), outputText)
  console.log('$ node receipts.js')
  const { status } = spawnSync(process.execPath, [path.join(copy, 'receipts.js')], { stdio: ['ignore', 'inherit', 'inherit'] })
  console.log(`(exit code ${status})`)
}

function structuredAsync(...args) {
  const options = typeof args.at(-1) === 'object' ? args.pop() : {}
  const { status } = spawnSync(process.execPath, [cli, ...args], { stdio: options.quiet ? ['ignore', 'ignore', 'inherit'] : ['ignore', 'inherit', 'inherit'] })
  return status ?? 2
}

function title(text) {
  console.log(`\n=== ${text}\n`)
}
