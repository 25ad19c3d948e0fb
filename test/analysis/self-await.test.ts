import { findAll } from '../../analysis/find.js'
import { selfAwaitFinder } from '../../analysis/tasks/self-await.js'
import { testPrograms } from '../programs.js'

testPrograms('test/fixtures/programs/self-await.ts', unit => findAll(selfAwaitFinder, unit, {}))
