import { defaultFloatingOptions } from '../../analysis/promises/floating.js'
import { findAll } from '../../analysis/find.js'
import { generatorFinder } from '../../analysis/promises/generators.js'
import { testPrograms } from '../programs.js'

testPrograms('test/fixtures/programs/generators.ts', unit => findAll(generatorFinder, unit, defaultFloatingOptions))
