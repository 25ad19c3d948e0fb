import { findAll } from '../../analysis/find.js'
import { handMadeFinder } from '../../analysis/tasks/hand-made.js'
import { testPrograms } from '../programs.js'

testPrograms('test/fixtures/programs/hand-made.ts', unit => findAll(handMadeFinder, unit, {}))
