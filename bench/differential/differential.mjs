// npm run sweep -- differential [--programs <n>] [--seed <n>]: random programs before and after loop-to-gather and
// sequential-to-gather, run under scripted clocks. As long as nothing fails: same results, same state, same writes in the same order, never slower. When
// something fails: an error that an operation really threw, the same state (of fields one that the program before goes through), no new unhandled
// rejection, nothing that writes on.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate, render, smaller, stateText } from './program.mjs'
import { makeSchedule, World } from './world.mjs'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

/**
 * Checks `count` programs that follow from `seed`; gives how many were rewritten, in how many places, and the counterexamples
 * made as small as they get. `tools` are `loadUnit`, `runCodemod`, `codemods` and `gather`, from the build or from the sources.
 */
export async function checkPrograms({ count, seed, schedules = 6, batch = 250, folder = path.join(root, '.cache/differential'), tools, onBatch = () => {} }) {
  const totals = { programs: 0, rewritten: 0, places: 0, runs: 0, faster: 0, counterexamples: [] }
  for (let from = 0; from < count; from += batch) {
    const programs = Array.from({ length: Math.min(batch, count - from) }, (_, at) => ({ id: from + at, program: generate(seed + from + at) }))
    const place = path.join(folder, String(from))
    rmSync(place, { recursive: true, force: true })
    for (const { id, program } of programs) writeProgram(path.join(place, String(id)), program)
    writeConfig(place)
    for (const { id, program } of programs) {
      totals.programs++
      const target = id % 2 === 0 ? 'structured-async' : 'native'
      const result = await check(path.join(place, String(id)), target, seed + id, schedules, tools)
      totals.places += result.places
      totals.rewritten += result.places > 0 ? 1 : 0
      totals.runs += result.runs
      totals.faster += result.faster
      if (result.problem) totals.counterexamples.push(await shrink(path.join(place, 'shrunk'), program, target, seed + id, schedules, tools, result))
    }
    rmSync(place, { recursive: true, force: true })
    onBatch(totals)
  }
  return totals
}

function writeProgram(folder, program) {
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries({ ...render(program), state: stateText })) writeFileSync(path.join(folder, `${name}.js`), text)
}

function writeConfig(folder) {
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { allowJs: true, noEmit: true, target: 'es2022', module: 'nodenext', moduleDetection: 'force', lib: ['es2022', 'dom'], types: ['node'], skipLibCheck: true }, include: ['**/*.js'] }))
}

/** Rewrites one program and runs both under each schedule; `problem` says what went wrong first. */
async function check(folder, target, seed, schedules, { loadUnit, runCodemod, codemods, gather }) {
  const texts = {}
  let places = 0
  for (const name of ['one', 'two']) {
    const file = path.join(folder, `${name}.js`)
    const before = readFileSync(file, 'utf8')
    const read = text => loadUnit(file, text).unit
    const { untyped } = loadUnit(file, before)
    if (untyped) throw new Error(`${file} has no types: ${untyped}`)
    const apply = from => codemods.reduce(({ text, count }, codemod) => {
      const result = runCodemod(codemod, text, read, { target })
      return { text: result.text, count: count + result.changed.length }
    }, { text: from, count: 0 })
    const { text, count, error } = attempt(() => apply(before))
    if (error) return { places, runs: 0, faster: 0, texts: { one: { before, after: '' }, two: { before, after: '' } }, problem: String(error.message) }
    places += count
    if (apply(text).text !== text) return { places, runs: 0, faster: 0, texts: { ...texts, one: texts.one ?? { before, after: text }, two: { before, after: text } }, problem: 'a second run changes it again' }
    texts[name] = { before, after: text }
  }
  const result = { places, runs: 0, faster: 0, texts }
  if (places === 0) return result
  for (let at = 0; at < schedules; at++) {
    const mayFail = at >= schedules / 2
    const [before, after] = [await execute(texts, 'before', seed * 100 + at, mayFail, gather), await execute(texts, 'after', seed * 100 + at, mayFail, gather)]
    result.runs++
    if (after.at < before.at) result.faster++
    const problem = difference(before, after)
    if (problem) return { ...result, problem: `${problem} (schedule ${seed * 100 + at}${mayFail ? ', with failures' : ''})` }
  }
  return result
}

function attempt(action) {
  try {
    return action()
  } catch (error) {
    return { error }
  }
}

function difference(before, after) {
  if (before.broken) return undefined
  if (after.broken) return `the rewritten program does not run: ${after.broken}`
  if (before.hangs || after.hangs) return before.hangs === after.hangs ? undefined : 'only one of them ends'
  if (after.unhandled > before.unhandled) return 'a new unhandled rejection'
  const isOfPrefix = before.fields !== after.fields && (before.hasFailed || before.error !== undefined) && before.seen.has(after.fields)
  if (before.error === undefined) {
    if (after.error !== undefined) return `it fails now: ${after.error}`
    // What is read behind a catch may be a field that a failure left as it was.
    if (after.value !== before.value && !isOfPrefix) return `another result: ${after.value} instead of ${before.value}`
    if (!before.hasFailed && after.at > before.at) return `slower: ${after.at} instead of ${before.at}`
  } else if (after.error === undefined) return 'it does not fail any more'
  else if (!after.isThrown) return `an error that nothing threw: ${after.error}`
  if (after.lateWrites > before.lateWrites) return 'something writes on when it is done'
  if (after.fields !== before.fields && !isOfPrefix) return `other fields: ${after.fields} instead of ${before.fields}`
  return after.state === before.state || (isOfPrefix && before.hasFailed) ? undefined : `another state: ${after.state} instead of ${before.state}`
}

/** Runs the text of both files as one program. */
async function execute(texts, which, seed, mayFail, gather) {
  const world = new World(makeSchedule(seed, mayFail))
  const body = [stateText, texts.one[which], texts.two[which]].map(text => text.replace(/^import [^\n]*\n/gm, '').replace(/^export /gm, '')).join('\n')
  let main
  try {
    main = new Function('readFile', 'writeFile', 'fetch', 'gather', `${body}\nreturn { entry, state, log, services: [${['oneService', 'twoService'].filter(name => body.includes(`const ${name} =`)).join(', ')}] }`)(world.readFile, world.writeFile, world.fetch, gather)
  } catch (error) {
    return { broken: String(error) }
  }
  let unhandled = 0
  const count = () => unhandled++
  process.on('unhandledRejection', count)
  try {
    const seen = new Set()
    const { value, error, at, hangs } = await world.run(() => main.entry('in'), () => seen.add(JSON.stringify(main.services)))
    await new Promise(resolve => setImmediate(resolve))
    if (error instanceof ReferenceError || error instanceof TypeError || error instanceof SyntaxError) return { broken: String(error) }
    const fields = JSON.stringify(main.services)
    const state = JSON.stringify([main.state, main.log, world.files, world.server, world.writes])
    return { value, at, hangs, hasFailed: main.log.length > 0, unhandled, state, fields, seen, lateWrites: world.lateWrites, error: error && String(error), isThrown: error && (world.thrown.has(error) || /^Error: helper\d+$/.test(String(error))) }
  } finally {
    process.off('unhandledRejection', count)
  }
}

/** The smallest program that still goes wrong, with its texts. */
async function shrink(folder, program, target, seed, schedules, tools, found) {
  let best = { program, ...found }
  if (process.env.DEBUG) console.log(found.problem)
  let attempts = 0
  for (let again = true; again; ) {
    again = false
    for (const candidate of smaller(best.program)) {
      // A folder of its own each time, since a project that is open does not look for new files.
      const place = path.join(folder, String(attempts++))
      writeProgram(place, candidate)
      writeConfig(place)
      const result = await check(place, target, seed, schedules, tools).catch(() => ({}))
      // What goes wrong in another way, such as a name that is gone, is another program.
      if (kindOf(result) !== kindOf(found)) continue
      if (attempts > most) return told(best, seed, target)
      best = { program: candidate, ...result }
      again = true
      break
    }
  }
  return told(best, seed, target)
}

/** How many smaller programs are tried: each is a project of its own for the type checker. */
const most = 80

function kindOf({ problem = '' }) {
  return problem.replace(/\(schedule.*/, '').replace(/instead of.*|: \[.*/, '').replace(/\bv\d+\b/g, '')
}

function told(best, seed, target) {
  return { problem: best.problem, seed, target, before: `${best.texts.one.before}\n// two.js\n${best.texts.two.before}`, after: `${best.texts.one.after}\n// two.js\n${best.texts.two.after}` }
}
