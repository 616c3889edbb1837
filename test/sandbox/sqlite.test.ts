import { afterAll, describe, expect, test } from 'vitest'
import { differences } from '../../src/sandbox/catalog.ts'
import type { Engine, EngineRequest, Session } from '../../src/sandbox/engine.ts'
import { forbidden } from '../../src/sandbox/engines/sqlite/forbidden.ts'
import { openSqlite } from '../../src/sandbox/engines/sqlite/index.ts'
import { sqliteObserver } from '../../src/sandbox/observe/sqlite.ts'
import { sqliteCatalog } from '../../src/sandbox/observe/sqlite-catalog.ts'

const request: EngineRequest = {
  dialect: 'sqlite',
  wanted: undefined,
  asked: undefined,
  allowRemote: false,
  root: process.cwd(),
  extensions: [],
  bytes: 0,
}

const providers = ['sql.js', 'node:sqlite', 'better-sqlite3'] as const
const found = await Promise.all(
  providers.map(async (asked) => {
    const engine: Engine | string = await openSqlite({ ...request, asked }).catch((error: Error) => error.message)
    return { asked, engine }
  }),
)

async function run(session: Session, ...statements: readonly string[]): Promise<void> {
  for (const sql of statements) await session.query(sql)
}

const lines = (catalog: ReadonlyMap<string, string>) => [...catalog].map(([thing, what]) => `${thing}: ${what}`).sort()

for (const { asked, engine } of found) {
  if (typeof engine === 'string') {
    console.warn(`skipped: SQLite by ${asked}: ${engine}`)
    test.skip(`SQLite by ${asked}: ${engine}`, () => {})
    continue
  }
  afterAll(() => engine.close())
  describe(`${engine.product} by ${asked}`, () => {
    test('says what it is', () => {
      expect(engine).toMatchObject({ dialect: 'sqlite', provider: asked, secondSession: false })
      expect(engine.version[0]).toBe(3)
    })

    test('a snapshot keeps what was there, copies do not see each other', async () => {
      const database = await engine.create()
      const session = await database.open()
      await run(session, 'CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)', "INSERT INTO t VALUES (1, 'x'), (2, NULL)")
      await session.close()
      const snapshot = await engine.snapshot(database)
      const [one, two] = [await engine.create(snapshot), await engine.create(snapshot)]
      const first = await one.open()
      expect((await first.query('DELETE FROM t')).affected).toBe(2)
      await first.close()
      const second = await two.open()
      expect((await second.query('SELECT * FROM t ORDER BY a')).rows).toEqual([
        { a: 1, b: 'x' },
        { a: 2, b: null },
      ])
      await second.close()
      const again = await one.open()
      expect((await again.query('SELECT count(*) AS n FROM t')).rows).toEqual([{ n: 0 }])
      for (const each of [database, one, two]) await each.drop()
    })

    test('values are plain: large integers are strings, bytes are written as SQL', async () => {
      const database = await engine.create()
      const session = await database.open()
      expect(
        (await session.query("SELECT 9007199254740993 AS large, 7 AS small, 1.5 AS real, x'00ff' AS bytes, NULL AS none")).rows,
      ).toEqual([{ large: '9007199254740993', small: 7, real: 1.5, bytes: "x'00ff'", none: null }])
      await database.drop()
    })

    test('affected counts the rows of the statement alone', async () => {
      const database = await engine.create()
      const session = await database.open()
      await run(session, 'CREATE TABLE t (a)', 'INSERT INTO t VALUES (1), (2), (3)')
      expect((await session.query('UPDATE t SET a = a + 1 WHERE a > 1')).affected).toBe(2)
      expect((await session.query('CREATE TABLE u (a)')).affected).toBe(0)
      expect((await session.query('UPDATE t SET a = 0 WHERE a > 100')).affected).toBe(0)
      expect((await session.query('SELECT * FROM t')).affected).toBe(0)
      await database.drop()
    })

    test('a refused statement says its code, and a transaction can go on', async () => {
      const database = await engine.create()
      const session = await database.open()
      await run(session, 'CREATE TABLE t (a UNIQUE)', 'INSERT INTO t VALUES (1)')
      expect(session.state).toBe('idle')
      await run(session, 'BEGIN', 'INSERT INTO t VALUES (2)')
      await expect(session.query('INSERT INTO t VALUES (1)')).rejects.toMatchObject({ name: 'ServerError', code: 'SQLITE_CONSTRAINT' })
      await expect(session.query('ALTER TABLE t ADD COLUMN a')).rejects.toMatchObject({ code: 'SQLITE_ERROR' })
      expect(session.state).toBe('transaction')
      await session.query('ROLLBACK')
      expect(session.state).toBe('idle')
      expect((await session.query('SELECT a FROM t')).rows).toEqual([{ a: 1 }])
      await database.drop()
    })

    test('the last session that closes rolls back what was open', async () => {
      const database = await engine.create()
      const session = await database.open()
      await run(session, 'CREATE TABLE t (a)', 'BEGIN', 'INSERT INTO t VALUES (1)')
      await session.close()
      await expect(session.query('SELECT 1')).rejects.toThrow('closed')
      const next = await database.open()
      expect((await next.query('SELECT count(*) AS n FROM t')).rows).toEqual([{ n: 0 }])
      await database.drop()
    })

    test('the image goes out and comes back, with a write-ahead log too', async () => {
      const database = await engine.create()
      const session = await database.open()
      await run(session, 'PRAGMA journal_mode = WAL', 'CREATE TABLE t (a)', 'INSERT INTO t VALUES (1)')
      if (database.wire.kind !== 'image') throw new Error('no image')
      const image = await database.wire.read()
      await session.query('DELETE FROM t')
      await database.wire.write(image)
      expect((await session.query('SELECT a FROM t')).rows).toEqual([{ a: 1 }])
      const other = await engine.create()
      if (other.wire.kind !== 'image') throw new Error('no image')
      await other.wire.write(image)
      expect((await (await other.open()).query('SELECT a FROM t')).rows).toEqual([{ a: 1 }])
      await other.drop()
      await database.drop()
    })

    test('a statement without an end is ended from outside, and the database is what it was when the session began', async () => {
      const database = await engine.create()
      const first = await database.open()
      await run(first, 'CREATE TABLE t (a)', 'INSERT INTO t VALUES (1)')
      await first.close()
      const session = await database.open()
      await session.query('INSERT INTO t VALUES (2)')
      const endless = session.query('WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n FROM r) SELECT count(*) FROM r')
      setTimeout(() => void session.cancel(), 100)
      await expect(endless).rejects.toMatchObject({ name: 'ServerError', code: 'SQLITE_INTERRUPT' })
      expect(session.state).toBe('idle')
      expect((await session.query('SELECT a FROM t')).rows).toEqual([{ a: 1 }])
      await database.drop()
    })

    test('a database does not grow without bound', async () => {
      const database = await engine.create()
      const session = await database.open()
      expect((await session.query('PRAGMA max_page_count')).rows).toEqual([{ max_page_count: 131072 }])
      await run(session, 'CREATE TABLE t (a)', 'PRAGMA max_page_count = 500')
      await expect(
        session.query('INSERT INTO t WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT randomblob(10000) FROM r'),
      ).rejects.toMatchObject({ code: 'SQLITE_FULL' })
      await database.drop()
    })

    test('the observer counts rows by table, and sees storage that was written anew', async () => {
      const database = await engine.create()
      const session = await database.open()
      const watch = async (sql: string) => {
        const before = (await session.query(sqliteObserver.mark)).rows
        await session.query(sql)
        return sqliteObserver.effects(before, (await session.query(sqliteObserver.mark)).rows, sql)
      }
      expect(await watch('CREATE TABLE "t" (a)')).toEqual({ locks: [], held: [], rewritten: [], scanned: {}, written: {} })
      expect((await watch('INSERT INTO "t" VALUES (1), (2)')).written).toEqual({ t: 2 })
      expect((await watch('update t set a = 3')).written).toEqual({ t: 2 })
      expect((await watch('SELECT * FROM t')).written).toEqual({})
      expect((await watch('ALTER TABLE t ADD COLUMN b')).rewritten).toEqual([])
      await run(session, 'CREATE TABLE gone (a)', 'CREATE TABLE moved (a)', 'INSERT INTO gone VALUES (1)', 'DROP TABLE gone')
      expect((await watch('VACUUM')).rewritten).toEqual(['moved'])
      expect(sqliteObserver.effects([{ name: '', page: 0, written: 1 }], [{ name: '', page: 0, written: 4 }]).written).toEqual({ '*': 3 })
      await expect(session.query(sqliteObserver.failing)).rejects.toThrow('surefoot: injected failure')
      await database.drop()
    })

    test('the catalogue says what there is, in one spelling', async () => {
      const database = await engine.create()
      const session = await database.open()
      await run(
        session,
        'CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email VARCHAR(20) NOT NULL UNIQUE COLLATE NOCASE)',
        `CREATE TABLE orders (
          id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE, status TEXT DEFAULT 'new', total REAL,
          cents INTEGER GENERATED ALWAYS AS (total * 100) STORED,
          CONSTRAINT positive CHECK (total >= 0), CHECK ("status" IN ('new', 'paid' COLLATE NOCASE)))`,
        'CREATE UNIQUE INDEX orders_user ON orders (user_id, lower("status") DESC) WHERE total > 5',
        'CREATE VIEW paid AS SELECT id FROM orders',
        'CREATE TRIGGER after_order AFTER INSERT ON orders BEGIN UPDATE users SET email = email; END',
      )
      expect(lines(await sqliteCatalog.catalog(session, []))).toEqual([
        'column orders.cents: integer as (total * 100) stored',
        'column orders.id: integer',
        "column orders.status: text default 'new'",
        'column orders.total: real',
        'column orders.user_id: integer not null',
        'column users.email: varchar not null collate nocase',
        'column users.id: integer',
        "constraint orders.check (status in ('new', 'paid' collate nocase)): check (status in ('new', 'paid' collate nocase))",
        'constraint orders.foreign key (user_id): references users(id) on delete cascade',
        'constraint orders.positive: check (total >= 0)',
        'constraint orders.primary key: (id)',
        'constraint users.primary key: (id)',
        'constraint users.unique (email): unique',
        'index orders_user: unique orders(user_id, lower(status) desc) where total > 5',
        'table orders: ',
        'table users: autoincrement',
        'trigger after_order: create trigger after_order after insert on orders begin update users set email = email; end',
        'view paid: create view paid as select id from orders',
      ])
      await database.drop()
    })

    test('a table that was rebuilt as it was is the same, one that lost something is not', async () => {
      const database = await engine.create()
      const session = await database.open()
      await run(session, 'CREATE TABLE t (Id INTEGER PRIMARY KEY, a TEXT NOT NULL COLLATE NOCASE, CHECK (a <> Id))')
      const before = await sqliteCatalog.catalog(session, [])
      const rebuild = async (definition: string) => {
        await run(
          session,
          `CREATE TABLE "t_new" (${definition})`,
          'INSERT INTO t_new SELECT * FROM t',
          'DROP TABLE t',
          'ALTER TABLE t_new RENAME TO t',
        )
        return differences(before, await sqliteCatalog.catalog(session, []))
      }
      expect(await rebuild('"Id" integer primary key, `a` text not null collate "nocase", check ("a" <> "Id")')).toEqual([])
      expect(await rebuild('"Id" integer primary key, a text not null')).toEqual([
        { thing: 'column t.a', before: 'text not null collate nocase', after: 'text not null' },
        { thing: 'constraint t.check (a <> id)', before: 'check (a <> id)', after: undefined },
      ])
      await database.drop()
    })

    test('contents and tables leave out what the runner keeps', async () => {
      const database = await engine.create()
      const session = await database.open()
      await run(
        session,
        'CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER, code VARCHAR(8) NOT NULL UNIQUE, FOREIGN KEY (parent) REFERENCES parent)',
        'CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT DEFAULT 1)',
        'CREATE TABLE SequelizeMeta (name)',
        "INSERT INTO parent VALUES (1, 'a'), (2, NULL)",
      )
      expect(Object.fromEntries(await sqliteCatalog.contents(session, ['SequelizeMeta']))).toEqual({
        child: 0,
        'child.code': 0,
        'child.id': 0,
        'child.parent': 0,
        parent: 2,
        'parent.id': 2,
        'parent.name': 1,
      })
      const tables = await sqliteCatalog.tables(session, ['SequelizeMeta'])
      expect(tables.map(({ name }) => name)).toEqual(['parent', 'child'])
      expect(tables[1]).toMatchObject({
        sql: '"child"',
        primaryKey: ['id'],
        unique: [['code']],
        foreignKeys: [{ columns: ['parent'], target: 'parent', targetColumns: ['id'] }],
      })
      expect(tables[1]?.columns).toEqual([
        { name: 'id', type: 'INTEGER', nullable: false, hasDefault: false, made: 'identity', labels: undefined, length: undefined },
        { name: 'parent', type: 'INTEGER', nullable: true, hasDefault: false, made: undefined, labels: undefined, length: undefined },
        { name: 'code', type: 'VARCHAR(8)', nullable: false, hasDefault: false, made: undefined, labels: undefined, length: 8 },
      ])
      await database.drop()
    })
  })
}

test('without a wish the newest SQLite answers, with a wanted version the nearest', async () => {
  const engines = found.flatMap(({ engine }) => (typeof engine === 'string' ? [] : [engine]))
  const newest = engines.map(({ version }) => version[1] ?? 0).sort((a, b) => b - a)[0]
  const engine = await openSqlite(request)
  expect(engine.version[1]).toBe(newest)
  await engine.close()
})

test('a provider that cannot be is refused with what to do', async () => {
  await expect(openSqlite({ ...request, asked: 'postgres://localhost/x' })).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringContaining('node:sqlite, better-sqlite3, sql.js'),
  })
})

describe('what reaches outside the database is forbidden', () => {
  test.each([
    "ATTACH DATABASE '/tmp/other.db' AS other",
    "/* x */ attach 'file.db' as f",
    "SELECT 1; VACUUM INTO '/tmp/copy.db'",
    "SELECT load_extension('/tmp/x.so')",
    "PRAGMA temp_store_directory = '/tmp'",
  ])('%s', (sql) => expect(forbidden(sql)).toMatch(/^it /))
  test.each([
    "ATTACH ':memory:' AS scratch",
    'VACUUM',
    "INSERT INTO t VALUES ('ATTACH x')",
    '-- attach\nSELECT 1',
    'PRAGMA foreign_keys = OFF',
    "SELECT 'load_extension('",
  ])('but not %s', (sql) => expect(forbidden(sql)).toBeUndefined())
})

test('housekeeping of a framework is told from the steps of a migration', () => {
  for (const sql of [
    'PRAGMA foreign_keys = ON;',
    "SELECT name FROM sqlite_master WHERE type='table'",
    'SELECT * FROM pragma_table_info(1)',
    'SELECT sqlite_version()',
  ])
    expect(sqliteObserver.isNoise(sql)).toBe(true)
  for (const sql of [
    'SELECT id FROM users',
    'UPDATE users SET a = 1',
    'ALTER TABLE users ADD COLUMN b',
    "INSERT INTO t VALUES ('sqlite_master')",
  ])
    expect(sqliteObserver.isNoise(sql)).toBe(false)
})
