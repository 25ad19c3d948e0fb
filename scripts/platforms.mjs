// npm run platforms [-- 22 24]: the runtime's suites under other versions of Node, which npx brings.
import { spawnSync } from 'node:child_process'
import { build, install, root } from './setup.mjs'

install()
build()
const versions = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['20', '22', '24', '26']
const failed = versions.filter(version => {
  console.log(`\n> Node ${version}`)
  const { status } = spawnSync('npx', ['-y', '-p', `node@${version}`, 'node', 'node_modules/vitest/vitest.mjs', 'run', 'test/runtime', '--exclude', 'test/runtime/types.test.ts'], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  return status !== 0
})
console.log(failed.length > 0 ? `\nFailed under Node ${failed.join(', ')}.` : `\nPassed under Node ${versions.join(', ')}.`)
process.exit(failed.length > 0 ? 1 : 0)
