import { findAll } from '../../analysis/find.js'
import { allTasksFinder } from '../../analysis/tasks/all-tasks.js'
import { testPrograms } from '../programs.js'

testPrograms('test/fixtures/programs/all-tasks.ts', unit => findAll(allTasksFinder, unit, {}))
