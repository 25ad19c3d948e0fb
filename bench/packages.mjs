// The published packages with TypeScript sources that the sweep and the benchmarks run on: pinned dev dependencies.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

/** What each package's own build needs of the compiler, so that its sources type-check as well as they can outside it. */
const packages = {
  mongodb: { sources: 'src', options: { target: 'es2023', lib: ['es2023', 'dom'], types: ['node'], strict: true, skipLibCheck: true, useUnknownInCatchVariables: false } },
  'puppeteer-core': { sources: 'src', options: { target: 'es2022', lib: ['es2023', 'dom', 'dom.iterable', 'esnext.disposable'], types: ['node'], strict: true, skipLibCheck: true, useUnknownInCatchVariables: false } },
  '@trpc/server': { sources: 'src', options: { target: 'es2022', lib: ['es2023', 'dom', 'dom.iterable', 'esnext.disposable'], types: ['node'], strict: true, skipLibCheck: true } },
}

/** Copies the sources of each package to bench/out/<use>/<package>, with a tsconfig.json; returns name, version and folder. */
export function copySources(use, names = Object.keys(packages)) {
  rmSync(path.join(root, 'bench/out', use), { recursive: true, force: true })
  return names.map(name => {
    const { sources, options } = packages[name]
    const from = path.join(root, 'node_modules', name)
    const folder = path.join(root, 'bench/out', use, name.replace('/', '__'))
    mkdirSync(folder, { recursive: true })
    cpSync(path.join(from, sources), path.join(folder, 'src'), { recursive: true })
    cpSync(path.join(from, 'package.json'), path.join(folder, 'package.json'))
    const compilerOptions = { module: 'nodenext', moduleResolution: 'nodenext', noEmit: true, ...options }
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...compilerOptions, ...bundled(name) }, include: ['src'] }, null, 2))
    return { name, version: JSON.parse(readFileSync(path.join(from, 'package.json'), 'utf8')).version, folder }
  })
}

/** Packages whose imports have no file extensions are written for a bundler. */
function bundled(name) {
  return name === 'puppeteer-core' ? {} : { module: 'esnext', moduleResolution: 'bundler' }
}
