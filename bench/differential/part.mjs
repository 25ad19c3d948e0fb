// A part of the differential sweep, in a process of its own: modules that were imported once are never freed.
import { gather } from 'structured-async'
import { runCodemod } from '../../dist/codemods/codemod.js'
import { loopToGather } from '../../dist/codemods/loop-to-gather.js'
import { sequentialToGather } from '../../dist/codemods/sequential-to-gather.js'
import { loadUnit } from '../../dist/host/units.js'
import { checkPrograms } from './differential.mjs'

const [count, seed] = process.argv.slice(2).map(Number)
const tools = { loadUnit, runCodemod, codemods: [loopToGather, sequentialToGather], gather }
process.send(await checkPrograms({ count, seed, folder: `.cache/differential/${seed}`, tools }))
