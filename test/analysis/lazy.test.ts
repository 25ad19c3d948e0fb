import { expect, it } from 'vitest'
import { findAll } from '../../analysis/find.js'
import { defaultLazyOptions, lazyFinder } from '../../analysis/queries/misuse.js'
import { readings, testPrograms } from '../programs.js'

testPrograms('test/fixtures/programs/lazy.ts', unit => findAll(lazyFinder, unit, defaultLazyOptions))

it('additional types are lazy too', () => {
  const code = 'interface Job extends PromiseLike<void> { priority: number }\ndeclare function job(): Job\njob()\nconst j = job()\nawait j\nawait j\nexport {}'
  const found = (options: object): string[] => findAll(lazyFinder, readings['TypeScript with types'](code), { ...defaultLazyOptions, ...options }).map(({ what }) => what)
  expect(found({})).toEqual([])
  expect(found({ additionalTypes: ['Job'] })).toEqual(['never-runs', 'runs-again'])
})
