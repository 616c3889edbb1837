import { describe, expect, it } from 'vitest'
import { rules } from '../../rules/registry.ts'
import { check } from '../../src/pipeline/check.ts'
import { memoryProject } from '../../src/project/memory.ts'
import { readStatistics, type Statistics, showStatistics } from '../../src/stats/statistics.ts'

const of = (tables: Statistics['tables'], engine: Statistics['engine'] = 'postgres'): Statistics => ({
  version: 1,
  engine,
  serverVersion: '16.3',
  taken: '2026-01-31',
  tables,
})

describe('a file of statistics', () => {
  it('reads as it was written, tables by name', () => {
    const written = of({ 'public.orders': { rows: 3, bytes: 8192 }, 'public.carts': { rows: 0 } })
    expect(readStatistics(showStatistics(written), 'surefoot.stats.json')).toEqual(written)
    expect(Object.keys(JSON.parse(showStatistics(written)).tables)).toEqual(['public.carts', 'public.orders'])
  })

  it.each([
    ['{', /surefoot\.stats\.json is not JSON: .*Run surefoot stats again\./],
    ['[]', /surefoot\.stats\.json/],
    [JSON.stringify({ ...of({}), host: 'db.example.org' }), /"host"/],
    [JSON.stringify(of({ orders: { rows: -1 } })), /"tables\.orders\.rows"/],
    [JSON.stringify({ ...of({}), version: 2 }), /"version"/],
  ])('that is none is a mistake with its place: %s', (text, said) => {
    expect(() => readStatistics(text, 'surefoot.stats.json')).toThrow(said)
  })
})

describe('a severity', () => {
  const judged = async (sql: string, statistics?: Statistics, configured?: 'error') => {
    const { outcome } = await check({
      project: memoryProject({ 'migrations/001.sql': sql }),
      projects: [{ framework: 'raw-sql', dialect: 'postgres', runner: {}, boundByRunner: true, ...(statistics ? { statistics } : {}) }],
      rules: rules.filter(({ profile }) => profile === 'safety').map((rule) => ({ rule, severity: configured, options: {} })),
      allRules: rules,
      profile: 'safety',
      down: 'rollback',
      together: false,
      version: 'test',
    })
    return outcome.findings.map(({ rule, severity, message }) => ({ rule, severity, message }))
  }
  const index = 'CREATE INDEX orders_total ON orders (total);'
  const small = of({ 'public.orders': { rows: 1200, bytes: 300_000 } })

  it('follows the size of the table, which the message tells', async () => {
    expect(await judged(index)).toMatchObject([{ severity: 'error', message: expect.not.stringContaining('rows') }])
    expect(await judged(index, small)).toMatchObject([
      { severity: 'info', message: expect.stringMatching(/ orders holds about 1,200 rows, 293 KB\.$/) },
    ])
    const middling = of({ 'public.orders': { rows: 50_000, bytes: 300_000 } })
    expect(await judged(index, middling)).toMatchObject([{ severity: 'error' }])
    const update = 'UPDATE orders SET total = 0;'
    expect(await judged(update, middling)).toMatchObject([{ rule: 'unbatched-update', severity: 'warning' }])
    const huge = of({ 'public.orders': { rows: 12_345_678, bytes: 3_400_000_000 } })
    expect(await judged(update, huge)).toMatchObject([
      { severity: 'error', message: expect.stringContaining('about 12 million rows, 3.2 GB.') },
    ])
  })

  it('is not lowered by few rows in a large file, which statistics that are out of date show', async () => {
    expect(await judged(index, of({ 'public.orders': { rows: 0, bytes: 50_000_000 } }))).toMatchObject([{ severity: 'error' }])
  })

  it('that the configuration sets is kept', async () => {
    expect(await judged(index, small, 'error')).toMatchObject([{ severity: 'error' }])
  })

  it('does not follow tables of another engine, another schema, or that are called alike in two', async () => {
    for (const tables of [
      of({ orders: { rows: 5, bytes: 8192 } }, 'mysql'),
      of({ 'public.carts': { rows: 5, bytes: 8192 } }),
      of({ 'a.orders': { rows: 5, bytes: 8192 }, 'b.orders': { rows: 5, bytes: 8192 } }),
    ])
      expect(await judged(index, tables)).toMatchObject([{ severity: 'error' }])
    const shop = of({ 'shop.orders': { rows: 5, bytes: 8192 }, 'public.orders': { rows: 50_000, bytes: 8192 } })
    expect(await judged(index, shop)).toMatchObject([{ severity: 'error' }])
    expect(await judged('CREATE INDEX orders_total ON shop.orders (total);', shop)).toMatchObject([{ severity: 'info' }])
  })

  it('of what fails or breaks the running release has nothing to do with size', async () => {
    expect(await judged('ALTER TABLE orders RENAME COLUMN total TO amount;', small)).toMatchObject([
      { rule: 'rename-breaking', severity: 'error' },
    ])
  })
})
