import { afterAll, describe, expect, it } from 'vitest'
import type { Session } from '../../src/sandbox/engine.ts'
import { sqliteCatalog } from '../../src/sandbox/observe/sqlite-catalog.ts'
import { sqliteSeeder as seeder } from '../../src/sandbox/seed/sqlite.ts'
import { openSqljs } from './runner/project-bench.ts'

const engine = await openSqljs()

const shop = `
  CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email VARCHAR(60) NOT NULL UNIQUE, name TEXT, active TINYINT(1) NOT NULL, born DATE,
    manager_id INTEGER REFERENCES users (id), rating INTEGER CHECK (rating BETWEEN 1 AND 5), settings JSON NOT NULL, created_at DATETIME NOT NULL);
  CREATE TABLE products (sku UUID PRIMARY KEY, price DECIMAL(6, 2) NOT NULL CHECK (price > 0), kind TEXT NOT NULL CHECK ("kind" IN ('a', 'b')), bytes BLOB NOT NULL,
    starts_at DATETIME NOT NULL, ends_at DATETIME NOT NULL, CHECK (ends_at > starts_at));
  CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users, note TEXT, twice INTEGER AS (id * 2) STORED);
  CREATE TABLE order_products (order_id INTEGER REFERENCES orders, sku UUID REFERENCES products, PRIMARY KEY (order_id, sku)) WITHOUT ROWID;
  CREATE TABLE counters (id INTEGER PRIMARY KEY)`

describe(`on ${engine.product}`, () => {
  afterAll(() => engine.close())

  async function inDatabase(sql: string, work: (session: Session) => Promise<void>): Promise<void> {
    const database = await engine.create()
    const session = await database.open()
    await session.query('PRAGMA foreign_keys = ON')
    await session.query(sql)
    await work(session)
    await database.drop()
  }
  const tablesOf = (session: Session) => sqliteCatalog.tables(session, [])
  const fill = async (session: Session, rows: number, filled: string[] = []) =>
    seeder.fill(session, await tablesOf(session), { rows, filled: new Set(filled) })
  const one = async (session: Session, sql: string) => Object.values((await session.query(sql)).rows[0] ?? {})[0]

  it('fills every table with as many rows as were asked for, keys and conditions kept', () =>
    inDatabase(shop, async (session) => {
      const seeded = await fill(session, 2000, ['users.name'])
      expect([...seeded.empty]).toEqual([])
      for (const table of ['users', 'products', 'orders', 'order_products', 'counters']) {
        expect([table, seeded.rows.get(table)]).toEqual([table, 2000])
        expect([table, await one(session, `SELECT count(*) FROM ${table}`)]).toEqual([table, 2000])
      }
      expect((await session.query('PRAGMA foreign_key_check')).rows).toEqual([])
      expect((await session.query('PRAGMA integrity_check')).rows).toEqual([{ integrity_check: 'ok' }])
      expect(await one(session, 'SELECT count(*) FROM users WHERE name IS NULL')).toBe(0)
      expect(await one(session, 'SELECT count(*) FROM users WHERE born IS NULL')).toBeGreaterThan(250)
      expect(await one(session, 'SELECT max(json_extract(settings, "$.n")) FROM users'.replaceAll('"', "'"))).toBeGreaterThan(100)
      expect(await one(session, 'SELECT group_concat(DISTINCT active) FROM users ORDER BY 1')).toMatch(/^(?:0,1|1,0)$/)
      expect(await one(session, 'SELECT min(created_at) FROM users')).toMatch(/^2024-01-01 00:0\d:00$/)
    }))

  it('gives the same rows each time', async () => {
    const sums: unknown[] = []
    for (let i = 0; i < 2; i++)
      await inDatabase(shop, async (session) => {
        await fill(session, 50)
        sums.push((await session.query('SELECT * FROM users')).rows, (await session.query('SELECT * FROM order_products')).rows)
      })
    expect(sums[2]).toEqual(sums[0])
    expect(sums[3]).toEqual(sums[1])
  })

  it('plants what a migration may stumble over, with the query that finds it', () =>
    inDatabase(`${shop}; CREATE TABLE loose (a INTEGER, b INTEGER REFERENCES orders)`, async (session) => {
      await fill(session, 100, ['loose.a', 'loose.b', 'orders.note'])
      const tables = await tablesOf(session)
      const found = async (query: string) => (await session.query(query)).rows
      const nothing = await seeder.plant(session, tables, { kind: 'null', table: 'orders', column: 'note' })
      expect(nothing?.what).toBe('two rows of orders have no note')
      expect(Object.values((await found(nothing!.query))[0]!)).toEqual([2])
      expect(await seeder.plant(session, tables, { kind: 'null', table: 'users', column: 'email' })).toBeUndefined()
      expect(await seeder.plant(session, tables, { kind: 'duplicate', table: 'users', columns: ['email'] })).toBeUndefined()
      const alike = await seeder.plant(session, tables, { kind: 'duplicate', table: 'loose', columns: ['a'] })
      expect((await found(alike!.query)).length).toBeGreaterThan(0)
      await session.query('PRAGMA foreign_keys = OFF')
      const orphan = await seeder.plant(session, tables, { kind: 'orphan', table: 'loose', columns: ['b'], target: 'orders' })
      expect(Object.values((await found(orphan!.query))[0]!)).toEqual([2])
      const wrong = await seeder.plant(session, tables, { kind: 'violation', table: 'orders', check: 'length(note) > 3' })
      expect(Object.values((await found(wrong!.query))[0]!)).toEqual([2])
      const extreme = await seeder.plant(session, tables, { kind: 'extreme', table: 'order_products', column: 'order_id' })
      expect(extreme?.what).toContain('order_id = -9007199254740991')
    }))
})
