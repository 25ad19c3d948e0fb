/** A random program of a few functions in two files, as data: so that a failing one can be made smaller. */

/** The same numbers for the same seed (mulberry32). */
export function random(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = count => Math.floor(next() * count)
  return { next, below, pick: list => list[below(list.length)], chance: share => next() < share }
}

const paths = ['/a', '/b', '/c']
const urls = ['/users', '/posts', '/tags']

/** `{ functions: [{ file, name, isMethod, isAsync, lines }] }`; the last function is the entry, methods belong to the file's one service. A line is `{ text, defines? }` or `{ open, lines, close }`. */
export function generate(seed) {
  const dice = random(seed)
  const functions = []
  const helpers = 2 + dice.below(4)
  for (let at = 0; at < helpers; at++) functions.push(makeFunction(dice, `helper${at}`, dice.pick(['one', 'two']), functions, 1 + dice.below(4)))
  functions.push(makeFunction(dice, 'entry', 'one', functions, 3 + dice.below(6)))
  return { functions }
}

function makeFunction(dice, name, file, known, size) {
  // Some helpers are no async function, and throw before they give a promise.
  const isAsync = name === 'entry' || dice.chance(0.85)
  const isMethod = name !== 'entry' && dice.chance(0.35)
  const scope = { names: isMethod ? ['input', 'this.last', 'this.both'] : ['input'], lets: [], next: 0, functions: known, dice, isAsync, isMethod }
  const lines = isAsync ? makeLines(scope, size) : [{ text: `if (input === 'bad${dice.below(3)}') throw new Error('${name}')` }]
  const result = isAsync ? `return brief([${scope.names.join(', ')}].join())` : `return ${call(scope)}`
  return { file, name, isMethod, isAsync, lines, result }
}

function makeLines(scope, size) {
  return Array.from({ length: size }, () => makeLine(scope)).flat()
}

function makeLine(scope) {
  const { dice } = scope
  const kind = dice.below(22)
  if (kind < 9) {
    const [value, name] = [`await ${call(scope)}`, fresh(scope)]
    return { text: `const ${name} = ${value}` }
  }
  if (kind === 9) {
    const [value, name] = [expression(scope), fresh(scope)]
    return { text: `const ${name} = ${value} + '!'` }
  }
  if (kind === 10) return { text: `${scope.isMethod && dice.chance(0.7) ? 'this.last' : `state.${dice.pick(['x', 'y'])}`} = await ${call(scope)}` }
  if (kind === 11) return { text: `state.count += 1` }
  if (kind === 12) return { text: `await ${call(scope)}` }
  if (kind === 13) {
    const [one, two] = [call(scope), call(scope)]
    return { text: `const ${fresh(scope)} = [await ${one}, await ${two}].join('+')` }
  }
  if (kind === 14) {
    const [one, two] = [call(scope), call(scope)]
    return { text: `const ${fresh(scope)} = JSON.stringify({ one: await ${one}, two: await ${two} })` }
  }
  if (kind === 15) {
    const [one, two] = [call(scope), call(scope)]
    return { text: `const ${fresh(scope)} = \`\${await ${one}} \${await ${two}}\`` }
  }
  if (kind === 16) return { text: `if (${expression(scope)} === 'never') return 'early'` }
  if (kind === 17) {
    const name = fresh(scope)
    return [{ text: `let ${name} = await ${call({ ...scope, names: scope.names.slice(0, -1) })}` }, { text: `${name} = ${name} + await ${call({ ...scope, names: scope.names.slice(0, -1) })}` }]
  }
  if (kind > 19) return makeLoop(scope)
  const inner = { ...scope, names: [...scope.names] }
  const lines = makeLines(inner, 2)
  scope.next = inner.next
  return kind === 18 ? { open: 'try {', lines, close: `} catch (error) { log.push('caught ' + kindOf(error)) }` } : { open: `if (${expression(scope)} !== 'never') {`, lines, close: '}' }
}

/** A list, and a loop that adds to it something for each of a few elements, or of many. */
function makeLoop(scope) {
  const { dice } = scope
  const [list, element] = [`list${scope.next++}`, `item${scope.next++}`]
  const source = dice.chance(0.6) ? `[${expression(scope)}, ${expression(scope)}, 'third']` : `Array.from({ length: ${dice.below(14)} }, (_, at) => 'e' + at)`
  const inner = { ...scope, names: [...scope.names, element, element, element] }
  const before = dice.chance(0.5) ? [] : makeLines(inner, 1 + dice.below(2))
  const value = dice.chance(0.5) ? `await ${call(inner)}` : `${expression(inner)}${dice.chance(0.3) ? ` + await ${call(inner)}` : ''}`
  const added = dice.chance(0.2) ? `...[${element}, ${value}]` : value
  const lines = [...before, { text: dice.chance(0.2) ? `${list}.push(\n      ${added},\n    )` : `${list}.push(${added})` }]
  scope.next = inner.next
  scope.names.push(`${list}.join()`)
  return [{ text: `const ${list} = []` }, { open: `for (const ${element} of ${source}) {`, lines, close: '}' }]
}

function fresh(scope) {
  const name = `v${scope.next++}`
  scope.names.push(name)
  return name
}

function expression({ dice, names }) {
  return dice.pick(names)
}

/** Something that gives a promise: reads and writes of a file and a server, state, and other functions. */
function call(scope) {
  const { dice, functions } = scope
  const kind = dice.below(12)
  if (kind < 3) return `readFile('${dice.pick(paths)}', 'utf8')`
  if (kind < 5) return `fetch('${dice.pick(urls)}').then(response => response.text())`
  if (kind === 5 && dice.chance(0.5)) return `writeFile('${dice.pick(paths)}', ${expression(scope)}).then(() => 'written')`
  if (kind === 6 && dice.chance(0.5)) return `fetch('${dice.pick(urls)}', { method: 'POST', body: ${expression(scope)} }).then(response => response.text())`
  if (kind === 7 && dice.chance(0.5)) return `(async () => { state.count += 1; return 'counted' })()`
  const other = functions.length > 0 ? dice.pick(functions) : undefined
  return other ? `${other.isMethod ? `${serviceOf(other.file)}.` : ''}${other.name}(${dice.chance(0.3) ? `'${dice.pick(['bad0', 'bad1', 'good'])}'` : expression(scope)})` : `readFile('${dice.pick(paths)}', 'utf8')`
}

function serviceOf(file) {
  return `${file}Service`
}

/** The text of a program's files, as modules. */
export function render({ functions }) {
  const files = { one: [], two: [] }
  const inFile = (file, isMethod) => functions.filter(fn => fn.file === file && Boolean(fn.isMethod) === isMethod)
  for (const file of ['one', 'two']) {
    files[file].push(...inFile(file, false).map(({ name, isAsync, lines, result }) => `export ${isAsync ? 'async ' : ''}function ${name}(input) {\n${body(lines, result, '  ')}\n}`))
    const methods = inFile(file, true).map(({ name, isAsync, lines, result }) => `  ${isAsync ? 'async ' : ''}${name}(input) {\n${body(lines, result, '    ')}\n  }`)
    if (methods.length > 0) files[file].push(`class ${file}Class {\n  last = ''\n  get both() {\n    return this.last + state.x\n  }\n${methods.join('\n')}\n}\nexport const ${serviceOf(file)} = new ${file}Class()`)
  }
  const namesIn = file => [...inFile(file, false).map(({ name }) => name), ...(inFile(file, true).length > 0 ? [serviceOf(file)] : [])]
  const head = (file, other) => [
    `import { readFile, writeFile } from 'node:fs/promises'`,
    `import { state, log, kindOf, brief } from './state.js'`,
    ...(namesIn(other).length > 0 ? [`import { ${namesIn(other).join(', ')} } from './${other}.js'`] : []),
  ]
  return Object.fromEntries(['one', 'two'].map(file => [file, `${[...head(file, file === 'one' ? 'two' : 'one'), '', ...files[file]].join('\n')}\n`]))
}

/** What all programs share; its functions neither read nor write anything outside. */
export const stateText = `export const state = { x: '', y: '', count: 0 }\nexport const log = []\nexport function kindOf(error) {\n  return error instanceof Error ? 'an error' : 'something'\n}\nexport function brief(text) {\n  let sum = 0\n  for (const letter of text) sum = (sum * 31 + letter.charCodeAt(0)) % 999983\n  return text.slice(0, 20) + sum\n}\n`

function body(lines, result, indent) {
  return [...lines.flatMap(line => renderLine(line, indent)), `${indent}${result}`].join('\n')
}

function renderLine(line, indent) {
  if ('text' in line) return [`${indent}${line.text}`]
  return [`${indent}${line.open}`, ...line.lines.flatMap(inner => renderLine(inner, `${indent}  `)), `${indent}${line.close}`]
}

/** Every program that is this one without one line or one function. */
export function* smaller(program) {
  for (const [at, fn] of program.functions.entries()) {
    if (fn.name !== 'entry') yield { functions: program.functions.filter(other => other !== fn) }
    for (const lines of withoutOne(fn.lines)) yield { functions: program.functions.map((other, index) => (index === at ? { ...fn, lines, result: "return ''" } : other)) }
    for (const lines of withoutOne(fn.lines)) yield { functions: program.functions.map((other, index) => (index === at ? { ...fn, lines } : other)) }
  }
}

function* withoutOne(lines) {
  for (const [at, line] of lines.entries()) {
    yield lines.filter(other => other !== line)
    if (!line.lines) continue
    yield lines.flatMap(other => (other === line ? line.lines : [other]))
    for (const inner of withoutOne(line.lines)) yield lines.map((other, index) => (index === at ? { ...line, lines: inner } : other))
  }
}
