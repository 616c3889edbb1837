import { afterAll, describe, expect, it } from 'vitest'
import type { Session } from '../../src/sandbox/engine.ts'
import { postgresCatalog } from '../../src/sandbox/observe/postgres-catalog.ts'
import { postgresSeeder as seeder } from '../../src/sandbox/seed/postgres.ts'
import { engines } from './postgres-servers.ts'

const { found, absent } = await engines()
for (const sentence of absent) {
  console.warn(`skipped: ${sentence}`)
  it.skip(sentence, () => {})
}

const shop = `
  CREATE TYPE order_status AS ENUM ('new', 'paid', 'sent');
  CREATE DOMAIN positive AS int CHECK (VALUE > 0);
  CREATE TABLE users (id serial PRIMARY KEY, email varchar(60) NOT NULL UNIQUE, name text, country char(2), born date, manager_id int REFERENCES users,
    rating smallint CHECK (rating BETWEEN 1 AND 5), settings jsonb NOT NULL DEFAULT '{}', tags text[] NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE products (sku uuid PRIMARY KEY DEFAULT gen_random_uuid(), price numeric(6,2) NOT NULL CHECK (price > 0), kind text NOT NULL CHECK (kind IN ('a', 'b')),
    code varchar(3) NOT NULL, starts_at timestamp NOT NULL, ends_at timestamp NOT NULL, amount positive NOT NULL, CHECK (ends_at > starts_at), CHECK (length(kind) >= 1));
  CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id int NOT NULL REFERENCES users, status order_status NOT NULL, note text);
  CREATE TABLE order_products (order_id bigint REFERENCES orders, sku uuid REFERENCES products, count int NOT NULL DEFAULT 1, PRIMARY KEY (order_id, sku));
  CREATE TABLE profiles (user_id int PRIMARY KEY REFERENCES users, bio text);
  CREATE TABLE counters (id serial PRIMARY KEY);
  CREATE TABLE places (id int PRIMARY KEY, at point, area polygon, bits bit(3) NOT NULL);`

describe.each(found)('on %s', (_, engine) => {
  afterAll(() => engine.close())

  async function inDatabase(sql: string, work: (session: Session) => Promise<void>): Promise<void> {
    const database = await engine.create()
    const session = await database.open()
    try {
      await session.query(sql)
      await work(session)
    } finally {
      await session.close()
      await database.drop()
    }
  }
  const tablesOf = (session: Session) => postgresCatalog.tables(session, [])
  const fill = async (session: Session, rows: number, filled: string[] = []) =>
    seeder.fill(session, await tablesOf(session), { rows, filled: new Set(filled) })
  const one = async (session: Session, sql: string) => Object.values((await session.query(sql)).rows[0] ?? {})[0]

  it('fills every table with as many rows as were asked for, keys and conditions kept', () =>
    inDatabase(shop, async (session) => {
      const seeded = await fill(session, 2000, ['users.name'])
      expect([...seeded.empty]).toEqual([])
      for (const table of ['users', 'products', 'orders', 'order_products', 'profiles', 'counters', 'places']) {
        expect([table, seeded.rows.get(table)]).toEqual([table, 2000])
        expect(await one(session, `SELECT count(*)::int FROM ${table}`)).toBe(2000)
      }
      expect(await one(session, 'SELECT count(*)::int FROM users WHERE name IS NULL')).toBe(0)
      const nulls = Number(await one(session, 'SELECT count(*)::int FROM users WHERE born IS NULL'))
      expect(nulls).toBeGreaterThan(250)
      expect(nulls).toBeLessThan(320)
      expect(await one(session, 'SELECT count(DISTINCT status)::int FROM orders')).toBe(3)
      expect(await one(session, 'SELECT count(DISTINCT name)::int < count(*) FROM users')).toBe(true)
      // What the server numbers goes on where the seed ended.
      expect(await one(session, "INSERT INTO users (email, tags) VALUES ('new@example.com', '{}') RETURNING id")).toBe(2001)
    }))

  it('gives the same rows each time', () =>
    inDatabase(shop, async (session) => {
      const sum = () =>
        one(
          session,
          "SELECT md5(string_agg(p::text, ',' ORDER BY sku)) || md5((SELECT string_agg(o::text, ',' ORDER BY id) FROM orders o)) FROM products p",
        )
      await fill(session, 50)
      const first = await sum()
      await session.query('TRUNCATE users, products, orders, order_products, profiles RESTART IDENTITY')
      await fill(session, 50)
      expect(await sum()).toBe(first)
    }))

  it('adds what is missing to tables that have rows', () =>
    inDatabase("CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'one'), (11, 'eleven')", async (session) => {
      expect((await fill(session, 100)).rows.get('t')).toBe(100)
      expect(await one(session, 'SELECT count(*)::int FROM t')).toBe(100)
    }))

  it('says why a table stays empty or small', () =>
    inDatabase(
      `CREATE TABLE odd (a text NOT NULL CHECK (a ~ '^[QZ]{4}$'));
       CREATE TABLE child (odd_a text NOT NULL); ALTER TABLE odd ADD UNIQUE (a); ALTER TABLE child ADD FOREIGN KEY (odd_a) REFERENCES odd (a);
       CREATE TABLE flags (on_off boolean PRIMARY KEY);
       CREATE TABLE maybe (a text CHECK (a ~ '^[QZ]{4}$'), b int)`,
      async (session) => {
        const { rows, empty } = await fill(session, 100)
        expect(empty.get('odd')).toMatch(/violates check constraint/)
        expect(empty.get('child')).toMatch(/needs rows of odd/)
        expect(rows.get('flags')).toBe(2)
        expect(rows.get('maybe')).toBe(100)
      },
    ))

  it('puts in as many rows as a slow trigger leaves time for', () => {
    const slow = `CREATE TABLE orders (id serial PRIMARY KEY, note text);
      CREATE FUNCTION looks() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.02); RETURN NEW; END';
      CREATE TRIGGER looks BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION looks();`
    return inDatabase(slow, async (session) => {
      const { rows, few } = await fill(session, 20_000)
      expect(rows.get('orders')).toBeGreaterThan(19)
      expect(rows.get('orders')).toBeLessThan(500)
      expect(few.get('orders')).toMatch(/^each takes \d+ ms, with the triggers of the table$/)
    })
  })

  it('plants what plausible data has not, and gives the query that finds it', () =>
    inDatabase(shop, async (session) => {
      await fill(session, 100, ['users.name'])
      const tables = await tablesOf(session)
      const found = async (query: string) => Number(Object.values((await session.query(query)).rows[0] ?? {}).at(-1) ?? 0)

      const none = await seeder.plant(session, tables, { kind: 'null', table: 'users', column: 'name' })
      expect(none?.query).toBe('SELECT count(*) FROM users WHERE "name" IS NULL')
      expect(await found(none!.query)).toBe(2)
      expect(await seeder.plant(session, tables, { kind: 'null', table: 'users', column: 'email' })).toBeUndefined()

      const twice = await seeder.plant(session, tables, { kind: 'duplicate', table: 'orders', columns: ['note'] })
      expect(await found(twice!.query)).toBeGreaterThan(1)
      expect(await seeder.plant(session, tables, { kind: 'duplicate', table: 'users', columns: ['email'] })).toBeUndefined()

      await session.query('ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey')
      const orphan = await seeder.plant(session, tables, { kind: 'orphan', table: 'orders', columns: ['user_id'], target: 'users' })
      expect(await found(orphan!.query)).toBe(2)
      await expect(session.query('ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users')).rejects.toMatchObject({ code: '23503' })

      const violation = await seeder.plant(session, tables, { kind: 'violation', table: 'orders', check: 'length(note) < 50' })
      expect(await found(violation!.query)).toBe(2)
      const ofLater = { kind: 'violation', table: 'orders', check: 'length(note) < paid_later' } as const
      expect(await seeder.plant(session, tables, ofLater)).toBeUndefined()
      await expect(session.query('ALTER TABLE orders ADD CHECK (length(note) < 50)')).rejects.toMatchObject({ code: '23514' })

      const extreme = await seeder.plant(session, tables, { kind: 'extreme', table: 'orders', column: 'note' })
      expect(extreme?.what.length).toBeLessThan(160)
      expect(await found(extreme!.query)).toBe(10_000)
      await expect(session.query('ALTER TABLE orders ALTER note TYPE varchar(100)')).rejects.toMatchObject({ code: '22001' })

      for (const [table, column] of [
        ['orders', 'note'],
        ['orders', 'status'],
        ['users', 'settings'],
        ['users', 'born'],
      ] as const) {
        const planted = await seeder.plant(session, tables, { kind: 'extreme', table, column, into: 'other' })
        expect((await session.query(planted!.query)).rows.length).toBeGreaterThan(0)
      }
    }))
})
