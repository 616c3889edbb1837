import { describe, expect, test } from 'vitest'
import { mysql } from '../../../src/dialects/mysql/index.ts'
import { tracedText } from '../../../src/source/traced.ts'

const read = (sql: string) => mysql.parse(tracedText(sql, 'a.sql'), { version: mysql.latest }).flatMap((statement) => statement.operations)
const t = { name: 't' }

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
      [{ kind: 'otherStatement', command: 'CREATE USER' }, { command: 'GRANT' }, { command: 'USE', name: { name: 'x' } }],
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
