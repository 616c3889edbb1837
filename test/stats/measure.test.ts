import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import mysql from 'mysql2/promise'
import pg from 'pg'
import initSqlJs from 'sql.js'
import { afterAll, describe, expect, it } from 'vitest'
import { mysqlAddress as mariadb, postgresAddress as postgres } from '../../scripts/servers.ts'
import { measure } from '../../src/stats/measure.ts'

const root = resolve(import.meta.dirname, '../..')
const today = '2026-01-31'
const own = 'surefoot_stats_test'

/** The connection, or nothing and a word on screen where no server is. */
async function reached<T>(name: string, connect: () => Promise<T>): Promise<T | undefined> {
  try {
    return await connect()
  } catch (error) {
    console.warn(`skipped: no ${name} (${error instanceof Error ? error.message : error})`)
    return undefined
  }
}

const postgresServer = await reached('PostgreSQL', async () => {
  const client = new pg.Client(postgres)
  await client.connect()
  return client
})
const mysqlServer = await reached('MySQL or MariaDB', () => mysql.createConnection(mariadb))
const folder = mkdtempSync(join(tmpdir(), 'surefoot-stats-'))

afterAll(async () => {
  await postgresServer?.query(`DROP DATABASE IF EXISTS ${own} WITH (FORCE)`)
  await postgresServer?.end()
  await mysqlServer?.query(`DROP DATABASE IF EXISTS ${own}`)
  await mysqlServer?.end()
  rmSync(folder, { recursive: true, force: true })
})

describe('the sizes of tables', () => {
  it.skipIf(!postgresServer)('are what PostgreSQL keeps, a partitioned table being as large as its partitions', async () => {
    await postgresServer!.query(`DROP DATABASE IF EXISTS ${own} WITH (FORCE)`)
    await postgresServer!.query(`CREATE DATABASE ${own}`)
    const client = new pg.Client({ ...postgres, database: own })
    await client.connect()
    await client.query(`
      CREATE SCHEMA shop;
      CREATE TABLE shop.orders (id int PRIMARY KEY);
      INSERT INTO shop.orders SELECT generate_series(1, 3000);
      CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
      CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
      CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
      INSERT INTO events SELECT i, '2024-01-01'::date + i FROM generate_series(0, 499) i;
      CREATE TABLE "Empty" (id int);
      CREATE VIEW seen AS SELECT * FROM events;
      ANALYZE`)
    await client.end()
    const url = `postgres://${postgres.user}@${postgres.host}:${postgres.port}/${own}`
    const found = await measure(url, root, today)
    expect(found).toMatchObject({ version: 1, engine: 'postgres', taken: today, serverVersion: expect.stringMatching(/^\d+/) })
    expect(Object.fromEntries(Object.entries(found.tables).map(([name, { rows }]) => [name, rows]))).toEqual({
      'shop.orders': 3000,
      'public.events': 500,
      'public.events_2024': 366,
      'public.events_2025': 134,
      'public.Empty': 0,
    })
    expect(found.tables['shop.orders']!.bytes).toBeGreaterThan(100_000)
    const { events, parts } = {
      events: found.tables['public.events']!,
      parts: ['2024', '2025'].map((year) => found.tables[`public.events_${year}`]!),
    }
    expect(events.bytes).toBe(parts.reduce((sum, part) => sum + part.bytes!, 0))
    expect(JSON.stringify(found)).not.toContain(own)
  })

  it.skipIf(!mysqlServer)('are what MySQL and MariaDB estimate of the database that the address names', async () => {
    await mysqlServer!.query(`DROP DATABASE IF EXISTS ${own}`)
    await mysqlServer!.query(`CREATE DATABASE ${own}`)
    await mysqlServer!.query(`CREATE TABLE ${own}.orders (id int PRIMARY KEY)`)
    await mysqlServer!.query(`INSERT INTO ${own}.orders VALUES ${Array.from({ length: 2000 }, (_, i) => `(${i})`).join(',')}`)
    await mysqlServer!.query(`CREATE VIEW ${own}.seen AS SELECT * FROM ${own}.orders`)
    await mysqlServer!.query(`ANALYZE TABLE ${own}.orders`)
    const { host, port, user, password } = mariadb
    const at = `${user}${password === '' ? '' : `:${encodeURIComponent(password)}`}@${host}:${port}`
    const found = await measure(`mariadb://${at}/${own}`, root, today)
    expect(found.serverVersion).toMatch(/^\d+\.\d+\.\d+$/)
    const [rows] = await mysqlServer!.query('SELECT version() AS version')
    expect(found.engine).toBe(/mariadb/i.test(JSON.stringify(rows)) ? 'mariadb' : 'mysql')
    expect(Object.keys(found.tables)).toEqual(['orders'])
    // InnoDB estimates.
    expect(found.tables.orders!.rows).toBeGreaterThan(1500)
    expect(found.tables.orders!.rows).toBeLessThan(2500)
    expect(found.tables.orders!.bytes).toBeGreaterThan(16_000)
    await expect(measure(`mysql://${at}`, root, today)).rejects.toThrow(/names no database/)
  })

  it('are counted in an SQLite file, however its path is written', async () => {
    const { Database } = await initSqlJs()
    const database = new Database()
    database.run('CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE TABLE "a ""b""" (x); CREATE VIEW seen AS SELECT 1')
    database.run('INSERT INTO orders (id) VALUES (1), (2), (3)')
    writeFileSync(join(folder, 'dev.db'), database.export())
    for (const url of [
      'dev.db',
      './dev.db',
      'file:./dev.db',
      'sqlite:dev.db',
      `sqlite://${join(folder, 'dev.db')}`,
      join(folder, 'dev.db'),
    ]) {
      const { engine, tables } = await measure(url, folder, today)
      expect(engine).toBe('sqlite')
      expect(Object.fromEntries(Object.entries(tables).map(([name, { rows }]) => [name, rows]))).toEqual({ orders: 3, 'a "b"': 0 })
    }
  })
})

describe('a database that cannot be asked', () => {
  it.each([
    ['postgres://somebody:sesame@127.0.0.1:1/x', /could not be asked/],
    ['mysql://somebody:sesame@127.0.0.1:1/x', /could not be asked/],
    ['mongodb://somebody:sesame@127.0.0.1/x', /mongodb: is no database/],
    ['nowhere.db', /nowhere\.db does not exist/],
    [resolve(root, 'package.json'), /could not be asked: .*not a database/],
  ])('is a mistake that holds no password: %s', async (url, said) => {
    const error = await measure(url, root, today).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'UserError', message: expect.stringMatching(said) })
    expect((error as Error).message).not.toContain('sesame')
  })
})
