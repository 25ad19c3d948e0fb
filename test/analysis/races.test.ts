import { findAll } from '../../analysis/find.js'
import { defaultRaceOptions, raceFinder } from '../../analysis/tasks/races.js'
import { testPrograms } from '../programs.js'

testPrograms('test/fixtures/programs/races.ts', unit => findAll(raceFinder, unit, defaultRaceOptions))
