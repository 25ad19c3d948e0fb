import type { SourceUnit } from './unit.js'
import { pathInPackage } from './packages.js'

const testName = /[._-](?:e2e|spec|test)\.[cm]?[jt]sx?$/
const testFolder = /(?:^|\/)(?:__mocks__|__tests__|cypress|e2e|specs?|tests?)\//

/** Whether the file is a test: by its name, by a folder of its package (folders above say nothing), or by the settings. */
export function isTestFile({ path, settings }: Pick<SourceUnit, 'path' | 'settings'>): boolean {
  const name = pathInPackage(path)
  return testName.test(name) || testFolder.test(name) || settings?.isTest(path) === true
}

const orderedFolder = /(?:^|\/)(?:migrations?|seeds?|seeders?|fixtures|stories|\.storybook)\//
const orderedName = /(?:^|[._/-])(?:migration|seed|seeds|stories|story|setup-tests?)(?:[._-][\w-]+)*\.[cm]?[jt]sx?$/
const testPackages = /^(?:@jest\/globals|@playwright\/test|@storybook\/.*|@testing-library\/.*|ava|chai|cypress|jest|mocha|node:test|playwright|puppeteer|supertest|tap|testcafe|vitest|webdriverio)$/

/** Whether the order of the file's statements is what it is about: tests, stories, seeds and migrations, by their place and their imports. */
export function isOrderedFile(unit: Pick<SourceUnit, 'path' | 'ast' | 'settings'>): boolean {
  if (isTestFile(unit)) return true
  const name = pathInPackage(unit.path)
  if (orderedFolder.test(name) || orderedName.test(name)) return true
  return unit.ast.body.some(statement => statement.type === 'ImportDeclaration' && statement.importKind !== 'type' && testPackages.test(statement.source.value))
}
