// Whether following promises takes time in proportion to the size of a function: one function grows from 10² to 10⁵
// statements, and the promises in it with it. Beside each, the time that parsing it takes.
import { loadUnit } from '../dist/host/units.js'
import { findAll } from '../dist/analysis/find.js'
import { defaultFloatingOptions } from '../dist/analysis/promises/floating.js'
import { forgottenFinder } from '../dist/analysis/promises/forgotten.js'
import { defaultLateOptions, lateFinder } from '../dist/analysis/promises/late.js'
import { median, writeSection } from './results.mjs'

const isShort = process.argv.includes('--short')
const sizes = isShort ? [1e2, 1e3, 1e4] : [1e2, 1e3, 1e4, 1e5]
const rounds = isShort ? 1 : 3

/** Where the promises of a function of `size` statements are awaited: at once, behind a branch, or all at its end. */
const shapes = {
  'awaited at once': size => many(size / 2, at => `const p${at} = f(${at})\n  await p${at}`),
  'a branch between': size => many(size / 3, at => `const p${at} = f(${at})\n  if (c) console.log(${at})\n  await p${at}`),
  'all awaited at the end': size => `${many(size / 2, at => `const p${at} = f(${at})`)}\n${many(size / 2, at => `await p${at}`)}`,
  'forgotten by a return': size => many(size / 3, at => `const p${at} = f(${at})\n  if (c === ${at}) return\n  await p${at}`),
}

const lines = ['| promises | statements | parse, ms | forgotten, ms | late, ms | µs per statement |', '|---|---:|---:|---:|---:|---:|']
for (const [shape, body] of Object.entries(shapes)) {
  for (const size of sizes) {
    const program = `async function f(x) { return x }\nexport async function main(c) {\n${body(size)}\n}\n`
    const figures = Array.from({ length: rounds }, () => {
      const [parse, unit] = timed(() => loadUnit('/nowhere/file.js', program, { types: false }).unit)
      const [forgotten] = timed(() => findAll(forgottenFinder, unit, defaultFloatingOptions))
      const [late] = timed(() => findAll(lateFinder, unit, defaultLateOptions))
      return { parse, forgotten, late }
    })
    const [parse, forgotten, late] = ['parse', 'forgotten', 'late'].map(name => median(figures.map(figure => figure[name])))
    lines.push(`| ${shape} | ${size} | ${parse.toFixed(0)} | ${forgotten.toFixed(0)} | ${late.toFixed(0)} | ${(((forgotten + late) * 1000) / size).toFixed(1)} |`)
  }
}
const report = ['## Following promises: `npm run bench -- flow`', '', `Node ${process.version}, ${rounds} rounds, medians. The last column is both analyses together.`, '', ...lines].join('\n')
console.log(report)
if (!isShort) writeSection(report)

function many(count, statement) {
  return Array.from({ length: Math.round(count) }, (_, at) => `  ${statement(at)}`).join('\n')
}

function timed(run) {
  const started = performance.now()
  const result = run()
  return [performance.now() - started, result]
}
