// node scripts/with-build.mjs [script] [args]: set-up first, then the script.
import { build, install, root, run } from './setup.mjs'
import path from 'node:path'

install()
build()
const [script, ...args] = process.argv.slice(2)
if (script !== undefined) process.exit(run(process.execPath, [path.join(root, script), ...args]))
