import { beforeAll, describe, expect, test } from 'vitest'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { mysql } from '../../src/dialects/mysql/index.ts'
import { postgres } from '../../src/dialects/postgres/index.ts'
import { sqlite } from '../../src/dialects/sqlite/index.ts'
import { tracedText } from '../../src/source/traced.ts'

beforeAll(() => postgres.ready())

/** The first operation of a text. */
function read(dialect: Dialect, sql: string) {
  const operation = dialect.parse(tracedText(sql, 'd.sql'), { version: dialect.latest })[0]?.operations[0]
  if (operation?.kind === 'opaque') throw new Error(operation.detail)
  return operation
}

describe('what a statement says beside its command, on PostgreSQL', () => {
  test.each([
    [
      'GRANT SELECT, UPDATE ON orders, shop.lines TO PUBLIC, app WITH GRANT OPTION',
      { about: 'grant', revoke: false, privileges: ['SELECT', 'UPDATE'], on: 'table', to: ['PUBLIC', 'app'], grantOption: true },
    ],
    ['GRANT ALL ON ALL TABLES IN SCHEMA shop TO app', { privileges: ['ALL'], on: 'all-tables', objects: [{ name: 'shop' }] }],
    ['REVOKE ALL ON SCHEMA public FROM PUBLIC', { revoke: true, on: 'schema', to: ['PUBLIC'] }],
    ['GRANT admin TO app WITH ADMIN OPTION', { on: 'role', privileges: [], objects: [{ name: 'admin' }], grantOption: true }],
    ['ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC', { on: 'defaults', to: ['PUBLIC'] }],
    [
      'CREATE POLICY p ON orders AS RESTRICTIVE FOR UPDATE USING (owner = 1) WITH CHECK (true)',
      { about: 'policy', action: 'create', permissive: false, command: 'UPDATE' },
    ],
    ['DROP POLICY p ON orders', { about: 'policy', action: 'drop' }],
    ['ALTER SEQUENCE s AS bigint RESTART', { about: 'sequence', type: { name: 'bigint' }, restart: true, ownedBy: undefined }],
    ['ALTER SEQUENCE s OWNED BY shop.orders.id', { ownedBy: { table: { schema: 'shop', name: 'orders' }, column: 'id' } }],
    ['CREATE PUBLICATION p FOR TABLE a, b', { about: 'publication', allTables: false, tables: [{ name: 'a' }, { name: 'b' }] }],
    ['CREATE PUBLICATION p FOR ALL TABLES', { allTables: true }],
    ['ALTER TYPE shape ADD ATTRIBUTE y integer CASCADE', { about: 'attribute', type: { name: 'shape' }, action: 'add', cascade: true }],
    [
      'ALTER FUNCTION f() SECURITY DEFINER SET search_path = pg_catalog',
      { about: 'function', security: 'definer', settings: { search_path: 'pg_catalog' } },
    ],
  ])('%s', (sql, details) => expect(read(postgres, sql)).toMatchObject({ kind: 'otherStatement', details }))

  test.each([
    ["CREATE ROLE app LOGIN PASSWORD 'x1'", 'literal'],
    [`CREATE ROLE app PASSWORD 'md5${'0'.repeat(32)}'`, 'hash'],
    ["ALTER ROLE app PASSWORD '${APP_PASSWORD}'", 'placeholder'],
    ['ALTER ROLE app PASSWORD NULL', 'none'],
    ["CREATE USER MAPPING FOR app SERVER s OPTIONS (user 'a', password 'x1')", 'literal'],
    ["CREATE SUBSCRIPTION s CONNECTION 'host=h password=x1' PUBLICATION p", 'literal'],
  ])('never the password: %s', (sql, password) => {
    const operation = read(postgres, sql)
    expect(operation).toMatchObject({ details: { about: 'role', password } })
    expect(JSON.stringify(operation)).not.toContain('x1')
  })

  test('COPY says where its rows are', () => {
    expect(read(postgres, "COPY t FROM PROGRAM 'ls'")).toMatchObject({ program: true })
    expect(read(postgres, "COPY t FROM '/f'")).toMatchObject({ serverFile: true })
    expect(read(postgres, 'COPY t FROM STDIN')).not.toHaveProperty('serverFile')
  })
  test('a function says what it takes and gives', () => {
    const sql =
      "CREATE FUNCTION f(a int, INOUT c int, b text DEFAULT 'x') LANGUAGE plpgsql SECURITY DEFINER SET search_path = x AS $$ BEGIN PERFORM price FROM t; END $$"
    expect(read(postgres, sql)).toMatchObject({
      parameters: [
        { name: 'a', type: 'integer', mode: 'in', optional: false },
        { name: 'c', mode: 'inout' },
        { name: 'b', type: 'text', mode: 'in', optional: true },
      ],
      security: 'definer',
      settings: { search_path: 'x' },
      uses: [{ name: 't' }],
      columns: ['price'],
    })
    const row = 'CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.total := OLD."Sum"; RETURN NEW; END $$'
    expect(read(postgres, row)).toMatchObject({ columns: ['total', 'Sum'], parameters: [] })
    expect(read(postgres, 'DROP FUNCTION f(integer, text)')).toMatchObject({ parameters: ['integer', 'text'] })
    expect(read(postgres, 'DROP FUNCTION f')).not.toHaveProperty('parameters')
  })
  test('a view names its columns, unless a star does not', () => {
    expect(read(postgres, 'CREATE VIEW v AS SELECT a, b + 1, count(*), c AS d FROM t')).toMatchObject({
      outputs: ['a', '?column?', 'count', 'd'],
    })
    expect(read(postgres, 'CREATE VIEW v (x) AS SELECT a, b FROM t')).toMatchObject({ outputs: ['x', 'b'] })
    const star = read(postgres, 'CREATE VIEW v AS SELECT t.* FROM t')
    expect(star).not.toHaveProperty('outputs')
    expect(star).toMatchObject({ query: { star: true } })
    expect(read(postgres, 'CREATE MATERIALIZED VIEW v AS SELECT a FROM t WITH NO DATA')).toMatchObject({ withData: false })
  })
  test('partitions say by what they are cut', () => {
    expect(read(postgres, 'CREATE TABLE t (d date) PARTITION BY RANGE (d)')).toMatchObject({
      partitionBy: { strategy: 'range', columns: ['d'] },
    })
    expect(read(postgres, "CREATE TABLE p PARTITION OF t FOR VALUES FROM ('2024-01-01') TO (MAXVALUE)")).toMatchObject({
      bounds: { from: ["'2024-01-01'"], to: ['MAXVALUE'] },
    })
    expect(read(postgres, 'CREATE TABLE p PARTITION OF t DEFAULT')).toMatchObject({ isDefaultPartition: true })
    expect(read(postgres, "ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (-1, 'a')")).toMatchObject({ bounds: { in: ['-1', "'a'"] } })
  })
  test('smaller clauses', () => {
    expect(read(postgres, 'CREATE TABLE n (LIKE t INCLUDING ALL)')).toMatchObject({ likeIncluding: ['ALL'] })
    expect(read(postgres, 'CREATE TABLE n (LIKE t INCLUDING DEFAULTS INCLUDING INDEXES)')).toMatchObject({
      likeIncluding: ['DEFAULTS', 'INDEXES'],
    })
    expect(read(postgres, "ALTER TYPE mood ADD VALUE 'calm' BEFORE 'sad'")).toMatchObject({ position: { before: 'sad' } })
    expect(read(postgres, 'SELECT * FROM t ORDER BY a, b OFFSET 5')).toMatchObject({
      query: { star: true, orderedBy: ['a', 'b'], offset: true },
    })
    const deferred = 'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES b DEFERRABLE INITIALLY DEFERRED'
    expect(read(postgres, deferred)).toMatchObject({ constraint: { deferrable: true, initiallyDeferred: true } })
    const trigger =
      'CREATE CONSTRAINT TRIGGER x AFTER UPDATE OF a ON t INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.b > 1) EXECUTE FUNCTION f()'
    expect(read(postgres, trigger)).toMatchObject({ deferred: true, columns: ['a', 'b'] })
  })
})

describe('what a statement says, on MySQL', () => {
  test.each([
    [
      "GRANT SELECT (a), ALL PRIVILEGES ON shop.* TO 'app'@'%' WITH GRANT OPTION",
      { about: 'grant', privileges: ['ALL'], on: 'all-tables', to: ['app'], grantOption: true },
    ],
    ['GRANT INSERT ON orders TO app', { privileges: ['INSERT'], on: 'table', objects: [{ name: 'orders' }] }],
    ["REVOKE DELETE ON *.* FROM 'app'@'localhost'", { revoke: true, on: 'other', to: ['app'] }],
    ["CREATE USER 'app'@'%' IDENTIFIED BY 'x1'", { about: 'role', password: 'literal' }],
    ["ALTER USER app IDENTIFIED WITH mysql_native_password AS '*ABC'", { about: 'role', password: 'hash' }],
    ['CREATE USER app', { about: 'role', password: 'none' }],
  ])('%s', (sql, details) => {
    const operation = read(mysql, sql)
    expect(operation).toMatchObject({ kind: 'otherStatement', details })
    expect(JSON.stringify(operation)).not.toContain('x1')
  })
  test('a routine says whose rights it has and what it does to data', () => {
    const sql =
      'CREATE DEFINER=`root`@`%` FUNCTION f(a INT, b VARCHAR(20)) RETURNS DECIMAL(10,2) READS SQL DATA SQL SECURITY INVOKER RETURN (SELECT x FROM t)'
    expect(read(mysql, sql)).toMatchObject({
      definer: '`root`@`%`',
      security: 'invoker',
      dataAccess: 'reads sql data',
      returns: 'DECIMAL(10,2)',
      parameters: [
        { name: 'a', type: 'INT', mode: 'in' },
        { name: 'b', type: 'VARCHAR(20)' },
      ],
      uses: [{ name: 't' }],
    })
    expect(read(mysql, 'CREATE FUNCTION f() RETURNS INT NOT DETERMINISTIC RETURN 1')).toMatchObject({ dataAccess: 'none' })
  })
  test('triggers, views, partitions', () => {
    const trigger = 'CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN INSERT INTO log VALUES (NEW.total); END'
    expect(read(mysql, trigger)).toMatchObject({ uses: [{ name: 'log' }], columns: ['total'] })
    expect(read(mysql, 'CREATE SQL SECURITY INVOKER VIEW v AS SELECT a, b AS c FROM t')).toMatchObject({
      securityInvoker: true,
      outputs: ['a', 'c'],
    })
    expect(read(mysql, 'CREATE TABLE t (d DATE) PARTITION BY RANGE (YEAR(d)) (PARTITION p VALUES LESS THAN (2000))')).toMatchObject({
      partitionBy: { strategy: 'range', columns: ['d'] },
    })
    expect(read(mysql, 'ALTER TABLE t PARTITION BY KEY (id) PARTITIONS 4')).toMatchObject({
      partitionBy: { strategy: 'hash', columns: ['id'] },
    })
    expect(read(mysql, "LOAD DATA INFILE '/f' INTO TABLE t")).toMatchObject({ serverFile: true })
    expect(read(mysql, "LOAD DATA LOCAL INFILE '/f' INTO TABLE t")).not.toHaveProperty('serverFile')
  })
})

test('a trigger of SQLite names what its body touches', () => {
  const sql = 'CREATE TRIGGER x AFTER UPDATE OF a ON t BEGIN UPDATE log SET n = NEW.a WHERE id = OLD.id; END'
  expect(read(sqlite, sql)).toMatchObject({ uses: [{ name: 'log' }], columns: ['a', 'id'] })
})
