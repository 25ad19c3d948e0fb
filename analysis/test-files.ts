import { pathInPackage } from './packages.js'

const testName = /[._-](?:e2e|spec|test)\.[cm]?[jt]sx?$/
const testFolder = /(?:^|\/)(?:__mocks__|__tests__|cypress|e2e|specs?|tests?)\//

/** Whether the file is a test, by its name or by a folder of its package; folders above the package say nothing. */
export function isTestFile(file: string): boolean {
  const name = pathInPackage(file)
  return testName.test(name) || testFolder.test(name)
}
