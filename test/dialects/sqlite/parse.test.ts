import { describe, expect, test } from 'vitest'
import { sqlite } from '../../../src/dialects/sqlite/index.ts'
import { tracedText } from '../../../src/source/traced.ts'

const read = (sql: string, version = sqlite.latest) =>
  sqlite.parse(tracedText(sql, 'a.sql'), { version }).flatMap((statement) => statement.operations)
const t = { name: 't' }

describe('statements', () => {
  test.each<[string, object[]]>([
    [
      `CREATE TABLE IF NOT EXISTS "t" (id INTEGER PRIMARY KEY AUTOINCREMENT, [b c] VARCHAR(10) NOT NULL ON CONFLICT REPLACE DEFAULT 'x' COLLATE NOCASE,
       d DEFAULT (datetime('now')), e INT REFERENCES u(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, f AS (id + 1) STORED,
       CONSTRAINT k UNIQUE (d, e), CHECK (e > 0), FOREIGN KEY (d) REFERENCES v)`,
      [
        {
          kind: 'createTable',
          table: t,
          ifNotExists: true,
          columns: [
            { name: 'id', autoIncrement: true, constraints: [{ kind: 'primaryKey' }] },
            { name: 'b c', nullable: false, collation: 'NOCASE', default: { constant: true, literals: ['x'] }, type: { args: ['10'] } },
            { name: 'd', type: undefined, default: { constant: false, functions: ['datetime'] } },
            {
              name: 'e',
              constraints: [{ kind: 'foreignKey', deferrable: true, references: { table: { name: 'u' }, onDelete: 'CASCADE' } }],
            },
            { name: 'f', generated: { stored: true } },
          ],
          constraints: [
            { kind: 'unique', name: 'k', columns: ['d', 'e'] },
            { kind: 'check' },
            { kind: 'foreignKey', references: { table: { name: 'v' }, columns: [] } },
          ],
        },
      ],
    ],
    [
      'CREATE TABLE t (a INT, b TEXT, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID',
      [{ kind: 'createTable', options: { STRICT: '', 'WITHOUT ROWID': '' }, constraints: [{ kind: 'primaryKey', columns: ['a', 'b'] }] }],
    ],
    ['CREATE TEMP TABLE t AS SELECT * FROM u', [{ kind: 'createTable', temporary: true, as: { tables: [{ name: 'u' }] } }]],
    [
      'CREATE TABLE t (key VARCHAR(20), interval INT, "order" INT)',
      [{ columns: [{ name: 'key' }, { name: 'interval' }, { name: 'order' }] }],
    ],
    [
      'ALTER TABLE t RENAME TO u; ALTER TABLE t RENAME COLUMN a TO b; ALTER TABLE t RENAME a TO b',
      [{ kind: 'renameTable', to: { name: 'u' } }, { kind: 'renameColumn', column: 'a', to: 'b' }, { kind: 'renameColumn' }],
    ],
    [
      'ALTER TABLE t ADD COLUMN a BOOLEAN NOT NULL DEFAULT 0; ALTER TABLE t ADD b; ALTER TABLE t DROP COLUMN c',
      [
        { kind: 'addColumn', column: { name: 'a', nullable: false } },
        { kind: 'addColumn', column: { name: 'b' } },
        { kind: 'dropColumn', column: 'c' },
      ],
    ],
    [
      'ALTER TABLE t ALTER COLUMN a SET NOT NULL; ALTER TABLE t ALTER a DROP NOT NULL; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 1); ALTER TABLE t DROP CONSTRAINT c',
      [
        { kind: 'setNotNull' },
        { kind: 'dropNotNull' },
        { kind: 'addConstraint', constraint: { kind: 'check', name: 'c' } },
        { kind: 'dropConstraint', name: 'c' },
      ],
    ],
    [
      'CREATE UNIQUE INDEX IF NOT EXISTS i ON t (lower(a), b COLLATE NOCASE DESC) WHERE c IS NOT NULL',
      [
        {
          kind: 'createIndex',
          table: t,
          name: 'i',
          unique: true,
          ifNotExists: true,
          keys: [
            { column: undefined, expression: { functions: ['lower'] } },
            { column: 'b', collation: 'NOCASE', descending: true },
          ],
          where: { terms: [{ column: 'c', operator: 'is not null' }] },
        },
      ],
    ],
    [
      'DROP INDEX IF EXISTS s.i; DROP VIEW v; DROP TRIGGER g; DROP TABLE t',
      [
        { kind: 'dropIndex', name: { schema: 's', name: 'i' } },
        { kind: 'dropView' },
        { kind: 'dropTrigger', name: 'g' },
        { kind: 'dropTable' },
      ],
    ],
    [
      'CREATE TRIGGER g AFTER UPDATE OF a, b ON t FOR EACH ROW WHEN NEW.a > 1 BEGIN UPDATE u SET x = 1; END',
      [{ kind: 'createTrigger', name: 'g', table: t }],
    ],
    ['CREATE VIRTUAL TABLE t USING fts5(a, tokenize = "porter")', [{ kind: 'createTable', table: t, options: { USING: 'fts5' } }]],
    [
      'PRAGMA foreign_keys=OFF; PRAGMA main.defer_foreign_keys(ON); PRAGMA foreign_key_check',
      [
        { kind: 'setVariable', name: 'pragma foreign_keys', value: 'OFF' },
        { name: 'pragma defer_foreign_keys', value: 'ON' },
        { name: 'pragma foreign_key_check', value: undefined },
      ],
    ],
    [
      'BEGIN IMMEDIATE TRANSACTION; SAVEPOINT a; RELEASE a; ROLLBACK TO a; END',
      [{ action: 'begin' }, { action: 'savepoint' }, { action: 'release' }, { action: 'rollback-to' }, { action: 'commit' }],
    ],
    [
      'INSERT OR IGNORE INTO t (a) VALUES (1), (:b) ON CONFLICT (a) DO UPDATE SET a = excluded.a WHERE a < 3 RETURNING *',
      [{ kind: 'insert', rows: 2, onConflict: true }],
    ],
    [
      'INSERT INTO __new_t("a", "b") SELECT "a", "b" FROM t',
      [{ kind: 'insert', columns: ['a', 'b'], source: 'select', query: { tables: [t], columns: ['a', 'b'] } }],
    ],
    [
      "UPDATE t SET (a, b) = (1, 'x') FROM u WHERE t.id = u.id AND t.k = 'y'",
      [
        {
          kind: 'update',
          table: t,
          from: [{ name: 'u' }],
          set: [
            { column: 'a', value: 'constant' },
            { column: 'b', literals: ['x'] },
          ],
          where: {
            terms: [
              { column: 'id', operand: 'column' },
              { column: 'k', operand: 'constant' },
            ],
          },
        },
      ],
    ],
    [
      'DELETE FROM t WHERE rowid IN (SELECT rowid FROM t LIMIT 5)',
      [{ kind: 'delete', where: { terms: [{ operand: 'limited-subquery' }] } }],
    ],
    [
      "VACUUM; REINDEX i; ANALYZE t; ATTACH DATABASE 'x' AS y; DETACH y",
      [
        { kind: 'maintain', command: 'VACUUM' },
        { kind: 'reindex', name: { name: 'i' } },
        { kind: 'maintain', command: 'ANALYZE' },
        { command: 'ATTACH' },
        { command: 'DETACH' },
      ],
    ],
    [
      'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 10) SELECT n FROM c JOIN t ON t.a = c.n',
      [{ kind: 'select', query: { tables: [t] } }],
    ],
  ])('%s', (sql, expected) => {
    const operations = read(sql)
    expect(operations).toHaveLength(expected.length)
    expect(operations).toMatchObject(expected)
  })
})

describe('syntax that SQLite does not have is said', () => {
  test.each<[string, string]>([
    ['ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (id)', 'ADD CONSTRAINT (other than CHECK)'],
    ['ALTER TABLE t ALTER COLUMN a TYPE bigint', 'ALTER COLUMN … TYPE'],
    ['ALTER TABLE t MODIFY COLUMN a bigint', 'MODIFY COLUMN'],
    ['ALTER TABLE t ADD COLUMN IF NOT EXISTS a int', 'IF NOT EXISTS on ADD COLUMN'],
    ['CREATE TABLE t (a INT AUTO_INCREMENT, KEY k (a)) ENGINE=InnoDB', 'AUTO_INCREMENT'],
    ['INSERT IGNORE INTO t VALUES (1)', 'INSERT IGNORE'],
    ['CREATE INDEX CONCURRENTLY i ON t (a)', 'CONCURRENTLY'],
    ['TRUNCATE TABLE t', 'TRUNCATE'],
    ['CREATE TABLE t (a INT DEFAULT now())', 'the function now()'],
    ['CREATE TABLE t (a INT DEFAULT lower(1))', 'lower() as DEFAULT without parentheses'],
  ])('%s', (sql, feature) => {
    expect(read(sql)).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'unsupported', feature })]))
  })

  test('by version', () => {
    expect(read('ALTER TABLE t DROP COLUMN a', [3, 34])).toMatchObject([
      { kind: 'dropColumn' },
      { kind: 'unsupported', availableIn: 'SQLite 3.35' },
    ])
    expect(read('ALTER TABLE t ALTER COLUMN a SET NOT NULL', [3, 50])).toMatchObject([{ kind: 'setNotNull' }, { kind: 'unsupported' }])
  })
})

test.each([
  'CREATE TABLE t (a INT',
  'ALTER TABLE t',
  'CREATE TRIGGER g AFTER UPDATE ON t BEGIN UPDATE u',
  'INSERT INTO t (a VALUES (1)',
  'DROP TABLE',
  'xyz',
  'CREATE TABLE t (a INT,, b INT)',
  'SELECT * FROM',
])('%s is opaque', (sql) => {
  expect(read(sql).at(-1)).toMatchObject({ kind: 'opaque', because: 'syntax' })
})
