import { afterAll, describe, expect, it } from 'vitest'
import { differences } from '../../src/sandbox/catalog.ts'
import type { Session } from '../../src/sandbox/engine.ts'
import { postgresCatalog as reader } from '../../src/sandbox/observe/postgres-catalog.ts'
import { engines } from './postgres-servers.ts'

const { found, absent } = await engines()
for (const sentence of absent) {
  console.warn(`skipped: ${sentence}`)
  it.skip(sentence, () => {})
}

const tables = `
  CREATE SCHEMA billing;
  CREATE TYPE order_status AS ENUM ('new', 'paid');
  CREATE DOMAIN positive AS int CHECK (VALUE > 0);
  CREATE TABLE users (id serial PRIMARY KEY, email varchar(100) NOT NULL, name text DEFAULT 'x', code text COLLATE "C");
  CREATE UNIQUE INDEX users_email ON users (lower(email));
  CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id int NOT NULL REFERENCES users, status order_status NOT NULL DEFAULT 'new',
    amount positive, total numeric(10,2) GENERATED ALWAYS AS (1.5) STORED, CONSTRAINT orders_amount CHECK (amount < 100), UNIQUE (user_id, status));
  CREATE TABLE billing.invoices (id int, order_id bigint REFERENCES orders);
  CREATE TABLE migrations (id serial PRIMARY KEY);
  COMMENT ON COLUMN orders.status IS 'how far it is';
  CREATE VIEW paid AS SELECT id FROM orders WHERE status = 'paid';
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();`

describe.each(found)('on %s', (_, engine) => {
  afterAll(() => engine.close())

  async function inDatabase(work: (session: Session) => Promise<void>): Promise<void> {
    const database = await engine.create()
    const session = await database.open()
    try {
      await work(session)
    } finally {
      await session.close()
      await database.drop()
    }
  }

  it('names everything that a database holds, bookkeeping aside', () =>
    inDatabase(async (session) => {
      await session.query(tables)
      const catalog = await reader.catalog(session, ['migrations'])
      expect(Object.fromEntries(catalog)).toMatchObject({
        'schema billing': '',
        'table orders': '',
        'column users.email': 'character varying(100) not null',
        'column users.name': "text default 'x'::text",
        'column users.code': 'text collate "C"',
        'column orders.id': 'bigint not null generated always as identity',
        'column orders.status': "order_status not null default 'new'::order_status",
        'index users_email': 'CREATE UNIQUE INDEX users_email ON public.users USING btree (lower((email)::text))',
        'constraint orders.orders_pkey': 'PRIMARY KEY (id)',
        'constraint orders.orders_amount': 'CHECK (((amount)::integer < 100))',
        'constraint billing.invoices.invoices_order_id_fkey': 'FOREIGN KEY (order_id) REFERENCES orders(id)',
        'type order_status': "enum ('new', 'paid')",
        'comment orders.status': 'how far it is',
        'sequence users_id_seq': 'integer start 1 increment 1 min 1 max 2147483647',
      })
      for (const thing of ['view paid', 'trigger orders.touched', 'function touch()', 'type positive'])
        expect(catalog.has(thing)).toBe(true)
      expect([...catalog.keys()].filter((thing) => thing.includes('migrations') || thing.includes('orders_pkey'))).toEqual([
        'constraint orders.orders_pkey',
      ])
    }))

  it('finds what a change back leaves behind, and nothing when it leaves nothing', () =>
    inDatabase(async (session) => {
      await session.query(tables)
      const before = await reader.catalog(session, [])
      await session.query("ALTER TABLE users ADD a int; CREATE TYPE mood AS ENUM ('ok'); ALTER TABLE users DROP a")
      expect(differences(before, await reader.catalog(session, []))).toEqual([
        { thing: 'type mood', before: undefined, after: "enum ('ok')" },
      ])
      await session.query("DROP TYPE mood; ALTER TABLE users ADD CHECK (name <> 'y') NOT VALID")
      expect(differences(before, await reader.catalog(session, []))).toEqual([
        { thing: 'constraint users.users_name_check', before: undefined, after: "CHECK ((name <> 'y'::text)) NOT VALID" },
      ])
    }))

  it('says of a table that only one of them has that, and not what is in it', () =>
    inDatabase(async (session) => {
      await session.query(tables)
      const before = await reader.catalog(session, [])
      await session.query("CREATE TABLE parts (id int PRIMARY KEY, name text CHECK (name <> '')); COMMENT ON TABLE parts IS 'x'")
      expect(differences(before, await reader.catalog(session, []))).toEqual([
        { thing: 'table parts', before: undefined, after: '(id, name)' },
      ])
    }))

  it('says of an index that it is not valid', () =>
    inDatabase(async (session) => {
      await session.query('CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)')
      await expect(session.query('CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a)')).rejects.toMatchObject({ code: '23505' })
      expect((await reader.catalog(session, [])).get('index t_a')).toMatch(/ INVALID$/)
    }))

  it('counts rows and values', () =>
    inDatabase(async (session) => {
      await session.query(
        'CREATE TABLE "Odd ""Name" (a int, "B c" text); INSERT INTO "Odd ""Name" VALUES (1, NULL), (2, \'x\'); CREATE TABLE empty ()',
      )
      expect(Object.fromEntries(await reader.contents(session, []))).toEqual({
        'Odd "Name': 2,
        'Odd "Name.a': 2,
        'Odd "Name.B c': 1,
        empty: 0,
      })
    }))

  it('gives tables to a seeder, parents first', () =>
    inDatabase(async (session) => {
      await session.query(tables)
      const seeds = await reader.tables(session, ['migrations'])
      expect(seeds.map(({ name, sql }) => [name, sql])).toEqual([
        ['users', 'users'],
        ['orders', 'orders'],
        ['billing.invoices', 'billing.invoices'],
      ])
      const [users, orders, invoices] = seeds
      expect(users).toMatchObject({ primaryKey: ['id'], unique: [['email']], foreignKeys: [], checks: [] })
      expect(users?.columns.map(({ name, made, length }) => [name, made, length])).toEqual([
        ['id', 'identity', undefined],
        ['email', undefined, 100],
        ['name', undefined, undefined],
        ['code', undefined, undefined],
      ])
      expect(orders?.columns.map(({ name, type, nullable, made, labels }) => [name, type, nullable, made, labels])).toEqual([
        ['id', 'bigint', false, 'identity', undefined],
        ['user_id', 'integer', false, undefined, undefined],
        ['status', 'order_status', false, undefined, ['new', 'paid']],
        ['amount', 'integer', true, undefined, undefined],
        ['total', 'numeric(10,2)', true, 'generated', undefined],
      ])
      expect(orders?.unique.map((columns) => [...columns].sort())).toEqual([['status', 'user_id']])
      expect(orders?.checks).toEqual(['((amount)::integer < 100)', '((amount > 0))'])
      expect(invoices?.foreignKeys).toEqual([
        { name: 'invoices_order_id_fkey', columns: ['order_id'], target: 'orders', targetColumns: ['id'] },
      ])
    }))
})
