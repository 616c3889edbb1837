import type { SeedColumn } from '../catalog.ts'
import type { Kind, SeedDialect } from './dialect.ts'
import { seeder } from './seeder.ts'

const integers: Readonly<Record<string, readonly [number, number]>> = {
  smallint: [-32768, 32767],
  integer: [-2147483648, 2147483647],
  bigint: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  oid: [0, 4294967295],
}

const kinds: readonly (readonly [RegExp, Kind])[] = [
  [/^(?:text|citext|name|character varying|character|bpchar|"char"|xml)\b/, { kind: 'text' }],
  [/^boolean$/, { kind: 'boolean' }],
  [/^(?:real|double precision|money)$/, { kind: 'float' }],
  [/^date$/, { kind: 'date' }],
  [/^time\b/, { kind: 'time' }],
  [/^timestamp\b/, { kind: 'timestamp' }],
  [/^uuid$/, { kind: 'uuid' }],
  [/^jsonb?$/, { kind: 'json' }],
  [/^bytea$/, { kind: 'bytes' }],
]

/** Types of which one value is as good as another. */
const others: readonly (readonly [RegExp, string])[] = [
  [/\[\]$/, "'{}'"],
  [/^interval/, "'1 day'"],
  [/^(?:inet|cidr)$/, "'10.0.0.1'"],
  [/^macaddr$/, "'08:00:2b:01:02:03'"],
  [/^macaddr8$/, "'08:00:2b:01:02:03:04:05'"],
  [/^bit varying/, "'1'"],
  [/^tsvector$/, "'word'"],
  [/^tsquery$/, "'word'"],
  [/^hstore$/, "''"],
  [/^ltree$/, "'a.b'"],
  [/^point$/, "'(1,2)'"],
  [/^(?:int4|int8|num|date|ts|tstz)range$/, "'empty'"],
  [/^(?:int4|int8|num|date|ts|tstz)multirange$/, "'{}'"],
]

function otherOf({ type }: SeedColumn): string | undefined {
  const bits = /^bit(?:\((\d+)\))?$/.exec(type)
  if (bits) return `B'${'1'.repeat(Number(bits[1] ?? 1))}'`
  const vector = /^vector\((\d+)\)$/.exec(type)
  if (vector) return `'[${Array(Number(vector[1])).fill(0.5).join(',')}]'`
  return others.find(([pattern]) => pattern.test(type))?.[1]
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

const dialect: SeedDialect = {
  name: 'postgres',
  quote,
  literal,
  series: (count) => `generate_series(1, ${count}) AS series (n)`,
  kindOf: (column) => {
    const { type, labels } = column
    if (labels && !type.endsWith('[]')) return labels.length > 0 ? { kind: 'label' } : undefined
    if (otherOf(column) !== undefined) return { kind: 'other' }
    const range = integers[type]
    if (range) return { kind: 'integer', min: range[0], max: range[1] }
    const numeric = /^numeric(?:\((\d+),(-?\d+)\))?$/.exec(type)
    if (numeric) {
      const scale = Number(numeric[2] ?? 2)
      return { kind: 'decimal', digits: Math.min(15, Number(numeric[1] ?? 12) - scale), scale }
    }
    return kinds.find(([pattern]) => pattern.test(type))?.[1]
  },
  value: ({ kind }, i, column) => {
    switch (kind) {
      case 'boolean':
        return `(${i} % 2 = 0)`
      case 'date':
        return `(date '2024-01-01' + (${i})::integer)`
      case 'time':
        return `(time '00:00' + ${i} * interval '1 minute')`
      case 'timestamp':
        return `(timestamp '2024-01-01' + ${i} * interval '1 minute')`
      case 'uuid':
        return `md5((${i})::text)`
      case 'json':
        return `('{"n": ' || ${i} || '}')`
      case 'bytes':
        return `decode(md5((${i})::text), 'hex')`
      default:
        return otherOf(column) ?? 'NULL'
    }
  },
  divide: (i, by) => `(${i} / ${by})`,
  asText: (i) => `(${i})::text`,
  hex: (i) => `to_hex(${i})`,
  concat: (left, right) => `${left} || ${right}`,
  cast: (expression, { type }) => `(${expression})::${type}`,
  insert: (table, columns, select) => `INSERT INTO ${table} (${columns.join(', ')}) ${select}`,
  passing: (insert) => `${insert} ON CONFLICT DO NOTHING`,
  insertDefaults: (table, _, count) => `INSERT INTO ${table} SELECT FROM generate_series(1, ${count})`,
  numberedFrom: (table, column, start) =>
    `SELECT setval(pg_get_serial_sequence(${literal(table)}, ${literal(column)}), greatest(${start}, (SELECT max(${quote(column)}) + 1 FROM ${table})), false)`,
  updateTwo: (table, _, sets, skip) =>
    `UPDATE ${table} SET ${sets} WHERE (tableoid, ctid) IN (SELECT tableoid, ctid FROM ${table} ORDER BY tableoid, ctid LIMIT 2 OFFSET ${skip})`,
  analyze: (table) => `ANALYZE ${table}`,
  refusal: ({ code }) => {
    if (code === '23505' || code === '23P01') return 'unique'
    if (code === '23514') return 'check'
    if (code === '23503') return 'foreign key'
    return code === '23502' ? 'not null' : undefined
  },
}

/** Fills and spoils tables of PostgreSQL. */
export const postgresSeeder = seeder(dialect)
