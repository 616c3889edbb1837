import { afterAll, describe, expect, it } from 'vitest'
import { mysqlUrl } from '../../scripts/servers.ts'
import type { Engine, Session } from '../../src/sandbox/engine.ts'
import { openMysql } from '../../src/sandbox/engines/mysql/index.ts'
import { mysqlCatalog } from '../../src/sandbox/observe/mysql-catalog.ts'
import { mariadbSeeder, mysqlSeeder } from '../../src/sandbox/seed/mysql.ts'

const opened: Engine | string = await openMysql({
  dialect: 'mariadb',
  wanted: undefined,
  asked: mysqlUrl,
  allowRemote: false,
  root: process.cwd(),
  extensions: [],
  bytes: 0,
}).catch((error: Error) => error.message)
if (typeof opened === 'string') console.warn(`skipped: MySQL or MariaDB at ${mysqlUrl}: ${opened}`)

const shop = [
  `CREATE TABLE users (id INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, email VARCHAR(60) NOT NULL UNIQUE, name TEXT, active BOOLEAN NOT NULL, born DATE, manager_id INT UNSIGNED,
     rating TINYINT CHECK (rating BETWEEN 1 AND 5), settings JSON NOT NULL, created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, seen TIME, since YEAR, flags SET('a', 'b'),
     token BINARY(16) NOT NULL, at POINT, FOREIGN KEY (manager_id) REFERENCES users (id))`,
  `CREATE TABLE products (sku CHAR(36) PRIMARY KEY, price DECIMAL(6, 2) NOT NULL CHECK (price > 0), kind ENUM('a', 'it''s') NOT NULL, grade VARCHAR(3) NOT NULL CHECK (grade IN ('x', 'y')),
     starts_at DATETIME NOT NULL, ends_at DATETIME NOT NULL, CONSTRAINT later CHECK (ends_at > starts_at))`,
  'CREATE TABLE orders (id BIGINT PRIMARY KEY AUTO_INCREMENT, user_id INT UNSIGNED NOT NULL, note TEXT, twice BIGINT AS (user_id * 2) STORED, FOREIGN KEY (user_id) REFERENCES users (id))',
  'CREATE TABLE order_products (order_id BIGINT, sku CHAR(36), PRIMARY KEY (order_id, sku), FOREIGN KEY (order_id) REFERENCES orders (id), FOREIGN KEY (sku) REFERENCES products (sku))',
  'CREATE TABLE counters (id SMALLINT PRIMARY KEY AUTO_INCREMENT)',
]

describe.skipIf(typeof opened === 'string')(typeof opened === 'string' ? `no server: ${opened}` : `on ${opened.product}`, () => {
  const engine = opened as Engine
  const seeder = engine.dialect === 'mariadb' ? mariadbSeeder : mysqlSeeder
  afterAll(() => engine.close())

  async function inDatabase(statements: readonly string[], work: (session: Session) => Promise<void>): Promise<void> {
    const database = await engine.create()
    const session = await database.open()
    for (const sql of statements) await session.query(sql)
    await work(session)
    await database.drop()
  }
  const tablesOf = (session: Session) => mysqlCatalog.tables(session, [])
  const fill = async (session: Session, rows: number, filled: string[] = []) =>
    seeder.fill(session, await tablesOf(session), { rows, filled: new Set(filled) })
  const one = async (session: Session, sql: string) => Object.values((await session.query(sql)).rows[0] ?? {})[0]

  it('fills every table with as many rows as were asked for, keys and conditions kept', () =>
    inDatabase(shop, async (session) => {
      const seeded = await fill(session, 2000, ['users.name'])
      expect([...seeded.empty]).toEqual([])
      for (const table of ['users', 'products', 'orders', 'order_products', 'counters']) {
        expect([table, seeded.rows.get(table)]).toEqual([table, 2000])
        expect([table, await one(session, `SELECT count(*) FROM ${table}`)]).toEqual([table, '2000'])
      }
      expect(await one(session, 'SELECT count(*) FROM users WHERE name IS NULL')).toBe('0')
      expect(Number(await one(session, 'SELECT count(*) FROM users WHERE born IS NULL'))).toBeGreaterThan(250)
      expect(await one(session, 'SELECT count(DISTINCT kind) FROM products')).toBe('2')
      expect(await one(session, 'SELECT count(*) FROM users WHERE JSON_VALID(settings) = 0')).toBe('0')
      expect(await one(session, 'SELECT min(created_at) FROM users')).toMatch(/^2024-01-01 00:0\d:00$/)
      await session.query("INSERT INTO users (email, active, settings, token) VALUES ('new@example.com', 1, '{}', '')")
      // A bulk insert may leave a gap in the numbers.
      expect(Number(await one(session, 'SELECT max(id) FROM users'))).toBeGreaterThan(2000)
    }))

  it.each([1, 9, 10, 11, 100, 101, 1000, 1234])('makes exactly %i rows', (rows) =>
    inDatabase(['CREATE TABLE t (a INT NOT NULL PRIMARY KEY)'], async (session) => {
      await fill(session, rows)
      expect((await session.query('SELECT count(*) AS n, min(a) AS low, max(a) AS high FROM t')).rows).toEqual([
        { n: String(rows), low: 2, high: rows + 1 },
      ])
    }),
  )

  it('gives the same rows each time', async () => {
    const sums: unknown[] = []
    for (let i = 0; i < 2; i++)
      await inDatabase(shop, async (session) => {
        await fill(session, 50)
        sums.push(
          (await session.query('SELECT * FROM users ORDER BY id')).rows,
          (await session.query('SELECT * FROM order_products ORDER BY 1, 2')).rows,
        )
      })
    expect(sums[2]).toEqual(sums[0])
    expect(sums[3]).toEqual(sums[1])
  })

  it('plants what a migration may stumble over, with the query that finds it', () =>
    inDatabase([...shop, 'CREATE TABLE loose (a INT, b BIGINT)', 'INSERT INTO loose VALUES (1, 1), (2, 2), (3, 3)'], async (session) => {
      const all = await tablesOf(session)
      const options = { rows: 100, filled: new Set(['orders.note']) }
      await seeder.fill(
        session,
        all.filter(({ name }) => name !== 'loose'),
        options,
      )
      const tables = await tablesOf(session)
      const first = async (query: string) => Object.values((await session.query(query)).rows[0] ?? {})[0]
      const nothing = await seeder.plant(session, tables, { kind: 'null', table: 'orders', column: 'note' })
      expect(nothing?.what).toBe('two rows of orders have no note')
      expect(await first(nothing!.query)).toBe('2')
      expect(await seeder.plant(session, tables, { kind: 'null', table: 'users', column: 'email' })).toBeUndefined()
      expect(await seeder.plant(session, tables, { kind: 'duplicate', table: 'users', columns: ['email'] })).toBeUndefined()
      const alike = await seeder.plant(session, tables, { kind: 'duplicate', table: 'loose', columns: ['a'] })
      expect((await session.query(alike!.query)).rows.length).toBeGreaterThan(0)
      const orphan = await seeder.plant(session, tables, { kind: 'orphan', table: 'loose', columns: ['b'], target: 'orders' })
      expect(await first(orphan!.query)).toBe('2')
      expect(
        await seeder.plant(session, tables, { kind: 'orphan', table: 'orders', columns: ['user_id'], target: 'users' }),
      ).toBeUndefined()
      const wrong = await seeder.plant(session, tables, { kind: 'violation', table: 'orders', check: 'char_length(note) > 3' })
      expect(await first(wrong!.query)).toBe('2')
      const extreme = await seeder.plant(session, tables, { kind: 'extreme', table: 'loose', column: 'a' })
      expect(extreme?.what).toContain('a = -2147483648')
    }))
})
