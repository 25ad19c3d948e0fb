import type { SourceUnit } from './unit.js'
import { pathInPackage } from './packages.js'

const testName = /[._-](?:e2e|spec|test)\.[cm]?[jt]sx?$/
const testFolder = /(?:^|\/)(?:__mocks__|__tests__|cypress|e2e|specs?|tests?)\//

/** Whether the file is a test, by its name or by a folder of its package; folders above the package say nothing. */
export function isTestFile(file: string): boolean {
  const name = pathInPackage(file)
  return testName.test(name) || testFolder.test(name)
}

const orderedFolder = /(?:^|\/)(?:migrations?|seeds?|seeders?|fixtures|stories|\.storybook)\//
const orderedName = /(?:^|[._/-])(?:migration|seed|seeds|stories|story|setup-tests?)(?:[._-][\w-]+)*\.[cm]?[jt]sx?$/
const testPackages = /^(?:@jest\/globals|@playwright\/test|@storybook\/.*|@testing-library\/.*|ava|chai|cypress|jest|mocha|node:test|playwright|puppeteer|supertest|tap|testcafe|vitest|webdriverio)$/

/** Whether the order of the file's statements is what it is about: tests, stories, seeds and migrations, by their place and their imports. */
export function isOrderedFile({ path, ast }: Pick<SourceUnit, 'path' | 'ast'>): boolean {
  if (isTestFile(path)) return true
  const name = pathInPackage(path)
  if (orderedFolder.test(name) || orderedName.test(name)) return true
  return ast.body.some(statement => statement.type === 'ImportDeclaration' && statement.importKind !== 'type' && testPackages.test(statement.source.value))
}
