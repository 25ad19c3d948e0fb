// What the rewrites gain: the endpoints of examples/three-endpoints before and after loop-to-gather and sequential-to-gather,
// in steps and over HTTP on loopback, with a service behind that answers after ten milliseconds and a file that is read.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { cpus } from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import { runCodemod } from '../dist/codemods/codemod.js'
import { loopToGather } from '../dist/codemods/loop-to-gather.js'
import { sequentialToGather } from '../dist/codemods/sequential-to-gather.js'
import { loadUnit } from '../dist/host/units.js'
import { answers, compiled, endpoints, inSteps, texts } from './endpoints.mjs'
import { root } from './packages.mjs'
import { median, writeSection } from './results.mjs'

/** Milliseconds per request, by endpoint, over loopback. */
async function overHttp({ before, after }, rounds) {
  const folder = path.join(root, 'bench/out/speedup')
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'settings'), 'dark')
  const known = answers()
  const upstream = await listen((request, response) => setTimeout(() => response.end(JSON.stringify(known[request.url])), 10))
  Object.assign(process.env, { UPSTREAM: upstream.url, SETTINGS: path.join(folder, 'settings') })
  const times = {}
  for (const [which, text] of Object.entries({ before, after })) {
    const module = path.join(folder, `${which}.mjs`)
    writeFileSync(module, compiled(text))
    const run = await import(pathToFileURL(module).href)
    const shop = await listen(async (request, response) => response.end(JSON.stringify(await run[request.url.slice(1)](1))))
    times[which] = {}
    for (const name of endpoints) {
      const figures = []
      for (let round = -3; round < rounds; round++) {
        const start = performance.now()
        const { status } = await fetch(`${shop.url}/${name}`).then(async response => (await response.text(), response))
        if (status !== 200) throw new Error(`${name} gave ${status}.`)
        if (round >= 0) figures.push(performance.now() - start)
      }
      times[which][name] = median(figures)
    }
    shop.close()
  }
  upstream.close()
  return times
}

async function listen(handler) {
  const server = createServer(handler)
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => (server.closeAllConnections(), server.close()) }
}

const rounds = process.argv.includes('--short') ? 5 : 100
const both = texts({ runCodemod, codemods: [loopToGather, sequentialToGather], loadUnit })
const [before, after] = [await inSteps(both.before), await inSteps(both.after)]
const times = await overHttp(both, rounds)
const lines = ['| endpoint | steps before | after | ratio | ms per request before | after | ratio |', '|---|---:|---:|---:|---:|---:|---:|']
const row = (name, [a, b], [c, d]) => `| ${name} | ${a} | ${b} | ${(a / b).toFixed(1)} | ${c.toFixed(1)} | ${d.toFixed(1)} | ${(c / d).toFixed(1)} |`
const sum = figures => Object.values(figures).reduce((total, one) => total + (one.steps ?? one), 0)
for (const name of endpoints) lines.push(row(`\`${name}\``, [before[name].steps, after[name].steps], [times.before[name], times.after[name]]))
lines.push(row('all three', [sum(before), sum(after)], [sum(times.before), sum(times.after)]))
const report = ['## What a rewrite gains: `npm run bench -- speedup`', '', `The endpoints of examples/three-endpoints, Node ${process.version}, ${cpus().length} cores, ${rounds} requests of each, medians. A step is one read or write; over HTTP a service behind answers after 10 ms.`, '', ...lines].join('\n')
console.log(report)
if (rounds > 5) writeSection(report)
