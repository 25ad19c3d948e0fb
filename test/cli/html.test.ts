import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, inChromium, launchChromium } from '../chromium.js'
import { folderWith, run } from './folder.js'

const files = {
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "types": [], "lib": ["es2022", "dom"] }, "include": ["*.ts"] }',
  'page <i>.ts': "async function load(path: string) {\n  return (await fetch(path)).status\n}\nexport async function page() {\n  const first = await load('</script><script>alert(1)</script>')\n  const second = await load('/b')\n  const third = await load(`/${second}`)\n  return [first, second, third]\n}\nexport async function all(ids: string[]) {\n  const found: number[] = []\n  for (const id of ids) found.push(await load(id))\n  return found\n}\n",
  'other.ts': "async function save() { await fetch('/') }\nexport function f() {\n  save()\n}\n",
}

describe.skipIf(!hasChromium)(inChromium('scan --format html'), () => {
  let browser: Browser
  let page: Page
  const problems: string[] = []
  const requests: string[] = []
  beforeAll(async () => {
    const folder = folderWith(files)
    const file = path.join(folder, 'report.html')
    writeFileSync(file, run(folder, 'scan', '--format', 'html').stdout)
    browser = await launchChromium()
    page = await browser.newPage()
    page.on('console', message => problems.push(message.text()))
    page.on('pageerror', error => problems.push(error.message))
    page.on('request', request => requests.push(request.url()))
    await page.goto(pathToFileURL(file).href)
  }, 60_000)
  afterAll(async () => browser?.close())

  const shown = (): Promise<string[]> => page.locator('article:visible h3').allInnerTexts()

  it('needs nothing else, and takes code for text', async () => {
    expect(requests.length).toBe(1)
    expect(problems).toEqual([])
    expect(await page.locator('h1').innerText()).toBe('3 findings in 2 files of 2')
    expect(await page.locator('h2').allInnerTexts()).toEqual(['other.ts', 'page <i>.ts'])
    expect(await page.locator('pre').allInnerTexts()).toContainEqual(expect.stringContaining("load('</script><script>alert(1)</script>')"))
  })

  it('draws the awaits as they run now, and as they would', async () => {
    const figures = page.locator('figure')
    expect(await figures.evaluateAll(all => all.map(figure => figure.getAttribute('aria-label')))).toEqual([
      'Nobody waits for what is hatched: what follows begins before it is done.',
      '3 waits in a row become 2, where each takes as long as the others.',
      '4 waits in a row become 1, where each takes as long as the others.',
    ])
    const boxes = (bars: string): Promise<number[][]> => page.locator(bars).evaluateAll(all => all.map(bar => bar.getBoundingClientRect()).map(({ left, right }) => [left, right]))
    const [first, second, third] = await boxes('section:last-of-type article:first-of-type .bar.after')
    expect(first).toEqual(second)
    expect(third?.[0]).toBeCloseTo(first?.[1] as number, 0)
    const [alone, follows] = await boxes('section:first-of-type .bar.now')
    expect(alone).toEqual(follows)
    expect(await page.locator('.bar.alone').count()).toBe(1)
  })

  it('shows what would change', async () => {
    expect(await page.locator('article:has(figure) details .added').allInnerTexts()).toContainEqual(expect.stringContaining('const [first, second] = await Promise.all(['))
  })

  it('filters by rule and text, and says how many are left', async () => {
    await page.getByRole('checkbox', { name: /no-floating-promises/ }).uncheck()
    expect(await shown()).toEqual([expect.stringContaining('6:18'), expect.stringContaining('12:36')])
    expect(await page.locator('output').innerText()).toBe('2 shown')
    await page.getByLabel('Path or text').fill('OTHER.ts')
    expect(await shown()).toEqual([])
    await page.getByRole('checkbox', { name: /no-floating-promises/ }).check()
    expect(await shown()).toEqual([expect.stringContaining('no-floating-promises')])
    await page.getByLabel('Path or text').fill('')
  })

  it('goes from finding to finding by keys', async () => {
    await page.locator('h1').click()
    const focused = (): Promise<string | undefined> => page.evaluate(() => document.activeElement?.querySelector('.place')?.textContent ?? undefined)
    const places = []
    for (const key of ['j', 'j', 'k']) {
      await page.keyboard.press(key)
      places.push(await focused())
    }
    expect(places).toEqual(['3:3', '6:18', '3:3'])
  })

  it.each([['light', 390], ['dark', 1200]] as const)('can be read in %s, %i pixels wide', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 800 })
    const [text, back] = await page.evaluate(() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor])
    expect(contrast(text as string, back as string)).toBeGreaterThan(7)
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
  })
})

/** WCAG 2.2, contrast ratio: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: string, b: string): number {
  const luminance = (color: string): number => {
    const [red = 0, green = 0, blue = 0] = (color.match(/\d+/g) ?? []).map(Number).map(value => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}
