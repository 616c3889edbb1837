import { describe, expect, test } from 'vitest'
import { mysql } from '../../../src/dialects/mysql/index.ts'
import { mariadb } from '../../../src/dialects/mysql/mariadb.ts'
import { tracedText } from '../../../src/source/traced.ts'

const read = (sql: string, version = mysql.latest) =>
  mysql.parse(tracedText(sql, 'a.sql'), { version }).flatMap((statement) => statement.operations)
const readMaria = (sql: string) =>
  mariadb.parse(tracedText(sql, 'a.sql'), { version: mariadb.latest }).flatMap((statement) => statement.operations)
const t = { name: 't' }

describe('ALTER TABLE: every clause is one operation', () => {
  test.each<[string, object[]]>([
    [
      'ADD COLUMN c INT NOT NULL DEFAULT 0 AFTER b',
      [
        {
          kind: 'addColumn',
          table: t,
          position: { after: 'b' },
          column: { name: 'c', nullable: false, nullabilityWritten: true, type: { name: 'int' }, default: { constant: true, sql: '0' } },
        },
      ],
    ],
    [
      'ADD c VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL COMMENT "it\'s" FIRST',
      [
        {
          kind: 'addColumn',
          position: 'first',
          column: { name: 'c', charset: 'utf8mb4', collation: 'utf8mb4_bin', nullable: true, nullabilityWritten: true, comment: "it's" },
        },
      ],
    ],
    [
      'ADD (a INT, b INT), ADD INDEX i (a, b(10) DESC)',
      [
        { kind: 'addColumn', column: { name: 'a' } },
        { kind: 'addColumn', column: { name: 'b' } },
        { kind: 'createIndex', name: 'i', unique: false, keys: [{ column: 'a' }, { column: 'b', prefix: 10, descending: true }] },
      ],
    ],
    [
      'ADD COLUMN g INT AS (a + 1) STORED',
      [{ kind: 'addColumn', column: { generated: { stored: true, expression: { columns: ['a'] } } } }],
    ],
    [
      'ADD COLUMN ts TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)',
      [{ kind: 'addColumn', column: { onUpdate: 'CURRENT_TIMESTAMP(6)', default: { constant: false, functions: ['current_timestamp'] } } }],
    ],
    [
      "ADD COLUMN e ENUM('a','b''c') NOT NULL",
      [{ kind: 'addColumn', column: { type: { name: 'enum', labels: ['a', "b'c"] }, nullable: false } }],
    ],
    [
      'ADD COLUMN id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY',
      [
        {
          kind: 'addColumn',
          column: { autoIncrement: true, nullable: false, type: { unsigned: true }, constraints: [{ kind: 'primaryKey' }] },
        },
      ],
    ],
    [
      'ADD COLUMN p INT REFERENCES o (id) ON DELETE SET NULL, ADD COLUMN q INT CHECK (q > 0)',
      [
        {
          kind: 'addColumn',
          column: { constraints: [{ kind: 'foreignKey', references: { table: { name: 'o' }, columns: ['id'], onDelete: 'SET NULL' } }] },
        },
        { kind: 'addColumn', column: { constraints: [{ kind: 'check', columns: ['q'] }] } },
      ],
    ],
    ['MODIFY c BIGINT NOT NULL', [{ kind: 'modifyColumn', column: 'c', to: { name: 'c', nullable: false } }]],
    ['CHANGE COLUMN `old` `new` TEXT AFTER x', [{ kind: 'modifyColumn', column: 'old', to: { name: 'new' }, position: { after: 'x' } }]],
    [
      'ALTER COLUMN c SET DEFAULT (uuid()), ALTER d DROP DEFAULT',
      [
        { kind: 'setDefault', column: 'c', default: { functions: ['uuid'], constant: false } },
        { kind: 'dropDefault', column: 'd' },
      ],
    ],
    [
      'DROP COLUMN c, DROP d',
      [
        { kind: 'dropColumn', column: 'c', ifExists: false },
        { kind: 'dropColumn', column: 'd' },
      ],
    ],
    [
      'RENAME COLUMN a TO b, RENAME INDEX i TO j, RENAME TO u',
      [
        { kind: 'renameColumn', column: 'a', to: 'b' },
        { kind: 'renameIndex', name: { name: 'i' }, table: t, to: 'j' },
        { kind: 'renameTable', to: { name: 'u' } },
      ],
    ],
    [
      'ADD UNIQUE KEY u (a), ADD FULLTEXT INDEX f (b), ADD PRIMARY KEY (id), ADD CONSTRAINT k UNIQUE (c)',
      [
        { kind: 'addConstraint', constraint: { kind: 'unique', name: 'u', columns: ['a'] } },
        { kind: 'createIndex', name: 'f', method: 'fulltext' },
        { kind: 'addConstraint', constraint: { kind: 'primaryKey', columns: ['id'] } },
        { kind: 'addConstraint', constraint: { kind: 'unique', name: 'k' } },
      ],
    ],
    [
      'ADD INDEX ((lower(a))), ADD KEY USING HASH (b)',
      [
        { kind: 'createIndex', keys: [{ column: undefined, expression: { functions: ['lower'], columns: ['a'] } }] },
        { kind: 'createIndex', name: undefined, method: 'hash' },
      ],
    ],
    [
      'ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES s.o (x, y) ON UPDATE CASCADE ON DELETE NO ACTION',
      [
        {
          kind: 'addConstraint',
          constraint: {
            kind: 'foreignKey',
            name: 'f',
            columns: ['a', 'b'],
            references: { table: { schema: 's', name: 'o' }, columns: ['x', 'y'], onUpdate: 'CASCADE', onDelete: 'NO ACTION' },
          },
        },
      ],
    ],
    [
      "ADD CONSTRAINT ck CHECK (status IN ('a','b')) NOT ENFORCED",
      [
        {
          kind: 'addConstraint',
          constraint: { kind: 'check', name: 'ck', enforced: false, columns: ['status'], expression: { literals: ['a', 'b'] } },
        },
      ],
    ],
    [
      'DROP PRIMARY KEY, DROP FOREIGN KEY f, DROP CHECK c, DROP CONSTRAINT d, DROP INDEX i, DROP KEY j',
      [
        { kind: 'dropConstraint', name: undefined, constraintKind: 'primaryKey' },
        { kind: 'dropConstraint', name: 'f', constraintKind: 'foreignKey' },
        { kind: 'dropConstraint', name: 'c', constraintKind: 'check' },
        { kind: 'dropConstraint', name: 'd' },
        { kind: 'dropIndex', name: { name: 'i' }, table: t },
        { kind: 'dropIndex', name: { name: 'j' } },
      ],
    ],
    [
      'ALTER INDEX i INVISIBLE, ALTER CHECK c NOT ENFORCED',
      [
        { kind: 'alterTable', action: 'ALTER INDEX i INVISIBLE', value: 'INVISIBLE' },
        { kind: 'alterTable', action: 'ALTER CHECK c NOT ENFORCED' },
      ],
    ],
    [
      'ADD INDEX i (a), ALGORITHM=INPLACE, LOCK = NONE',
      [
        { kind: 'createIndex' },
        { kind: 'alterTable', action: 'ALGORITHM', value: 'INPLACE' },
        { kind: 'alterTable', action: 'LOCK', value: 'NONE' },
      ],
    ],
    [
      'ENGINE=InnoDB, ROW_FORMAT = DYNAMIC AUTO_INCREMENT 5',
      [
        { kind: 'alterTable', action: 'ENGINE', value: 'InnoDB' },
        { kind: 'alterTable', action: 'ROW_FORMAT', value: 'DYNAMIC' },
        { kind: 'alterTable', action: 'AUTO_INCREMENT', value: '5' },
      ],
    ],
    [
      'CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci',
      [{ kind: 'alterTable', action: 'CONVERT TO CHARACTER SET', value: 'utf8mb4 COLLATE utf8mb4_unicode_ci' }],
    ],
    [
      'DEFAULT CHARACTER SET utf8mb4, FORCE, ORDER BY a DESC, b',
      [
        { kind: 'alterTable', action: 'CHARSET', value: 'utf8mb4' },
        { kind: 'alterTable', action: 'FORCE' },
        { kind: 'alterTable', action: 'ORDER BY', value: 'a DESC, b' },
      ],
    ],
    ['DISABLE KEYS', [{ kind: 'alterTable', action: 'DISABLE KEYS' }]],
    ['DISCARD TABLESPACE', [{ kind: 'alterTable', action: 'DISCARD TABLESPACE' }]],
    ['ADD PARTITION (PARTITION p3 VALUES LESS THAN (2000))', [{ kind: 'alterTable', action: 'ADD PARTITION' }]],
    ['REORGANIZE PARTITION a, b INTO (PARTITION c VALUES LESS THAN MAXVALUE)', [{ kind: 'alterTable', action: 'REORGANIZE PARTITION' }]],
    ['DROP PARTITION a, b', [{ kind: 'alterTable', action: 'DROP PARTITION', value: 'a, b' }]],
    ['EXCHANGE PARTITION p WITH TABLE u WITHOUT VALIDATION', [{ kind: 'alterTable', action: 'EXCHANGE PARTITION', value: 'p' }]],
    ['PARTITION BY RANGE (YEAR(d)) (PARTITION p0 VALUES LESS THAN (1990))', [{ kind: 'alterTable', action: 'PARTITION BY' }]],
    ['REMOVE PARTITIONING', [{ kind: 'alterTable', action: 'REMOVE PARTITIONING' }]],
  ])('%s', (clauses, expected) => {
    const operations = read(`ALTER TABLE t ${clauses};`)
    expect(operations.map((operation) => operation.kind)).not.toContain('opaque')
    expect(operations).toHaveLength(expected.length)
    for (const [i, wanted] of expected.entries()) expect(operations[i]).toMatchObject({ table: t, ...wanted })
  })

  test("a clause's span is its own text", () => {
    const sql = 'ALTER TABLE `t` ADD a INT,\n  DROP COLUMN b;'
    expect(read(sql).map(({ span }) => sql.slice(span.start, span.end))).toEqual(['ADD a INT', 'DROP COLUMN b'])
  })
})

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

describe('other statements', () => {
  test.each<[string, object[]]>([
    [
      'DROP TABLE IF EXISTS a, b',
      [
        { kind: 'dropTable', table: { name: 'a' }, ifExists: true },
        { kind: 'dropTable', table: { name: 'b' } },
      ],
    ],
    [
      'RENAME TABLE a TO b, c TO s.d',
      [
        { kind: 'renameTable', table: { name: 'a' }, to: { name: 'b' } },
        { kind: 'renameTable', to: { schema: 's', name: 'd' } },
      ],
    ],
    [
      'CREATE UNIQUE INDEX i USING BTREE ON t (a) ALGORITHM=INPLACE LOCK=NONE',
      [
        { kind: 'createIndex', table: t, name: 'i', unique: true, method: 'btree' },
        { kind: 'alterTable', action: 'ALGORITHM' },
        { kind: 'alterTable', action: 'LOCK', value: 'NONE' },
      ],
    ],
    ['DROP INDEX `PRIMARY` ON t', [{ kind: 'dropIndex', name: { name: 'PRIMARY' }, table: t }]],
    ['TRUNCATE t', [{ kind: 'truncate', tables: [t] }]],
    [
      'CREATE OR REPLACE ALGORITHM=MERGE DEFINER=`a`@`%` SQL SECURITY INVOKER VIEW v (x) AS SELECT a FROM t',
      [{ kind: 'createView', name: { name: 'v' }, orReplace: true, query: { tables: [t] } }],
    ],
    [
      'CREATE DEFINER = root@localhost TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1',
      [{ kind: 'createTrigger', name: 'g', table: t }],
    ],
    [
      'CREATE FUNCTION f(a INT) RETURNS INT DETERMINISTIC RETURN (SELECT max(x) FROM u)',
      [{ kind: 'createFunction', procedure: false, volatility: 'immutable', uses: [{ name: 'u' }] }],
    ],
    [
      "INSERT INTO t (a, b) VALUES (1, 'x'), (2, NOW()) ON DUPLICATE KEY UPDATE a = VALUES(a)",
      [{ kind: 'insert', table: t, columns: ['a', 'b'], rows: 2, onConflict: true, literals: ['x'] }],
    ],
    ['INSERT IGNORE t SET a = 1', [{ kind: 'insert', columns: ['a'], onConflict: true }]],
    [
      'INSERT INTO t SELECT a FROM u WHERE a > 1 LIMIT 5',
      [{ kind: 'insert', source: 'select', rows: undefined, query: { tables: [{ name: 'u' }], limited: true } }],
    ],
    ['REPLACE INTO t SELECT * FROM u', [{ kind: 'writeRows', command: 'REPLACE', table: t }]],
    [
      "UPDATE t SET a = NULL, b = c + 1, d = 'x' WHERE id BETWEEN 1 AND 5 AND s IN ('a', 'b') AND x IS NULL ORDER BY id LIMIT 10",
      [
        {
          kind: 'update',
          table: t,
          limited: true,
          orderedBy: ['id'],
          set: [
            { column: 'a', value: 'null' },
            { column: 'b', value: 'expression', columns: ['c'] },
            { column: 'd', value: 'constant', literals: ['x'] },
          ],
          where: {
            columns: ['id', 's', 'x'],
            terms: [
              { column: 'id', operator: 'between', operand: 'constant' },
              { column: 's', operator: 'in', operand: 'constant', count: 2 },
              { column: 'x', operator: 'is null' },
            ],
          },
        },
      ],
    ],
    [
      'UPDATE u JOIN t AS x ON u.id = x.id SET x.a = u.b WHERE u.id = ?',
      [
        {
          kind: 'update',
          table: t,
          from: [{ name: 'u' }],
          set: [{ column: 'a', value: 'column', columns: ['b'] }],
          where: { terms: [{ column: 'id', operator: '=', operand: 'parameter' }] },
        },
      ],
    ],
    [
      'DELETE FROM t WHERE a = 1 OR b = 2',
      [{ kind: 'delete', table: t, where: { terms: [{ operator: 'other', column: undefined }], columns: ['a', 'b'] } }],
    ],
    ['DELETE x FROM t x LEFT JOIN u ON u.id = x.u WHERE u.id IS NULL', [{ kind: 'delete', table: t, using: [{ name: 'u' }] }]],
    [
      'DELETE FROM t WHERE id IN (SELECT id FROM u LIMIT 10)',
      [{ kind: 'delete', where: { terms: [{ column: 'id', operator: 'in', operand: 'limited-subquery' }] } }],
    ],
    ['WITH x AS (SELECT id FROM u) UPDATE t JOIN x ON x.id = t.id SET t.a = 1', [{ kind: 'update', table: t, from: [{ name: 'u' }] }]],
    [
      'SELECT COUNT(*), MAX(a) FROM t WHERE NOT EXISTS (SELECT 1 FROM u) FOR UPDATE',
      [{ kind: 'select', query: { tables: [t, { name: 'u' }], aggregate: true, locking: true } }],
    ],
    ["LOAD DATA LOCAL INFILE 'x' INTO TABLE t FIELDS TERMINATED BY ','", [{ kind: 'writeRows', table: t }]],
    [
      'SET FOREIGN_KEY_CHECKS = 0, @@SESSION.sql_mode = "x", GLOBAL a = ON',
      [
        { kind: 'setVariable', name: 'foreign_key_checks', value: '0', scope: 'session' },
        { kind: 'setVariable', name: 'sql_mode', value: 'x' },
        { kind: 'setVariable', name: 'a', value: 'ON', scope: 'global' },
      ],
    ],
    ['SET NAMES utf8mb4', [{ kind: 'setVariable', name: 'names', value: 'utf8mb4' }]],
    [
      'START TRANSACTION; SAVEPOINT a; ROLLBACK TO a; COMMIT',
      [{ kind: 'transaction', action: 'begin' }, { action: 'savepoint' }, { action: 'rollback-to' }, { action: 'commit' }],
    ],
    [
      'LOCK TABLES a WRITE, b AS c READ; UNLOCK TABLES',
      [
        { kind: 'lockTable', tables: [{ name: 'a' }, { name: 'b' }], mode: 'WRITE' },
        { kind: 'otherStatement', command: 'UNLOCK TABLES' },
      ],
    ],
    [
      'OPTIMIZE TABLE t; ANALYZE TABLE a, b',
      [
        { kind: 'maintain', command: 'OPTIMIZE', tables: [t] },
        { kind: 'maintain', command: 'ANALYZE' },
      ],
    ],
    [
      "CREATE USER 'a'@'%' IDENTIFIED BY 'b'; GRANT ALL ON *.* TO a; USE x",
      [{ kind: 'otherStatement', command: 'CREATE USER' }, { command: 'GRANT' }, { command: 'USE' }],
    ],
    [
      'CREATE DATABASE d CHARACTER SET utf8; DROP SCHEMA IF EXISTS d',
      [
        { kind: 'createDatabase', name: 'd' },
        { kind: 'dropDatabase', name: 'd' },
      ],
    ],
    ['CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t', [{ kind: 'otherStatement', command: 'CREATE EVENT' }]],
    [
      '/*!40101 SET NAMES utf8 */; /*!40000 ALTER TABLE `t` DISABLE KEYS */;',
      [
        { kind: 'setVariable', name: 'names' },
        { kind: 'alterTable', action: 'DISABLE KEYS' },
      ],
    ],
  ])('%s', (sql, expected) => {
    const operations = read(sql)
    expect(operations).toHaveLength(expected.length)
    expect(operations).toMatchObject(expected)
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
