import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCodemod } from '../codemods/codemod.js'
import { codemods } from '../codemods/all.js'
import { floatingToTaskGroup } from '../codemods/floating-to-task-group.js'
import { lint } from './lint.js'
import { readings, root } from './programs.js'

interface Block {
  readonly language: string
  readonly words: readonly string[]
  readonly code: string
}

const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'runtime/README.md', 'bench/RESULTS.md', ...['docs', 'docs/rules', 'docs/codemods'].flatMap(folder => readdirSync(path.join(root, folder)).filter(file => file.endsWith('.md')).map(file => `${folder}/${file}`))]

function blocksOf(page: string): Block[] {
  const text = readFileSync(path.join(root, page), 'utf8')
  return [...text.matchAll(/^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm)].map(([, language = '', words = '', code = '']) => ({ language, words: words.trim().split(/\s+/), code }))
}

describe('every block marked incorrect reports on each statement, or on those marked `// reported`, every correct one on none', () => {
  for (const page of pages.filter(name => name.startsWith('docs/rules/'))) {
    const blocks = blocksOf(page).filter(({ words }) => words.includes('incorrect') || words.includes('correct'))
    it.each(blocks)(`${page}: $words`, ({ language, words, code }) => {
      const rule = path.basename(page, '.md')
      const reported = new Set(lint(`${code}export {}\n`, { rule, mode: language === 'ts' ? 'typed' : 'espree' }).map(({ line }) => line))
      const lines = code.split('\n').map((line, at) => ({ line, number: at + 1 }))
      const marked = lines.filter(({ line }) => /\/\/ reported/.test(line))
      const statements = (marked.length > 0 ? marked : lines.filter(({ line }) => !/^(?:declare|import|export|async|$)/.test(line))).map(({ number }) => number)
      expect([...reported]).toEqual(words.includes('incorrect') ? statements : [])
    })
  }
})

describe('every before becomes its after', () => {
  for (const page of ['README.md', ...pages.filter(name => name.startsWith('docs/codemods/'))]) {
    const blocks = blocksOf(page)
    const pairs = blocks.flatMap((block, at) => (block.words[0] === 'before' ? [[block, blocks[at + 1]] as const] : []))
    it.each(pairs)(`${page} (%#)`, (before, after) => {
      expect(after?.words[0]).toBe('after')
      const target = before.words.includes('native') ? 'native' : 'structured-async'
      const codemod = codemods.find(({ name }) => name === path.basename(page, '.md')) ?? floatingToTaskGroup
      expect(runCodemod(codemod, before.code, readings['TypeScript with types'], { target }).text).toBe(after?.code)
    })
  }
})

describe('every program that runs prints what stands below it', () => {
  for (const page of pages) {
    const blocks = blocksOf(page)
    const programs = blocks.flatMap((block, at) => (block.words[0] === 'runs' ? [[block.code, blocks[at + 1]?.code] as const] : []))
    if (programs.length === 0) continue
    it.each(programs)(`${page} (%#)`, (code, output) => {
      const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { cwd: root, encoding: 'utf8' })
      expect(stderr).toBe('')
      // How long something took depends on what else the machine does.
      const timeless = (text = ''): string => text.replace(/\b\d+\.\d s\b/g, '_ s')
      expect(timeless(stdout)).toBe(timeless(output))
    })
  }
})

it('every link to a file of the repository leads somewhere', () => {
  for (const page of pages) {
    const text = readFileSync(path.join(root, page), 'utf8')
    for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^https?:/.test(target)) continue
      expect(() => readFileSync(path.join(root, path.dirname(page), target)), `${page} → ${target}`).not.toThrow()
    }
  }
})
