import { beforeAll, describe, expect, test } from 'vitest'
import type { Cost, Dialect, Version } from '../../src/dialects/dialect.ts'
import { parseVersion } from '../../src/dialects/dialect.ts'
import { mysql } from '../../src/dialects/mysql/index.ts'
import { mariadb } from '../../src/dialects/mysql/mariadb.ts'
import { postgres } from '../../src/dialects/postgres/index.ts'
import { sqlite } from '../../src/dialects/sqlite/index.ts'
import { apply } from '../../src/schema/apply.ts'
import { emptySchema } from '../../src/schema/edit.ts'
import { tracedText } from '../../src/source/traced.ts'

beforeAll(() => postgres.ready())

const worlds: Readonly<Record<string, string>> = {
  postgres: `CREATE TABLE t (id integer PRIMARY KEY, a integer, v integer GENERATED ALWAYS AS (a + 1) VIRTUAL);
    CREATE TABLE parted (id integer) PARTITION BY RANGE (id); CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (9);
    CREATE TABLE parted_2 (id integer); CREATE TYPE mood AS ENUM ('sad'); CREATE INDEX t_a ON t (a);`,
  mysql:
    'CREATE TABLE t (id INT PRIMARY KEY, a INT, b VARCHAR(20) COLLATE utf8mb4_general_ci, c VARCHAR(20), KEY a_idx (a), KEY b_idx (b))',
  sqlite: 'CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER)',
}

interface Answer {
  readonly cost: Cost
  /** Who has the syntax that this version lacks. */
  readonly lacking: readonly string[]
}

function ask(dialect: Dialect, sql: string, version: Version): Answer {
  let schema = emptySchema({ defaultSchema: dialect.defaultSchema, fold: dialect.fold })
  const world = worlds[dialect.name === 'mariadb' ? 'mysql' : dialect.name]!
  for (const { operations } of dialect.parse(tracedText(world, 'w.sql'), { version: dialect.latest }))
    for (const operation of operations) schema = apply(schema, operation, { born: -1, transaction: 'w' }).schema
  const parsed = dialect.parse(tracedText(sql, 'b.sql'), { version })[0]!
  const statement = { ...parsed, segment: undefined, batch: undefined }
  const lacking = parsed.operations.flatMap((operation) => (operation.kind === 'unsupported' ? [operation.availableIn] : []))
  const operation = parsed.operations.find(({ kind }) => kind !== 'unsupported')!
  return { cost: dialect.cost(operation, statement, schema, version), lacking }
}

/** What a version says in a word or two. */
type Look = (answer: Answer) => unknown
const lock: Look = ({ cost }) => cost.lock
const inTransaction: Look = ({ cost }) => cost.inTransaction
const lacking: Look = (answer) => answer.lacking.join()
const rewrites: Look = ({ cost }) => cost.rewrites
const algorithm: Look = ({ cost }) =>
  `${cost.algorithm}${cost.rewrites === true ? ', rebuilt' : ''}${cost.blocks === 'writes' ? ', writes wait' : ''}`
const onPartition: Look = ({ cost }) => cost.others[0]?.lock

/** A statement, and what the last version before a boundary and the first one after it do with it. */
type Boundary = readonly [sql: string, look: Look, before: string, was: unknown, after: string, is: unknown]

const detach = 'ALTER TABLE parted DETACH PARTITION parted_1'
const ofPostgres: readonly Boundary[] = [
  ["ALTER TYPE mood ADD VALUE 'calm'", inTransaction, '11', false, '12', true],
  ['ALTER INDEX t_a RENAME TO t_b', lock, '11', 'ACCESS EXCLUSIVE', '12', 'SHARE UPDATE EXCLUSIVE'],
  [
    'ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM (10) TO (20)',
    lock,
    '11',
    'ACCESS EXCLUSIVE',
    '12',
    'SHARE UPDATE EXCLUSIVE',
  ],
  ['ALTER TABLE t ALTER COLUMN v DROP EXPRESSION', lacking, '12', 'PostgreSQL 13', '13', ''],
  [detach, onPartition, '13', 'SHARE UPDATE EXCLUSIVE', '14', 'ACCESS EXCLUSIVE'],
  [`${detach} CONCURRENTLY`, lacking, '13', 'PostgreSQL 14', '14', ''],
  [`${detach} CONCURRENTLY`, inTransaction, '13', true, '14', false],
  ['REINDEX TABLE parted', lock, '13', 'NONE', '14', 'SHARE'],
  ['REINDEX TABLE parted', inTransaction, '13', true, '14', false],
  ['ALTER TABLE t ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a)', lacking, '14', 'PostgreSQL 15', '15', ''],
  ['ALTER TABLE t ALTER COLUMN v SET EXPRESSION AS (a + 2)', lacking, '16', 'PostgreSQL 17', '17', ''],
  ['ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID', lacking, '17', 'PostgreSQL 18', '18', ''],
  ['ALTER TABLE t ALTER COLUMN v SET EXPRESSION AS (a + 2)', rewrites, '17', true, '18', false],
  ['GRANT SELECT ON t TO PUBLIC', lock, '17', 'NONE', '18', 'ACCESS SHARE'],
  ['ALTER TABLE t ADD COLUMN w integer GENERATED ALWAYS AS (a) VIRTUAL', lacking, '17', 'PostgreSQL 18', '18', ''],
]

const ofMysql: readonly Boundary[] = [
  ['ALTER TABLE t ADD COLUMN n INT', algorithm, '8.0.11', 'INPLACE, rebuilt', '8.0.12', 'INSTANT'],
  ['ALTER TABLE t ALTER COLUMN a SET DEFAULT 1', algorithm, '8.0.11', 'INPLACE', '8.0.12', 'INSTANT'],
  ['ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0)', algorithm, '8.0.15', 'INPLACE', '8.0.16', 'COPY, rebuilt, writes wait'],
  ['ALTER TABLE t RENAME COLUMN a TO d', algorithm, '8.0.27', 'INPLACE', '8.0.28', 'INSTANT'],
  ['ALTER TABLE t ADD COLUMN n INT FIRST', algorithm, '8.0.28', 'INPLACE, rebuilt', '8.0.29', 'INSTANT'],
  ['ALTER TABLE t DROP COLUMN c', algorithm, '8.0.28', 'INPLACE, rebuilt', '8.0.29', 'INSTANT'],
  ['ALTER TABLE t MODIFY c VARCHAR(20) COLLATE utf8mb4_bin', algorithm, '8.4', 'COPY, rebuilt, writes wait', '9.0', 'INPLACE'],
  ['ALTER TABLE t ADD COLUMN n INT REFERENCES t (id)', algorithm, '8.4', 'INSTANT', '9.0', 'COPY, rebuilt, writes wait'],
  ['ALTER TABLE t ADD PARTITION (PARTITION p VALUES LESS THAN (30))', algorithm, '5.7.44', 'INPLACE, writes wait', '8.0', 'INPLACE'],
]

const ofMariadb: readonly Boundary[] = [
  ['ALTER TABLE t ADD COLUMN n INT', algorithm, '10.2', 'INPLACE, rebuilt', '10.3.2', 'INSTANT'],
  ['ALTER TABLE t ADD COLUMN n INT FIRST', algorithm, '10.3', 'INPLACE, rebuilt', '10.4', 'INSTANT'],
  ['ALTER TABLE t DROP COLUMN c', algorithm, '10.3', 'INPLACE, rebuilt', '10.4', 'INSTANT'],
  ['ALTER TABLE t RENAME INDEX a_idx TO a2', algorithm, '10.5.1', 'INPLACE', '10.5.2', 'INSTANT'],
  ['ALTER TABLE t MODIFY a BIGINT', algorithm, '10.11', 'COPY, rebuilt, writes wait', '11.2', 'COPY, rebuilt'],
  ['ALTER TABLE t MODIFY a BIGINT', algorithm, '11.1', 'COPY, rebuilt, writes wait', '11.8', 'COPY, rebuilt'],
]

const ofSqlite: readonly Boundary[] = [
  ['ALTER TABLE t RENAME COLUMN a TO b', lacking, '3.24', 'SQLite 3.25', '3.25', ''],
  ['ALTER TABLE t RENAME COLUMN a TO b', rewrites, '3.24', true, '3.25', false],
  ['ALTER TABLE t DROP COLUMN a', lacking, '3.34', 'SQLite 3.35', '3.35', ''],
  ['ALTER TABLE t ALTER COLUMN a SET NOT NULL', lacking, '3.52', 'SQLite 3.53', '3.53', ''],
  ['ALTER TABLE t ALTER COLUMN a SET NOT NULL', rewrites, '3.52', true, '3.53', false],
  ['ALTER TABLE t ALTER COLUMN a DROP NOT NULL', rewrites, '3.52', true, '3.53', false],
  ['ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0)', rewrites, '3.52', true, '3.53', false],
  ['ALTER TABLE t DROP CONSTRAINT k', rewrites, '3.52', true, '3.53', false],
]

describe.each([
  ['PostgreSQL', postgres, ofPostgres],
  ['MySQL', mysql, ofMysql],
  ['MariaDB', mariadb, ofMariadb],
  ['SQLite', sqlite, ofSqlite],
] as const)('%s, on both sides of a version', (_, dialect, boundaries) => {
  test.each(boundaries)('%s', (sql, look, before, was, after, is) => {
    expect(look(ask(dialect, sql, parseVersion(before)!)), before).toEqual(was)
    expect(look(ask(dialect, sql, parseVersion(after)!)), after).toEqual(is)
  })
})
