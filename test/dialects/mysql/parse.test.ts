import { describe, expect, test } from 'vitest'
import { mysql } from '../../../src/dialects/mysql/index.ts'
import { mariadb } from '../../../src/dialects/mysql/mariadb.ts'
import { tracedText } from '../../../src/source/traced.ts'

const read = (sql: string, version = mysql.latest) =>
  mysql.parse(tracedText(sql, 'a.sql'), { version }).flatMap((statement) => statement.operations)
const readMaria = (sql: string) =>
  mariadb.parse(tracedText(sql, 'a.sql'), { version: mariadb.latest }).flatMap((statement) => statement.operations)
const t = { name: 't' }

describe('CREATE TABLE', () => {
  test('columns, keys, constraints and options', () => {
    const [table] = read(`CREATE TABLE IF NOT EXISTS \`s\`.\`users\` (
      id SERIAL,
      \`key\` varchar(10) NOT NULL DEFAULT 'x' UNIQUE,
      on_ boolean NOT NULL DEFAULT true,
      data json DEFAULT (json_object()),
      PRIMARY KEY (id), KEY k (\`key\`(5)), UNIQUE INDEX u (on_, data), FULLTEXT KEY ft (\`key\`),
      CONSTRAINT fk FOREIGN KEY (id) REFERENCES o(id) ON DELETE CASCADE,
      CHECK (on_ <> 0)
    ) ENGINE = InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='c';`)
    expect(table).toMatchObject({
      kind: 'createTable',
      table: { schema: 's', name: 'users' },
      ifNotExists: true,
      temporary: false,
      partitioned: false,
      options: { ENGINE: 'InnoDB', CHARSET: 'utf8mb4', COMMENT: 'c' },
      columns: [
        { name: 'id', autoIncrement: true, nullable: false, constraints: [{ kind: 'unique' }] },
        { name: 'key', nullable: false, default: { literals: ['x'] }, constraints: [{ kind: 'unique' }] },
        { name: 'on_', default: { constant: true, sql: 'true' } },
        { name: 'data', default: { functions: ['json_object'] } },
      ],
      constraints: [
        { kind: 'primaryKey', columns: ['id'] },
        { kind: 'unique', name: 'u' },
        { kind: 'foreignKey', name: 'fk' },
        { kind: 'check' },
      ],
      indexes: [
        { name: 'k', keys: [{ column: 'key', prefix: 5 }] },
        { name: 'ft', method: 'fulltext' },
      ],
    })
  })

  test.each<[string, object]>([
    ['CREATE TABLE a LIKE b', { like: { name: 'b' } }],
    ['CREATE TABLE a (LIKE b)', { like: { name: 'b' } }],
    ['CREATE TEMPORARY TABLE a AS SELECT id FROM b WHERE id > 1', { temporary: true, as: { tables: [{ name: 'b' }] } }],
    ['CREATE TABLE a SELECT * FROM b', { as: { tables: [{ name: 'b' }] } }],
    ['CREATE TABLE a (x INT) ENGINE=InnoDB PARTITION BY HASH (x) PARTITIONS 4', { partitioned: true }],
  ])('%s', (sql, expected) => {
    expect(read(sql)).toMatchObject([{ kind: 'createTable', table: { name: 'a' }, ...expected }])
  })
})

describe('SQL inside SQL', () => {
  test('a prepared literal is read where it is executed, guarded by the catalog', () => {
    const sql = `SET @n = (SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 't' AND index_name = 'i');
SET @s = IF(@n = 0, 'CREATE INDEX i ON t (a)', 'SELECT 1');
PREPARE p FROM @s; EXECUTE p; DEALLOCATE PREPARE p;`
    const index = read(sql).find((operation) => operation.kind === 'createIndex')
    expect(index).toMatchObject({ table: t, name: 'i', context: { guards: [{ by: 'catalog', requires: 'absent', table: t }] } })
    expect(index && sql.slice(index.span.start, index.span.end)).toBe('CREATE INDEX i ON t (a)')
  })

  test('a text that is computed when it runs is opaque', () => {
    expect(read("SET @s = CONCAT('DROP TABLE ', @name); PREPARE p FROM @s; EXECUTE p").at(-1)).toMatchObject({
      kind: 'opaque',
      because: 'dynamic-sql',
    })
  })

  test('CALL runs the body of a procedure that was read before, with its guards and arguments', () => {
    const operations = read(`CREATE PROCEDURE p(IN tbl VARCHAR(64))
BEGIN
  IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'c') THEN
    ALTER TABLE t ADD c INT;
  ELSE
    DROP TABLE u;
  END IF;
  SET @q = CONCAT('TRUNCATE ', tbl);
  PREPARE s FROM @q;
  EXECUTE s;
END;
CALL p('w');`)
    expect(operations[0]).toMatchObject({ kind: 'createFunction', procedure: true })
    expect(operations[1]).toMatchObject({ kind: 'call', function: { name: 'p' } })
    expect(operations[2]).toMatchObject({
      kind: 'addColumn',
      context: { block: 'procedure', guards: [{ by: 'catalog', requires: 'absent', table: t, column: 'c' }] },
    })
    expect(operations[3]).toMatchObject({ kind: 'dropTable', context: { guards: [{ requires: 'exists' }] } })
    expect(operations.at(-1)).toMatchObject({ kind: 'truncate', tables: [{ name: 'w' }] })
  })

  const place = `CREATE PROCEDURE put(IN tbl VARCHAR(64), IN col VARCHAR(64), IN behind VARCHAR(64))
BEGIN
  SET @q = CONCAT('ALTER TABLE ', tbl, ' ADD COLUMN ', col, ' INT');
  IF (behind IS NOT NULL AND @found IS NOT NULL) THEN
    SET @q = CONCAT(@q, ' AFTER ', behind);
  END IF;
  PREPARE s FROM @q;
  EXECUTE s;
END;`
  test.each([
    ["CALL put('t', 'c', NULL);", 'ALTER TABLE t ADD COLUMN c INT'],
    ["CALL put('t', 'c', 'b');", 'ALTER TABLE t ADD COLUMN c INT AFTER b'],
  ])('what an argument decides is not looked into: %s', (call, sql) => {
    const added = read(`${place}\n${call}`).at(-1)
    expect(added).toMatchObject({ kind: 'addColumn', table: t, column: { name: 'c' } })
    expect(sql.endsWith('AFTER b')).toBe(added?.kind === 'addColumn' && added.position !== undefined)
  })

  test('an argument decides between the sides of an IF', () => {
    const kinds = (call: string) =>
      read(`CREATE PROCEDURE pick(IN a INT, IN b INT)
BEGIN
  IF a IS NULL THEN
    IF b IS NOT NULL THEN DROP TABLE t; END IF;
  ELSEIF b IS NULL THEN
    TRUNCATE t;
  ELSE
    DELETE FROM t;
  END IF;
END;
${call}`)
        .slice(2)
        .map(({ kind, context }) => `${kind}${context?.guards ? ' guarded' : ''}`)
    expect(kinds("CALL pick(NULL, 'x');")).toEqual(['dropTable'])
    expect(kinds('CALL pick(NULL, NULL);')).toEqual([])
    expect(kinds("CALL pick('x', NULL);")).toEqual(['truncate'])
    expect(kinds("CALL pick('x', 'y');")).toEqual(['delete'])
    expect(kinds('CALL pick(@x, NULL);')).toEqual(['truncate guarded'])
    expect(kinds('CALL pick(@x, @y);')).toEqual(['dropTable guarded', 'truncate guarded', 'delete guarded'])
  })
})

describe('syntax that this server does not have is said', () => {
  test.each<[string, string, string]>([
    ['ALTER TABLE t ADD COLUMN IF NOT EXISTS a INT', 'IF NOT EXISTS on ADD COLUMN', 'MariaDB 10.0.2'],
    ['CREATE OR REPLACE TABLE t (a INT)', 'CREATE OR REPLACE TABLE', 'MariaDB 10.0.8'],
    ['INSERT INTO t (a) VALUES (1) RETURNING a', 'RETURNING on INSERT', 'MariaDB, PostgreSQL and SQLite'],
    ['CREATE INDEX CONCURRENTLY i ON t (a)', 'CONCURRENTLY', 'PostgreSQL'],
    ['INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO NOTHING', 'ON CONFLICT', 'PostgreSQL and SQLite'],
    ["SELECT a::int FROM t WHERE b ILIKE 'x'", 'a cast with ::', 'PostgreSQL'],
    ['ALTER TABLE t ALTER COLUMN a TYPE bigint USING a::bigint', 'ALTER COLUMN … TYPE', 'PostgreSQL'],
    ['CREATE TABLE "t" (a INT)', 'a name in double quotes', 'PostgreSQL'],
    ['DROP INDEX IF EXISTS i ON t', 'IF EXISTS on DROP INDEX', 'MariaDB 10.1.4'],
    ['CREATE INDEX i ON t (a) WHERE a > 1', 'a partial index', 'PostgreSQL'],
    ['ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID', 'NOT VALID', 'PostgreSQL'],
  ])('%s', (sql, feature, availableIn) => {
    const note = read(sql).find((operation) => operation.kind === 'unsupported' && operation.feature === feature)
    expect(note).toMatchObject({ availableIn: expect.stringContaining(availableIn) })
    expect(read(sql).some((operation) => operation.kind === 'opaque')).toBe(false)
  })

  test('by version', () => {
    const notes = (sql: string, version: number[]) => read(sql, version).filter((operation) => operation.kind === 'unsupported')
    expect(notes('ALTER TABLE t RENAME COLUMN a TO b', [5, 7])).toMatchObject([{ availableIn: 'MySQL 8.0 and MariaDB 10.5.2' }])
    expect(notes('ALTER TABLE t RENAME COLUMN a TO b', [8, 0])).toEqual([])
    expect(notes('CREATE INDEX i ON t ((a + 1))', [8, 0, 12])).toHaveLength(1)
    expect(notes('CREATE INDEX i ON t ((a + 1))', [8, 0, 13])).toEqual([])
    expect(notes('ALTER TABLE t DROP CONSTRAINT c', [8, 0, 18])).toHaveLength(1)
    expect(notes('SELECT row_number() OVER (ORDER BY a) FROM t', [5, 7])).toHaveLength(1)
  })

  test('MariaDB has its own', () => {
    for (const sql of [
      'ALTER TABLE t ADD COLUMN IF NOT EXISTS a INT',
      'CREATE OR REPLACE TABLE t (a INT)',
      'INSERT INTO t VALUES (1) RETURNING a',
      'DROP INDEX IF EXISTS i ON t',
      'CREATE SEQUENCE s',
    ])
      expect(readMaria(sql).map((operation) => operation.kind)).not.toContain('unsupported')
    expect(readMaria('CREATE INDEX i ON t ((a + 1))').map((operation) => operation.kind)).toEqual(['createIndex', 'unsupported'])
  })
})

describe('what cannot be read', () => {
  test.each([
    'ALTER TABLE ADD COLUMN x INT',
    'ALTER TABLE t ADD COLUMN',
    'ALTER TABLE t DROP COLUMN',
    'CREATE TABLE t (a INT',
    'CREATE TABLE (a INT)',
    'CREATE TABLE t (a INT b INT)',
    'CREATE INDEX ON t(a',
    'DROP TABLE',
    'UPDATE SET a = 1',
    'DELETE WHERE a = 1',
    'INSERT INTO VALUES (1)',
    'UPDATE t SET a = WHERE b = 1',
    'SELEC 1',
    'ALTER TABLE t ADD COLUMN a INT garbage here',
    'GARBAGE',
  ])('%s is opaque and its neighbours are read', (sql) => {
    const operations = read(`SELECT 1;\n${sql};\nDROP TABLE z;`)
    expect(operations.map((operation) => operation.kind)).toEqual(expect.arrayContaining(['select', 'opaque', 'dropTable']))
    expect(operations.find((operation) => operation.kind === 'opaque')).toMatchObject({
      because: 'syntax',
      detail: expect.stringContaining('found'),
    })
  })

  test('nesting beyond the limit is opaque, quickly', () => {
    const before = performance.now()
    expect(read(`SELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)}; DROP TABLE z`)).toMatchObject([
      { kind: 'opaque', because: 'budget' },
      { kind: 'dropTable' },
    ])
    expect(read(`SELECT ${'NOT '.repeat(10_000)}1`)).toMatchObject([{ kind: 'opaque', because: 'budget' }])
    expect(read(`SELECT ${'- '.repeat(10_000)}1`)).toMatchObject([{ kind: 'opaque', because: 'budget' }])
    expect(performance.now() - before).toBeLessThan(2000)
  })

  test('names and values of the program are dynamic', () => {
    const hole = { reason: 'parameter', expression: 'table', escaped: false } as const
    const pieces = [
      { text: 'DROP TABLE ', span: { file: 'a.ts', start: 10, end: 21 }, verbatim: true },
      { text: 'surefoot_hole_0_', span: { file: 'a.ts', start: 23, end: 28 }, verbatim: false, hole },
    ]
    const traced = { text: 'DROP TABLE surefoot_hole_0_', pieces }
    expect(mysql.parse(traced, { version: mysql.latest })[0]?.operations).toMatchObject([
      { kind: 'dropTable', table: { name: '${table}', dynamic: true }, span: { file: 'a.ts', start: 10, end: 28 } },
    ])
  })
})
