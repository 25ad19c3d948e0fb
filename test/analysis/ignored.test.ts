import { findAll } from '../../analysis/find.js'
import { defaultIgnoredOptions, ignoredFinder } from '../../analysis/promises/ignored.js'
import { testPrograms } from '../programs.js'

testPrograms('test/fixtures/programs/ignored.ts', unit => findAll(ignoredFinder, unit, defaultIgnoredOptions), { hideMarks: true })
