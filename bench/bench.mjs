// npm run bench -- <name> [--short] [--rounds <n>, of lint]: runs one benchmark and writes its part of bench/RESULTS.md.
const benchmarks = { lint: () => import('./lint.mjs'), hosts: () => import('./hosts.mjs'), codemod: () => import('./codemod.mjs'), runtime: () => import('./runtime.mjs'), flow: () => import('./flow.mjs'), peers: () => import('./peers.mjs'), speedup: () => import('./speedup.mjs'), effects: () => import('./effects.mjs') }
const [name] = process.argv.slice(2)
if (!Object.hasOwn(benchmarks, name ?? '')) {
  console.error(`Usage: npm run bench -- <${Object.keys(benchmarks).join('|')}> [--short]`)
  process.exit(2)
}
await benchmarks[name]()
