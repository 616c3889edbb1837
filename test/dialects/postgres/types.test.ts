import { describe, expect, test } from 'vitest'
import { canonicalType, missingType, parseType } from '../../../src/dialects/postgres/types.ts'
import { emptySchema } from '../../../src/schema/edit.ts'
import { PersistentMap } from '../../../src/schema/persistent-map.ts'
import type { Schema } from '../../../src/schema/schema.ts'
import type { TypeState } from '../../../src/schema/table.ts'

const empty = emptySchema({ defaultSchema: 'public', fold: (name) => name })

function withTypes(...names: readonly string[]): Schema {
  let types = PersistentMap.empty<TypeState>()
  for (const name of names) types = types.set(name, { name: { name }, form: 'enum', labels: [], born: 0, transaction: 'a' })
  return { ...empty, types }
}

test.each([
  ['int', 'integer'],
  ['INT4', 'integer'],
  ['pg_catalog.int4', 'integer'],
  ['int8', 'bigint'],
  ['int2', 'smallint'],
  ['decimal', 'numeric'],
  ['bool', 'boolean'],
  ['float8', 'double precision'],
  ['float4', 'real'],
  ['character varying', 'varchar'],
  ['bpchar', 'char'],
  ['timestamp without time zone', 'timestamp'],
  ['timestamp  with time zone', 'timestamptz'],
  ['time with time zone', 'timetz'],
  ['bit varying', 'varbit'],
  ['serial8', 'bigserial'],
  ['serial', 'serial'],
  ['citext', 'citext'],
  ['OrderStatus', 'OrderStatus'],
])('%s is %s', (name, canonical) => {
  expect(canonicalType(name)).toBe(canonical)
})

test.each([
  ['varchar(255)', { name: 'varchar', args: ['255'], array: false }],
  ['CHARACTER VARYING (20)', { name: 'varchar', args: ['20'], array: false }],
  ['numeric(10, 2)[]', { name: 'numeric', args: ['10', '2'], array: true }],
  ['timestamp(3) with time zone', { name: 'timestamptz', args: ['3'], array: false }],
  ['text[][]', { name: 'text', args: [], array: true }],
  ['integer ARRAY[4]', { name: 'integer', args: [], array: true }],
  ['char', { name: 'char', args: ['1'], array: false }],
  ['bpchar', { name: 'char', args: [], array: false }],
  ['"char"', { name: '"char"', args: [], array: false }],
  ['float(24)', { name: 'real', args: [], array: false }],
  ['float(25)', { name: 'double precision', args: [], array: false }],
  ['"Order ""Status"""', { name: 'Order "Status"', args: [], array: false }],
  ['Billing.Status', { name: 'status', schema: 'billing', args: [], array: false }],
  ['public."Status"[]', { name: 'Status', schema: 'public', args: [], array: true }],
  ['geometry(Point, 4326)', { name: 'geometry', args: ['Point', '4326'], array: false }],
  ['interval day to second(3)', { name: 'interval', args: ['day to second', '3'], array: false }],
  ['int(10) unsigned', { name: 'integer', args: ['10'], array: false, unsigned: true }],
  ["enum('a', 'it''s, b')", { name: 'enum', args: [], array: false, labels: ['a', "it's, b"] }],
])('%s is read', (text, expected) => {
  const { text: shown, ...read } = parseType(text)
  expect(read).toEqual(expected)
  expect(shown).toBe(text)
})

test.each(['', '(', '"', '[[[', "enum('a", 'varchar(', '.', '..', '((((((', ',,', `${'('.repeat(20_000)}`])(
  '%s does not stop the reader',
  (text) => {
    expect(() => parseType(text)).not.toThrow()
  },
)

describe('missing types', () => {
  const missing = (text: string, version = [18], schema = empty) => missingType(parseType(text), schema, version)

  test('a MySQL type is named with what PostgreSQL has', () => {
    expect(missing('TINYINT(1)')).toBe('TINYINT is a MySQL type; PostgreSQL has smallint')
    expect(missing('datetime')).toBe('DATETIME is a MySQL type; PostgreSQL has timestamp')
    expect(missing('double')).toContain('double precision')
    expect(missing('int unsigned')).toContain('UNSIGNED')
    expect(missing('int(11)')).toContain('MySQL')
    expect(missing('text(255)')).toContain('no length')
  })

  test('types of other engines are named', () => {
    expect(missing('uniqueidentifier')).toContain('a SQL Server type')
    expect(missing('varchar2(10)')).toContain('an Oracle type')
  })

  test('a type exists from its version', () => {
    expect(missing('int4multirange', [13])).toBe('int4multirange exists from PostgreSQL 14')
    expect(missing('int4multirange', [14])).toBeUndefined()
  })

  test.each([
    'jsonb',
    'citext',
    'hstore',
    'ltree',
    'geometry(Point, 4326)',
    'vector(3)',
    'cube',
    'mystery',
    'varchar(20)',
    'double precision',
    'bigserial',
  ])('%s is not declared missing', (text) => {
    expect(missing(text)).toBeUndefined()
  })

  test('a type that the history created exists, whatever its name', () => {
    expect(missing('year', [18], withTypes('year'))).toBeUndefined()
    expect(missing('billing.year')).toBeUndefined()
  })
})
