import { beforeAll, expect, test } from 'vitest'
import { postgres } from '../../../src/dialects/postgres/index.ts'
import type { Schema } from '../../../src/schema/schema.ts'
import { base } from './cost-cases/case.ts'
import { costOfSql, schemaOf } from './cost-cases/world.ts'

let before: Schema

beforeAll(async () => {
  await postgres.ready()
  before = schemaOf(base)
})

const cost = (sql: string, first = '', version = [18]) => costOfSql(sql, first ? schemaOf(first, before) : before, version).cost

test('a default of a function that nobody knows is not called free', () => {
  const found = cost('ALTER TABLE orders ADD COLUMN extra integer DEFAULT mystery()')
  expect([found.rewrites, found.blocks, found.queues]).toEqual(['unknown', 'unknown', 'reads-and-writes'])
  expect(found.because).toContain('mystery()')
})

test('a volatile function inside a cast and an operator still writes every row', () => {
  expect(cost("ALTER TABLE orders ADD COLUMN extra text DEFAULT ('o-' || gen_random_uuid()::text)").rewrites).toBe(true)
  expect(cost('ALTER TABLE orders ADD COLUMN extra uuid DEFAULT public.uuid_generate_v4()').rewrites).toBe(true)
})

test('a column of a type that nobody knows may be of a constrained domain', () => {
  expect(cost('ALTER TABLE orders ADD COLUMN extra mystery').rewrites).toBe('unknown')
  expect(cost('ALTER TABLE orders ADD COLUMN extra citext').rewrites).toBe(false)
})

test('the type change of a column that nobody knows is unknown', () => {
  const found = cost('ALTER TABLE elsewhere ALTER COLUMN x TYPE bigint')
  expect([found.rewrites, found.scans, found.buildsIndex, found.blocks, found.dropsStatistics]).toEqual([
    'unknown',
    'unknown',
    'unknown',
    'unknown',
    true,
  ])
})

test('every type change drops the statistics of the column', () => {
  expect(cost('ALTER TABLE orders ALTER COLUMN note TYPE varchar').dropsStatistics).toBe(true)
})

test('timestamp to timestamptz says that it hangs on the time zone of the session', () => {
  const found = cost('ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz')
  expect(found.rewrites).toBe(true)
  expect(found.because).toContain('TimeZone')
})

test('a serial column widens as the integer that it is', () => {
  const found = cost('ALTER TABLE counted ALTER COLUMN id TYPE bigint', 'CREATE TABLE counted (id serial PRIMARY KEY);')
  expect([found.rewrites, found.because]).toEqual([true, 'integer and bigint are stored differently'])
})

test('a temporary table blocks nobody', () => {
  const found = cost('ALTER TABLE mine ALTER COLUMN x SET NOT NULL', 'CREATE TEMP TABLE mine (x integer);')
  expect([found.scans, found.blocks, found.queues]).toEqual([true, 'nothing', 'nothing'])
})

test('a partition with a CHECK may be attached without being read', () => {
  const found = cost(
    'ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM (100) TO (200)',
    'CREATE TABLE parted_2 (id integer, k integer, CHECK (id % 1000 BETWEEN 100 AND 199 AND id IS NOT NULL));',
  )
  expect([found.lock, found.scans]).toEqual(['SHARE UPDATE EXCLUSIVE', 'unknown'])
})

// Each was seen on PostgreSQL 15: `partition constraint … is implied by existing constraints` in DEBUG1, or not.
test.each([
  ['FROM (100) TO (200)', 'CHECK (id >= 100 AND id < 200 AND id IS NOT NULL)', false],
  ['FROM (100) TO (200)', 'CHECK (id BETWEEN 100 AND 199), CHECK (id IS NOT NULL)', false],
  ['FROM (100) TO (200)', 'CHECK (id = 150), CHECK (id IS NOT NULL)', false],
  ['FROM (100) TO (200)', 'CHECK (id > 100), CHECK (id < 150 AND id IS NOT NULL)', false],
  ['FROM (MINVALUE) TO (200)', 'CHECK (id < 200 AND id IS NOT NULL)', false],
  ['FROM (100) TO (200)', 'CHECK (id >= 100 AND id < 200)', 'unknown'],
  ['FROM (100) TO (200)', 'CHECK (id >= 100 AND id <= 200 AND id IS NOT NULL)', 'unknown'],
  ['FROM (100) TO (200)', 'CHECK (id >= 100 OR id < 200), CHECK (id IS NOT NULL)', 'unknown'],
])('attaching the rows %s of a table with %s reads them: %s', (rows, checks, scans) => {
  const found = cost(`ALTER TABLE parted ATTACH PARTITION p FOR VALUES ${rows}`, `CREATE TABLE p (id integer, k integer, ${checks});`)
  expect(found.scans).toBe(scans)
})

test.each([
  ["('a', 'b')", "CHECK (c IN ('a', 'b') AND c IS NOT NULL)", false],
  ["('a', 'b')", "CHECK (c = 'b' AND c IS NOT NULL)", false],
  ["('a', 'b')", "CHECK (c IN ('a', 'c') AND c IS NOT NULL)", 'unknown'],
])('attaching the values %s of a table with %s reads them: %s', (values, checks, scans) => {
  const first = `CREATE TABLE listed (c text) PARTITION BY LIST (c); CREATE TABLE l (c text, ${checks});`
  expect(cost(`ALTER TABLE listed ATTACH PARTITION l FOR VALUES IN ${values}`, first).scans).toBe(scans)
})

test('a NOT NULL that is not validated proves nothing', () => {
  const sql = 'ALTER TABLE orders ALTER COLUMN total SET NOT NULL'
  expect(cost(sql, 'ALTER TABLE orders ADD CONSTRAINT n NOT NULL total NOT VALID;').scans).toBe(true)
  expect(cost(sql, 'ALTER TABLE orders ADD CONSTRAINT n NOT NULL total NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT n;').scans).toBe(
    false,
  )
})

test('an opaque statement costs unknown in everything', () => {
  const found = cost('ALTER TABLE orders ADD COLUMN (nonsense')
  expect([found.lock, found.blocks, found.queues, found.rewrites, found.scans]).toEqual([
    'unknown',
    'unknown',
    'unknown',
    'unknown',
    'unknown',
  ])
})

test('an operation of another engine has no row and costs unknown', () => {
  const column = { name: 'x', type: undefined, nullable: true, nullabilityWritten: false, default: undefined, constraints: [] }
  const span = { file: 'a.sql', start: 0, end: 1 }
  const operation = { kind: 'modifyColumn', span, table: { name: 'orders' }, column: 'x', to: column } as const
  const statement = { sql: undefined, span, segment: undefined, batch: undefined, operations: [operation] }
  expect(postgres.cost(operation, statement, before, [18]).lock).toBe('unknown')
})

test('before 12 a value cannot be added to an enum inside a transaction', () => {
  expect(cost("ALTER TYPE mood ADD VALUE 'calm'", '', [11]).inTransaction).toBe(false)
  expect(cost("ALTER TYPE mood ADD VALUE 'calm'", '', [12]).inTransaction).toBe(true)
})

const narrows = (from: string, to: string) => postgres.typeChange(postgres.parseType(from), postgres.parseType(to), before, [18]).narrows

test.each([
  ['integer', 'bigint', false],
  ['bigint', 'integer', true],
  ['integer', 'numeric(10,2)', true],
  ['integer', 'numeric(12,2)', false],
  ['integer', 'double precision', false],
  ['bigint', 'double precision', true],
  ['varchar(10)', 'varchar(20)', false],
  ['varchar(20)', 'varchar(10)', true],
  ['text', 'varchar(255)', true],
  ['text', 'citext', false],
  ['integer', 'text', false],
  ['integer', 'varchar(5)', true],
  ['uuid', 'varchar(36)', false],
  ['text', 'uuid', true],
  ['text', 'mood', true],
  ['mood', 'text', false],
  ['timestamp', 'date', true],
  ['date', 'timestamp', false],
  ['timestamp', 'timestamp(3)', true],
  ['numeric(10,2)', 'numeric(12,2)', false],
  ['numeric(10,2)', 'numeric(12,4)', false],
  ['numeric(12,2)', 'numeric(10,2)', true],
  ['numeric', 'integer', true],
  ['mystery', 'integer', 'unknown'],
])('%s to %s: narrows is %s', (from, to, expected) => {
  expect(narrows(from, to)).toBe(expected)
})
