// What the runtime adds to a bundle, whole and by what is imported, beside the library that does most of the same.
import { build } from 'esbuild'
import { gzipSync } from 'node:zlib'
import { root } from './packages.mjs'

const bundles = {
  'structured-async, whole': "export * from 'structured-async'",
  'structured-async: taskGroup': "export { taskGroup } from 'structured-async'",
  'structured-async: gather': "export { gather } from 'structured-async'",
  'structured-async: createTask': "export { createTask } from 'structured-async'",
  'effection: run, spawn': "export { run, spawn } from 'effection'",
  'effection: run, spawn, all, race, sleep': "export { run, spawn, all, race, sleep } from 'effection'",
  'p-map': "export { default } from 'p-map'",
  'abort-controller-x, whole': "export * from 'abort-controller-x'",
  'effect: Effect, Fiber': "export { Effect, Fiber } from 'effect'",
}


export function minifiedBytes(names = Object.keys(bundles)) {
  return Promise.all(
    names.map(async name => {
      const { outputFiles } = await build({ stdin: { contents: bundles[name], resolveDir: root }, bundle: true, minify: true, format: 'esm', target: 'es2022', platform: 'neutral', mainFields: ['module', 'main'], external: ['node:*'], write: false, logLevel: 'error' })
      const { contents } = outputFiles[0]
      return { name, minified: contents.length, gzip: gzipSync(contents, { level: 9 }).length }
    }),
  )
}
