import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AxeResults } from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rules } from '../../rules/registry.ts'
import { ruleSettings } from '../../src/cli/settings.ts'
import { defaults } from '../../src/config/defaults.ts'
import type { Outcome } from '../../src/lint/outcome.ts'
import { check } from '../../src/pipeline/check.ts'
import { memoryProject } from '../../src/project/memory.ts'
import { htmlPage } from '../../src/report/html.ts'
import { context, hostile, migration, nasty, operation, rehearsal } from './outcomes.ts'

const program = process.env.CHROMIUM ?? '/usr/bin/chromium'
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const files = {
  'migrations/001_start.sql':
    'CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(20), total int);\nCREATE TABLE shops (id int PRIMARY KEY, city text);\n',
  'migrations/002_change.sql':
    'BEGIN;\nALTER TABLE orders ALTER COLUMN total TYPE bigint;\nALTER TABLE shops DROP COLUMN city;\nUPDATE orders SET note = lower(note);\nCOMMIT;\n',
  'migrations/003_index.sql': 'CREATE INDEX orders_note ON orders (note);\nSELEC 1;\n',
}

async function judged(): Promise<Outcome> {
  const { outcome } = await check({
    project: memoryProject(files),
    projects: [{ dialect: 'postgres', runner: {}, boundByRunner: false }],
    rules: ruleSettings(defaults, rules),
    allRules: rules,
    profile: 'safety',
    down: 'rollback',
    together: false,
    detail: true,
    version: '1.2.3',
  })
  return outcome
}

const readFixture = (file: string) => (file in files ? files[file as keyof typeof files] : undefined)

describe('html', () => {
  it('reaches for nothing outside itself', async () => {
    const page = htmlPage(await judged(), context({ read: readFixture }))
    expect(page).not.toMatch(/<(?:link|img|iframe|object|embed)\b|\bsrc=|@import|url\(/)
    expect(page).toContain("default-src 'none'")
  })

  it('says in the lane how long a lock was held in a rehearsal', () => {
    const page = (rehearsals: Outcome['rehearsals']) =>
      htmlPage({ ...hostile, migrations: [migration], ...(rehearsals ? { rehearsals } : {}) }, context())
    expect(page([rehearsal])).toMatch(/■ [^<]+ wait [^<]+; held for 42 ms in the rehearsal<\/td>/)
    expect(page(undefined)).not.toContain('in the rehearsal<')
  })

  it('has the words of a migration as text only', () => {
    const statement = { ...migration.statements[0]!, text: nasty, operations: [{ ...operation, does: nasty, tables: [nasty] }] }
    const page = htmlPage(
      { ...hostile, migrations: [{ ...migration, id: `"><script>alert(1)</script>${nasty}`, statements: [statement] }] },
      context({ read: () => `${nasty}\n</pre><script>` }),
    )
    expect(page.match(/<script/g)).toHaveLength(1)
    expect(page).not.toContain('<b>')
    for (const control of ['\u001b', '\u0000']) expect(page).not.toContain(control)
  })
})

describe.skipIf(!existsSync(program))(`html in Chromium${existsSync(program) ? '' : ` (skipped: there is no ${program})`}`, () => {
  let browser: Browser
  let folder: string
  let page: Page
  const said: string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'surefoot-page-'))
    writeFileSync(join(folder, 'report.html'), htmlPage(await judged(), context({ read: readFixture })))
    browser = await chromium.launch({ executablePath: program, args })
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) said.push(message.text())
    })
    page.on('pageerror', (error) => said.push(String(error)))
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) said.push(request.url())
    })
    await page.goto(pathToFileURL(join(folder, 'report.html')).href)
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const visible = (selector: string) => page.locator(`${selector}:visible`).count()

  it('opens without an error and without a request', async () => {
    expect(await page.locator('h2').allTextContents()).toEqual(expect.arrayContaining(['001_start', '002_change', '003_index']))
    expect(said).toEqual([])
  })

  it('draws where a lock is taken and how far it is held', async () => {
    const lanes = page.getByRole('region', { name: 'Statements and locks of 002_change' })
    expect(await lanes.locator('thead th').allTextContents()).toEqual(['#', 'statement', 'transaction', 'orders', 'shops'])
    const rows = await lanes
      .locator('tbody tr')
      .evaluateAll((all) => all.map((row) => [...row.querySelectorAll('td.lane')].map((lane) => lane.className)))
    // BEGIN; the type of orders.total (written anew); shops.city (dropped in an instant); UPDATE; COMMIT.
    expect(rows).toEqual([
      ['lane', 'lane'],
      ['lane work', 'lane'],
      ['lane held', 'lane instant'],
      ['lane held', 'lane held'],
      ['lane held', 'lane held'],
    ])
  })

  it('filters by severity and by table, and says how many are shown', async () => {
    const all = await visible('article')
    const output = page.locator('output')
    expect(await output.textContent()).toBe(`${all} of ${all} findings shown`)
    await page.getByLabel('warning').uncheck()
    expect(await visible('article.is-warning')).toBe(0)
    expect(await visible('article.is-error')).toBeGreaterThan(0)
    await page.getByLabel('warning').check()
    await page.getByLabel('Table').selectOption('shops')
    const about = await visible('article')
    expect(about).toBeGreaterThan(0)
    expect(about).toBeLessThan(all)
    expect(await visible('article:has-text("orders_note")')).toBe(0)
    await page.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(() => visible('article')).toBe(all)
    expect(said).toEqual([])
  })

  it('can be used by keyboard alone', async () => {
    await page.reload()
    const reached: string[] = []
    for (let step = 0; step < 8; step++) {
      await page.keyboard.press('Tab')
      reached.push(await page.evaluate<string>('document.activeElement.outerHTML.slice(0, 60)'))
    }
    for (const control of ['class="skip"', 'value="error"', '<select', '<button']) expect(reached.join('\n')).toContain(control)
    await page.getByLabel('error').focus()
    await page.keyboard.press('Space')
    expect(await visible('article.is-error')).toBe(0)
    await page.keyboard.press('Space')
    expect(await visible('article.is-error')).toBeGreaterThan(0)
  })

  it.each(['light', 'dark'] as const)('has nothing that axe finds, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
    const results = (await page.evaluate('axe.run()')) as AxeResults
    expect(results.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
    expect(results.passes.map(({ id }) => id)).toContain('color-contrast')
  })

  it('prints every finding, without the filters', async () => {
    await page.emulateMedia({ media: 'print' })
    expect(await visible('.filters')).toBe(0)
    expect(await visible('article')).toBe(await page.locator('article').count())
    await page.emulateMedia({ media: 'screen' })
  })

  it('shows all of it where scripts do not run', async () => {
    const still = await browser.newPage({ javaScriptEnabled: false })
    await still.goto(pathToFileURL(join(folder, 'report.html')).href)
    expect(await still.locator('article:visible').count()).toBe(await page.locator('article').count())
    expect(await still.locator('.filters:visible').count()).toBe(0)
    await still.close()
  })

  it('runs no script but its own', async () => {
    const path = join(folder, 'hostile.html')
    writeFileSync(
      path,
      htmlPage({ ...hostile, migrations: [{ ...migration, id: nasty }] }, context({ read: () => nasty })).replace(
        '</main>',
        '<script>document.title = "taken over"</script></main>',
      ),
    )
    const other = await browser.newPage()
    await other.goto(pathToFileURL(path).href)
    expect(await other.title()).toMatch(/^Surefoot: /)
    expect(await other.locator('article').count()).toBe(hostile.findings.length)
    await other.close()
  })
})
