import { describe, expect, test } from 'vitest'
import { mysql } from '../../../src/dialects/mysql/index.ts'
import { tracedText } from '../../../src/source/traced.ts'

const read = (sql: string) => mysql.parse(tracedText(sql, 'a.sql'), { version: mysql.latest }).flatMap((statement) => statement.operations)
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
