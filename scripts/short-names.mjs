// Gives the internal properties of a build, `_name`, one letter each: no minifier may, since it can't know that nobody else uses them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const internal = /\b_[a-z]\w*/gi

/**
 * Renames in every .js file of the folders, alike in all of them, so that entries that share objects still do.
 * @throws {Error} where a letter is taken by a property of another name, or there are more names than letters
 */
export function shortenNames(folders) {
  const files = folders.flatMap(folder => readdirSync(folder).filter(file => file.endsWith('.js')).map(file => path.join(folder, file)))
  const texts = files.map(file => readFileSync(file, 'utf8'))
  const letters = lettersFor(texts.join('\n'))
  files.forEach((file, at) => writeFileSync(file, texts[at].replace(internal, name => letters.get(name))))
}

/** The most frequent name gets `a`, so that the same sources give the same names. */
function lettersFor(text) {
  const counts = new Map()
  for (const [name] of text.matchAll(internal)) counts.set(name, (counts.get(name) ?? 0) + 1)
  const names = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || (a < b ? -1 : 1))
  if (names.length > 26) throw new Error(`There are ${names.length} internal names and 26 letters.`)
  const taken = text.match(/\.[a-z]\b/g)
  if (taken) throw new Error(`A property is called ${taken[0].slice(1)}, as an internal one would be.`)
  return new Map(names.map((name, at) => [name, String.fromCharCode(97 + at)]))
}
