import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mysqlUrl } from '../../scripts/servers.ts'
import type { Database, Engine, EngineRequest, Session } from '../../src/sandbox/engine.ts'
import { forbidden } from '../../src/sandbox/engines/mysql/forbidden.ts'
import { openMysql } from '../../src/sandbox/engines/mysql/index.ts'
import { cleanMysql } from '../../src/sandbox/engines/mysql/leftovers.ts'
import { mysqlObserver } from '../../src/sandbox/observe/mysql.ts'
import { mysqlCatalog } from '../../src/sandbox/observe/mysql-catalog.ts'
import { send } from '../../src/sandbox/runner/send.ts'

const request: EngineRequest = {
  dialect: 'mariadb',
  wanted: undefined,
  asked: mysqlUrl,
  allowRemote: false,
  root: process.cwd(),
  extensions: [],
  bytes: 0,
}

const opened: Engine | string = await openMysql(request).catch((error: Error) => error.message)
if (typeof opened === 'string') console.warn(`skipped: MySQL or MariaDB at ${mysqlUrl}: ${opened}`)

async function run(session: Session, ...statements: readonly string[]): Promise<void> {
  for (const sql of statements) await session.query(sql)
}

const lines = (catalog: ReadonlyMap<string, string>) => [...catalog].map(([thing, what]) => `${thing}: ${what}`).sort()

/** Numbers from 1 to 1000 on either server. */
const thousand = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n`

describe.skipIf(typeof opened === 'string')(`a server by URL${typeof opened === 'string' ? `: ${opened}` : `: ${opened.product}`}`, () => {
  const engine = opened as Engine
  let database: Database
  let session: Session

  beforeAll(async () => {
    database = await engine.create()
    session = await database.open()
  })
  afterAll(() => engine.close())

  test('says what answers and under which settings', () => {
    expect(engine.product).toMatch(/^(?:MySQL|MariaDB) \d+\.\d+/)
    expect(engine.dialect).toBe(engine.product.startsWith('MariaDB') ? 'mariadb' : 'mysql')
    expect(engine).toMatchObject({ provider: 'url', secondSession: true })
    expect(engine.settings).toContainEqual(expect.stringMatching(/^sql_mode = .*STRICT_TRANS_TABLES/))
  })

  test('values are plain, and affected counts what was changed', async () => {
    await run(session, 'CREATE TABLE v (a BIGINT, b BIT(3), c DECIMAL(5, 2), d DATETIME(3), e JSON, f VARBINARY(3))')
    await run(
      session,
      `INSERT INTO v VALUES (9007199254740993, 5, 1.10, '2020-01-01 00:00:00.5', '{"a": 1}', x'00ff'), (1, NULL, NULL, NULL, NULL, NULL)`,
    )
    expect((await session.query('SELECT * FROM v ORDER BY a DESC LIMIT 1')).rows).toEqual([
      { a: '9007199254740993', b: "x'05'", c: '1.10', d: '2020-01-01 00:00:00.500', e: '{"a": 1}', f: "x'00ff'" },
    ])
    expect((await session.query('UPDATE v SET a = 1')).affected).toBe(1)
    expect((await session.query('ALTER TABLE v MODIFY c DECIMAL(8, 3)')).affected).toBe(0)
    await session.query('DROP TABLE v')
  })

  test('a refused statement says symbol and number, and the state is the server’s own', async () => {
    await run(session, 'CREATE TABLE t (a INT PRIMARY KEY)', 'BEGIN', 'INSERT INTO t VALUES (1)')
    expect(session.state).toBe('transaction')
    await expect(session.query('INSERT INTO t VALUES (1)')).rejects.toMatchObject({
      name: 'ServerError',
      code: 'ER_DUP_ENTRY',
      number: 1062,
    })
    expect(session.state).toBe('transaction')
    // DDL ends the transaction, also when it fails: the row stays.
    await expect(session.query('ALTER TABLE t ADD COLUMN a INT')).rejects.toMatchObject({ code: 'ER_DUP_FIELDNAME', number: 1060 })
    expect(session.state).toBe('idle')
    await session.query('ROLLBACK')
    expect((await session.query('SELECT a FROM t')).rows).toEqual([{ a: 1 }])
    await run(session, 'SET autocommit = 0', 'SELECT * FROM t')
    expect(session.state).toBe('transaction')
    await run(session, 'ROLLBACK', 'SET autocommit = 1', 'DROP TABLE t')
  })

  test('a statement that runs can be ended from outside', async () => {
    const sleeping = session.query('SELECT SLEEP(30) AS slept').then(
      ({ rows }) => rows[0]?.slept,
      () => 'ended',
    )
    setTimeout(() => void session.cancel(), 200)
    // SLEEP says 1 when it was interrupted, other statements fail.
    expect([1, 'ended']).toContain(await sleeping)
  })

  test('the account sees nothing but its own databases', async () => {
    const other = await engine.create()
    await run(session, `CREATE TABLE ${other.name}.t (a INT)`, `DROP TABLE ${other.name}.t`)
    await expect(session.query('SELECT * FROM mysql.user')).rejects.toMatchObject({ name: 'ServerError' })
    await expect(session.query('CREATE DATABASE surefoot_elsewhere')).rejects.toMatchObject({ number: 1044 })
    await expect(session.query('SET GLOBAL max_connections = 10')).rejects.toMatchObject({ number: 1227 })
    await expect(session.query("CREATE USER 'surefoot_other'@'%'")).rejects.toMatchObject({ number: 1227 })
    await other.drop()
  })

  test('a snapshot keeps tables, keys, rows, counters, views, triggers and routines', async () => {
    const first = await engine.create()
    const writer = await first.open()
    await run(
      writer,
      'CREATE TABLE parent (id INT PRIMARY KEY AUTO_INCREMENT, n INT, twice INT AS (n * 2) STORED)',
      'CREATE TABLE child (id INT PRIMARY KEY, parent INT, CONSTRAINT child_parent FOREIGN KEY (parent) REFERENCES parent (id) ON DELETE CASCADE)',
      'INSERT INTO parent (n) VALUES (5), (6), (7)',
      'DELETE FROM parent WHERE id = 3',
      'INSERT INTO child VALUES (0, 1), (1, 2)',
      'CREATE VIEW zed AS SELECT id, twice FROM parent',
      'CREATE VIEW aleph AS SELECT id FROM zed',
      'CREATE FUNCTION plus_one (a INT) RETURNS INT DETERMINISTIC RETURN a + 1',
      'CREATE TRIGGER fill BEFORE INSERT ON child FOR EACH ROW SET NEW.parent = plus_one(1)',
    )
    await writer.close()
    const before = lines(await read(first))
    const snapshot = await engine.snapshot(first)
    await first.drop()
    const copy = await engine.create(snapshot)
    expect(lines(await read(copy))).toEqual(before)
    const reader = await copy.open()
    expect((await reader.query('SELECT twice FROM parent ORDER BY id')).rows).toEqual([{ twice: 10 }, { twice: 12 }])
    expect((await reader.query('SELECT count(*) AS n FROM aleph')).rows).toEqual([{ n: '2' }])
    await run(reader, 'INSERT INTO parent (n) VALUES (8)', 'INSERT INTO child (id) VALUES (9)')
    expect((await reader.query('SELECT max(id) AS id FROM parent')).rows).toEqual([{ id: 4 }])
    expect((await reader.query('SELECT parent FROM child WHERE id = 9')).rows).toEqual([{ parent: 2 }])
    await expect(reader.query('INSERT INTO child VALUES (0, 1)')).rejects.toMatchObject({ number: 1062 })
    await reader.close()
    const again = await engine.create(snapshot)
    const third = await again.open()
    expect((await third.query('SELECT id, parent FROM child ORDER BY id')).rows).toEqual([
      { id: 0, parent: 1 },
      { id: 1, parent: 2 },
    ])
    await snapshot.drop()
    for (const each of [copy, again]) await each.drop()
  })

  async function read(database: Database) {
    const session = await database.open()
    const catalog = await mysqlCatalog.catalog(session, [])
    await session.close()
    return catalog
  }

  test('a database is dropped while others are in the middle of a transaction on it', async () => {
    const busy = await engine.create()
    const one = await busy.open()
    await run(one, 'CREATE TABLE t (a INT)', 'BEGIN', 'INSERT INTO t VALUES (1)')
    if (busy.wire.kind !== 'stream') throw new Error('no stream')
    const stream = await busy.wire.open()
    const greeting = await new Promise<Buffer>((resolve) => stream.once('data', resolve))
    expect(greeting.includes(engine.version.join('.'))).toBe(true)
    await busy.drop()
    expect((await session.query(`SHOW DATABASES LIKE '${busy.name}'`)).rows).toEqual([])
  })

  describe('the observer', () => {
    const observer = mysqlObserver(engine)
    const watch = async (sql: string) => {
      const sent = await send(session, sql, { observer, trace: true, index: 0, during: undefined })
      if (sent.failure) throw new Error(sent.failure.message)
      return sent.effects!
    }

    beforeAll(() =>
      run(
        session,
        'CREATE TABLE parents (id INT PRIMARY KEY, s VARCHAR(20))',
        'CREATE TABLE `my-rows` (id INT PRIMARY KEY AUTO_INCREMENT, n INT, parent INT)',
        `INSERT INTO \`my-rows\` (n) ${thousand}`,
      ),
    )

    test('counts rows that were scanned and written', async () => {
      expect(await watch('UPDATE `my-rows` SET n = n + 1')).toMatchObject({ written: { 'my-rows': 1000 }, rewritten: [] })
      const missed = await watch('UPDATE `my-rows` SET n = 0 WHERE n > 100000')
      expect(missed.written).toEqual({})
      expect(missed.scanned['my-rows']).toBeGreaterThanOrEqual(1000)
      const single = await watch('UPDATE `my-rows` SET n = 0 WHERE id = 7')
      expect(single).toMatchObject({ written: { 'my-rows': 1 }, scanned: {} })
      expect(await watch(`INSERT INTO parents (id) VALUES (1), (2)`)).toMatchObject({ written: { parents: 2 }, scanned: {} })
    })

    test('finds the cheapest way in which an ALTER runs, and whether the table was written anew', async () => {
      const added = await watch('ALTER TABLE `my-rows` ADD COLUMN added INT')
      expect(added).toEqual({ locks: [], held: [], algorithm: 'INSTANT', rewritten: [], written: { 'my-rows': 0 }, scanned: {} })
      const widened = await watch('ALTER TABLE `my-rows` MODIFY n BIGINT;')
      expect(widened).toMatchObject({ algorithm: 'COPY, LOCK=SHARED', rewritten: ['my-rows'], written: { 'my-rows': 1000 } })
      expect(widened.scanned['my-rows']).toBeGreaterThanOrEqual(1000)
      const indexed = await watch('CREATE INDEX by_n ON `my-rows` (n)')
      expect(indexed.algorithm).toMatch(/^(?:NOCOPY|INPLACE), LOCK=NONE$/)
      expect(indexed.rewritten).toEqual([])
      expect((await watch('DROP INDEX by_n ON `my-rows`')).algorithm).toMatch(/^(?:NOCOPY|INPLACE), LOCK=NONE$/)
      const required = await watch('ALTER TABLE `my-rows` MODIFY n BIGINT NOT NULL')
      expect(required).toMatchObject({ algorithm: 'INPLACE, LOCK=NONE', rewritten: ['my-rows'] })
      const bound = await watch('ALTER TABLE `my-rows` ADD CONSTRAINT bound FOREIGN KEY (parent) REFERENCES parents (id)')
      expect(bound).toMatchObject({ algorithm: 'COPY, LOCK=SHARED', rewritten: ['my-rows'] })
    })

    test('a refusal that is not about the algorithm is the migration’s own failure', async () => {
      await run(session, 'CREATE TABLE nulls (a INT)', 'INSERT INTO nulls VALUES (NULL)')
      await expect(watch('ALTER TABLE nulls MODIFY a INT NOT NULL')).rejects.toThrow(/NULL|truncated/i)
      await expect(watch('ALTER TABLE nulls ADD COLUMN a INT')).rejects.toThrow(/Duplicate column/)
      expect((await watch('ALTER TABLE nulls ADD COLUMN b INT, ALGORITHM=INPLACE')).algorithm).toBeUndefined()
    })

    test('under LOCK TABLES nothing can be looked at, and the statements run all the same', async () => {
      await run(session, 'CREATE TABLE locked (a INT)')
      for (const sql of ['LOCK TABLES locked WRITE', 'ALTER TABLE locked ADD COLUMN b INT', 'UNLOCK TABLES']) {
        const sent = await send(session, sql, { observer, trace: true, index: 0, during: undefined })
        expect([sql, sent.failure, sent.effects]).toEqual([sql, undefined, undefined])
      }
      expect((await watch('INSERT INTO locked VALUES (1, 2)')).written).toEqual({ locked: 1 })
    })

    test('the injected failure fails in a prepared statement too', async () => {
      await expect(session.query(observer.failing)).rejects.toThrow('surefoot: injected failure')
      await expect(session.query(`PREPARE p FROM '${observer.failing}'`)).rejects.toThrow('surefoot: injected failure')
    })

    test('tells housekeeping of a framework from the steps of a migration', () => {
      for (const sql of [
        'SET NAMES utf8mb4',
        'SHOW INDEX FROM `orders`',
        'START TRANSACTION;',
        'SELECT VERSION() AS `version`',
        "SELECT * FROM `information_schema`.`columns` WHERE table_name = 'orders'",
        'SELECT DATABASE() AS `db_name`',
      ])
        expect([sql, observer.isNoise(sql)]).toEqual([sql, true])
      for (const sql of [
        'SELECT * FROM orders',
        'SELECT id FROM orders JOIN information_schema.tables',
        'UPDATE orders SET a = 1',
        'ALTER TABLE orders ADD b INT',
        'LOCK TABLES orders WRITE',
        'SELECT id INTO @x FROM information_schema.tables',
      ])
        expect([sql, observer.isNoise(sql)]).toEqual([sql, false])
    })

    test('leaves alone what has no algorithm to choose', () => {
      for (const sql of [
        'ALTER TABLE t ADD PARTITION (PARTITION p1 VALUES LESS THAN (5))',
        'ALTER TABLE t DISCARD TABLESPACE',
        'ALTER TABLE t ADD a INT, LOCK=NONE',
        'CREATE TABLE t (a INT)',
        "UPDATE t SET a = 'ALTER TABLE'",
      ])
        expect(observer.ladder(sql)).toEqual([sql])
      expect(observer.ladder('ALTER TABLE t ADD a INT -- why\n').at(0)).toBe('ALTER TABLE t ADD a INT, ALGORITHM=INSTANT')
      expect(observer.ladder("ALTER TABLE t ADD a ENUM('partition', 'lock')")).not.toHaveLength(1)
    })
  })

  test('the catalogue says what there is', async () => {
    const made = await engine.create()
    const writer = await made.open()
    await run(
      writer,
      'CREATE TABLE users (id INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, email VARCHAR(20) CHARACTER SET ascii NOT NULL COMMENT "where", UNIQUE KEY one (email)) COMMENT "people"',
      `CREATE TABLE orders (id BIGINT PRIMARY KEY, user_id INT UNSIGNED NOT NULL, status ENUM('new', 'it''s') NOT NULL DEFAULT 'new', total DECIMAL(10, 2),
         cents DECIMAL(12, 0) AS (total * 100) STORED, KEY by_status (status DESC, id), FULLTEXT KEY words (note), note TEXT,
         CONSTRAINT mine FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE, CONSTRAINT positive CHECK (total >= 0))`,
      'CREATE VIEW paid AS SELECT id FROM orders',
      'CREATE TRIGGER after_order AFTER INSERT ON orders FOR EACH ROW UPDATE users SET email = email',
      'CREATE PROCEDURE sweep (IN days INT) DELETE FROM orders WHERE id < days',
      'CREATE TABLE SequelizeMeta (name VARCHAR(255))',
    )
    const found = lines(await mysqlCatalog.catalog(writer, ['SequelizeMeta'])).map((line) => line.replace(/utf8mb4_\w+/g, 'utf8mb4_x'))
    expect(found).toEqual(
      [
        'column orders.cents: decimal(12,0) as (`total` * 100) stored',
        expect.stringMatching(/^column orders\.id: bigint(?:\(20\))? not null$/),
        'column orders.note: text',
        expect.stringMatching(/^column orders\.status: enum\('new','it''s'\) not null default '?new'?$/),
        'column orders.total: decimal(10,2)',
        expect.stringMatching(/^column orders\.user_id: int(?:\(10\))? unsigned not null$/),
        'column users.email: varchar(20) collate ascii_general_ci not null',
        expect.stringMatching(/^column users\.id: int(?:\(10\))? unsigned not null auto_increment$/),
        'comment users.email: where',
        'comment users: people',
        'constraint orders.PRIMARY: primary key (id)',
        'constraint orders.mine: foreign key (user_id) references users(id) on delete cascade',
        expect.stringMatching(/^constraint orders\.positive: check \(.*`total` >= 0.*\)$/),
        'constraint users.PRIMARY: primary key (id)',
        expect.stringMatching(/^index orders\.by_status: \(status desc, id\)$/),
        'index orders.mine: (user_id)',
        'index orders.words: fulltext (note)',
        'index users.one: unique (email)',
        expect.stringMatching(/^procedure sweep: \(in days int(?:\(11\))?\) DELETE FROM orders WHERE id < days$/),
        'table orders: innodb utf8mb4_x',
        'table users: innodb utf8mb4_x',
        'trigger after_order: after insert on orders: UPDATE users SET email = email',
        expect.stringMatching(/^view paid: select `orders`\.`id` AS `id` from `orders`$/),
      ].map((line) => line as string),
    )
    await run(writer, 'INSERT INTO users (email) VALUES (1)', "INSERT INTO orders (id, user_id, note) VALUES (1, 1, 'x'), (2, 1, NULL)")
    expect(Object.fromEntries(await mysqlCatalog.contents(writer, ['SequelizeMeta']))).toMatchObject({
      orders: 2,
      'orders.note': 1,
      'orders.cents': 0,
      users: 1,
    })
    const tables = await mysqlCatalog.tables(writer, ['SequelizeMeta'])
    expect(tables.map(({ name }) => name)).toEqual(['users', 'orders'])
    expect(tables[0]).toMatchObject({ sql: '`users`', primaryKey: ['id'], unique: [['email']] })
    expect(tables[1]?.columns.map(({ name, made, labels, length, nullable }) => [name, made, labels, length, nullable])).toEqual([
      ['id', undefined, undefined, undefined, false],
      ['user_id', undefined, undefined, undefined, false],
      ['status', undefined, ['new', "it's"], undefined, false],
      ['total', undefined, undefined, undefined, true],
      ['cents', 'generated', undefined, undefined, true],
      ['note', undefined, undefined, 65535, true],
    ])
    expect(tables[1]?.foreignKeys).toMatchObject([{ columns: ['user_id'], target: 'users', targetColumns: ['id'] }])
    await made.drop()
  })

  test('leftovers of a run that was killed are removed, those of living runs are not', async () => {
    const probe = await openMysql(request)
    const admin = await import('../../src/sandbox/engines/mysql/session.ts').then(({ openSession }) =>
      import('../../src/sandbox/engines/mysql/address.ts').then(({ parseAddress }) => openSession(request.root, parseAddress(mysqlUrl))),
    )
    // Process ids end at 4194304.
    await run(admin, 'CREATE DATABASE surefoot_99999999_0123abcd_1', "CREATE USER 'surefoot_99999999_0123abcd'@'%'")
    const removed = await cleanMysql(mysqlUrl, request.root)
    expect(removed).toEqual(expect.arrayContaining(['surefoot_99999999_0123abcd_1', 'surefoot_99999999_0123abcd']))
    expect(removed.filter((name) => name.includes(`_${process.pid}_`))).toEqual([])
    await probe.close()
    await admin.close()
  })
})

test('a server elsewhere needs leave, a wrong URL and a silent port say what to do', async () => {
  await expect(openMysql({ ...request, asked: 'mysql://root:secret@db.example.com/shop' })).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(/^mysql:\/\/root:\*\*\*@db\.example\.com\/shop is not on this machine.*--allow-remote/),
  })
  await expect(openMysql({ ...request, asked: 'mysql://root@127.0.0.1:1' })).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringContaining('No server answers at 127.0.0.1:1'),
  })
})

describe('what reaches out of the database is forbidden', () => {
  test.each([
    'USE production',
    'SET GLOBAL innodb_lock_wait_timeout = 1',
    'SET @@global.foreign_key_checks = 0',
    'SET PERSIST max_connections = 5',
    "GRANT ALL ON *.* TO 'a'@'%'",
    "create user 'a'@'%'",
    'DROP DATABASE shop',
    "LOAD DATA INFILE '/etc/passwd' INTO TABLE t",
    "SELECT * FROM t INTO OUTFILE '/tmp/x'",
    "SELECT LOAD_FILE('/etc/passwd')",
    "INSTALL PLUGIN x SONAME 'x.so'",
    'FLUSH PRIVILEGES',
    'FLUSH TABLES WITH READ LOCK',
    'SHUTDOWN',
    'KILL 5',
    'SELECT 1; KILL 5',
    'ALTER TABLE shop.orders ADD COLUMN a INT',
    'INSERT INTO `shop`.`orders` VALUES (1)',
    'UPDATE shop.orders SET a = 1',
    'SELECT * FROM orders JOIN shop.users ON users.id = orders.user_id',
    'CREATE INDEX a ON shop.orders (a)',
    '/*!40101 SET GLOBAL sql_mode = "" */',
  ])('%s', (sql) => expect(forbidden(sql)).toMatch(/^it /))
  test.each([
    'SET SESSION sql_mode = ""',
    'SET foreign_key_checks = 0',
    'ALTER TABLE orders ADD COLUMN a INT',
    "INSERT INTO t VALUES ('USE production')",
    'SELECT * FROM information_schema.columns',
    'SELECT o.id FROM orders o JOIN users u ON u.id = o.user_id WHERE o.a = 1',
    'UPDATE orders SET orders.a = 1',
    'FLUSH TABLES orders',
    'CREATE TABLE `grant` (a INT)',
    '-- USE production\nSELECT 1',
  ])('but not %s', (sql) => expect(forbidden(sql)).toBeUndefined())
})
