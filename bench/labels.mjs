// npm run sweep -- labels <folder> [--repositories <folder>] [--peers] [--verbose]: measures
// no-sequential-awaits, and with --peers the rules of others, against labelled pairs.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { performance } from 'node:perf_hooks'

/**
 * `labels.jsonl` in the folder has lines `{ repo, file, line, lines, label }`: where the first of two neighbouring statements
 * starts, and whether they may run together (`safe`, `no-gain`), must stay (`ordered`), or a reviewer must decide (`review`).
 * The repositories, checked out with dependencies and generated clients, are looked for in the folder, in `repos` and
 * `repositories` below it, and in the folder behind `--repositories`, as `owner/name`, `owner+name`, `owner-name`,
 * `owner__name` or `name`. Prints the figures and every difference; `--verbose` prints all.
 * `--peers` puts other linters' rules beside. Returns whether the goals are met.
 */
export async function measureLabels(args) {
  const isVerbose = args.includes('--verbose')
  const elsewhere = args.includes('--repositories') ? args[args.indexOf('--repositories') + 1] : undefined
  const [folder] = args.filter((arg, at) => !arg.startsWith('--') && args[at - 1] !== '--repositories')
  if (folder === undefined || !existsSync(path.join(folder, 'labels.jsonl'))) {
    console.error(`There is no labels.jsonl in ${folder ?? 'no folder'}. Usage: npm run sweep -- labels <folder> [--repositories <folder>] [--peers] [--verbose]`)
    return false
  }
  const { loadUnit } = await import('../dist/host/units.js')
  const { groupsOf } = await import('../dist/analysis/dependence/sequential.js')
  const { awaitsOf, itemOf, statementsOf } = await import('../dist/analysis/dependence/items.js')
  const { isOrderedFile } = await import('../dist/analysis/test-files.js')
  const { walk } = await import('../dist/analysis/walk.js')
  const rows = readFileSync(path.join(folder, 'labels.jsonl'), 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line))
  const results = []
  const missing = new Set()
  const start = performance.now()
  let unit
  let loaded
  for (const row of rows.sort((a, b) => (a.repo + a.file).localeCompare(b.repo + b.file) || a.line - b.line)) {
    const root = placesOf(row.repo, [folder, path.join(folder, 'repos'), path.join(folder, 'repositories'), ...(elsewhere ? [elsewhere] : [])]).find(place => existsSync(path.join(place, row.file)))
    const file = root && path.join(root, row.file)
    if (!file) {
      missing.add(row.repo)
      results.push({ ...row, reported: false, why: 'the file is not there' })
      continue
    }
    if (loaded !== file) {
      const result = loadUnit(file, readFileSync(file, 'utf8'))
      unit = result.unit
      loaded = file
      if (result.untyped) console.error(`Without types: ${row.file} (${result.untyped})`)
    }
    results.push({ ...row, path: file, ...(isOrderedFile(unit) ? { reported: false, why: 'a file whose order is what it is about' } : judge(row)) })
  }
  for (const repo of missing) console.error(`Not found, whole or in part: ${repo}. Its pairs count as silent.`)
  const seconds = (performance.now() - start) / 1000
  const isMet = print(results, seconds, isVerbose)
  if (args.includes('--peers')) await printPeers(results.filter(row => row.path))
  return isMet

  function judge(row) {
    let answer = { reported: false, why: 'no two statements start there' }
    walk(unit.ast, node => {
      const statements = statementsOf(node)
      const at = statements.findIndex(statement => statement.loc.start.line === row.line && awaitsOf(statement.declaration ?? statement).length > 0)
      const [first, second] = [statements[at], statements[at + 1]]
      if (at < 0 || !second) return
      const groups = groupsOf(unit, node)
      const holds = (group, statement) => group.steps.some(({ node: step }) => statement.range[0] <= step.range[0] && step.range[1] <= statement.range[1])
      // The second may start with one that stands even before the first.
      const group = groups.find(candidate => candidate.steps[0].node.range[0] < second.range[0] && holds(candidate, second))
      answer = group ? { reported: true, certainty: group.steps.some(({ effects }) => effects.certainty === 'likely') ? 'likely' : 'proven' } : { reported: false, why: whyNot(first, second) }
    })
    return answer
  }

  function whyNot(...statements) {
    return statements.map(statement => explained(unit, statement, itemOf)).join(' | ')
  }
}

function explained(unit, statement, itemOf) {
  const item = itemOf(unit, statement)
  return item.steps.map(({ effects, name, isGate }) => {
    const said = [effects.unknown, effects.barrier, ...effects.connections.map(({ evidence }) => evidence), ...effects.writes.map(({ evidence }) => evidence)].filter(Boolean).map(({ text, path: file, line }) => `${text} (${path.basename(file)}:${line})`)
    return `${name}${isGate ? ' (gate)' : ''}: ${said.join('; ') || (effects.reads.length > 0 ? 'reads' : 'nothing to wait for')}`
  }).join(', ') + (item.isBarrier ? ' [barrier]' : '')
}

function placesOf(repo, folders) {
  return folders.flatMap(folder => [repo, repo.replace('/', '+'), repo.replace('/', '-'), repo.replace('/', '__'), repo.split('/')[1]].map(name => path.join(folder, name)))
}

async function printPeers(results) {
  const { peerReports } = await import('./label-peers.mjs')
  const all = { 'no-sequential-awaits': new Set(results.filter(({ reported }) => reported)), ...(await peerReports(results)) }
  console.log('\n| | safe | no gain | to review | must stay | right | of the safe ones |\n|---|---:|---:|---:|---:|---:|---:|')
  const percent = (part, whole) => `${((100 * part) / whole).toFixed(0)} %`
  for (const [name, reported] of Object.entries(all)) {
    const of = label => [...reported].filter(row => row.label === label).length
    const safe = results.filter(({ label }) => label === 'safe').length
    console.log(`| ${name} | ${['safe', 'no-gain', 'review', 'ordered'].map(of).join(' | ')} | ${percent(of('safe') + of('no-gain'), reported.size)} | ${percent(of('safe'), safe)} |`)
  }
}

function print(results, seconds, isVerbose) {
  const count = (label, reported) => results.filter(row => row.label === label && row.reported === reported).length
  const reported = results.filter(row => row.reported)
  const right = reported.filter(({ label }) => label === 'safe' || label === 'no-gain')
  const precision = reported.length > 0 ? right.length / reported.length : 1
  const recall = count('safe', true) / (count('safe', true) + count('safe', false))
  for (const label of ['safe', 'no-gain', 'review', 'ordered']) console.log(`${label.padEnd(8)} reported ${String(count(label, true)).padStart(3)}, silent ${String(count(label, false)).padStart(3)}`)
  for (const row of results) if (isVerbose || (row.label === 'safe') !== row.reported) console.log(`${row.reported ? 'reported' : 'silent  '} ${row.label}: ${row.file}:${row.line}${row.why ? `\n    ${row.why}` : ` (${row.certainty})`}`)
  console.log(`precision ${precision.toFixed(3)} (goal 0.97), recall of safe ${recall.toFixed(3)} (goal 0.85), ordered reported ${count('ordered', true)} (goal 0), ${seconds.toFixed(0)} s`)
  return precision >= 0.97 && recall >= 0.85 && count('ordered', true) === 0
}
