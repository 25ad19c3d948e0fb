import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)

export const hasChromium = executablePath !== undefined

/** What a suite is called that needs a browser, also where there is none. */
export function inChromium(title: string): string {
  return hasChromium ? `in headless Chromium, ${title}` : `in headless Chromium: skipped, since no Chromium is installed (Debian: apt-get install chromium)`
}

export function launchChromium(): Promise<Browser> {
  // It looks up hosts at every start unless told not to.
  return chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
}
