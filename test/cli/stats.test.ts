import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import initSqlJs from 'sql.js'
import { describe, expect, it } from 'vitest'
import { checked, folder, surefoot } from './command.ts'

const migration = { 'migrations/001.sql': 'CREATE INDEX orders_total ON orders (total);\n' }
const statistics = JSON.stringify({
  version: 1,
  engine: 'postgres',
  serverVersion: '16.3',
  taken: '2026-01-31',
  tables: { 'public.orders': { rows: 12, bytes: 8192 } },
})
const args = ['--dialect', 'postgres', '--rule', 'missing-lock-timeout=off']

describe('surefoot stats', () => {
  it('writes a file that says how large the tables are and nothing else, and does not write the database', async () => {
    const root = folder({})
    const { Database } = await initSqlJs()
    const database = new Database()
    database.run("CREATE TABLE orders (note text); INSERT INTO orders VALUES ('confidential')")
    const data = database.export()
    writeFileSync(join(root, 'dev.db'), data)
    expect(surefoot(root, ['stats', 'dev.db'])).toMatchObject({
      code: 0,
      err: '',
      out: 'surefoot.stats.json: 1 table. surefoot check reads it.\n',
    })
    const written = JSON.parse(readFileSync(join(root, 'surefoot.stats.json'), 'utf8')) as Record<string, unknown>
    expect(Object.keys(written)).toEqual(['version', 'engine', 'serverVersion', 'taken', 'tables'])
    expect(written.tables).toMatchObject({ orders: { rows: 1 } })
    expect(readFileSync(join(root, 'dev.db')).equals(data)).toBe(true)
    expect(surefoot(root, ['stats', 'dev.db', '--out', 'no/such/folder.json'])).toMatchObject({ code: 2 })
  })

  it.each([[[]], [['a.db', 'b.db']], [['--host', 'x']], [['missing.db']]])('is a mistake with %j', (given) => {
    const ran = surefoot(folder({}), ['stats', ...given])
    expect(ran.code).toBe(2)
    expect(ran.err).toMatch(/^surefoot: /)
    expect(ran.err).not.toMatch(/\n\s+at /)
  })
})

describe('surefoot check', () => {
  it('reads the file in the root, or the one that the configuration names', () => {
    expect(checked(folder(migration), args)).toMatchObject({ code: 1, findings: [{ severity: 'error' }] })
    expect(checked(folder({ ...migration, 'surefoot.stats.json': statistics }), args)).toMatchObject({
      code: 0,
      findings: [{ severity: 'info' }],
    })
    const named = { 'surefoot.json': '{ "projects": [{ "statistics": "db/sizes.json" }] }', 'db/sizes.json': statistics }
    expect(checked(folder({ ...migration, ...named }), args)).toMatchObject({ code: 0, findings: [{ severity: 'info' }] })
  })

  it('says what is wrong with it', () => {
    const broken = surefoot(folder({ ...migration, 'surefoot.stats.json': '{ "version": 1 }' }), ['check', ...args])
    expect(broken).toMatchObject({ code: 2, err: expect.stringContaining('surefoot.stats.json: "engine"') })
    const missing = surefoot(folder({ ...migration, 'surefoot.json': '{ "projects": [{ "statistics": "sizes.json" }] }' }), [
      'check',
      ...args,
    ])
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('sizes.json does not exist') })
  })
})
