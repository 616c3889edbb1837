import type { DialectName } from '../../ir/names.ts'
import type { SeedColumn } from '../catalog.ts'
import type { Kind, SeedDialect } from './dialect.ts'
import { seeder } from './seeder.ts'

/** Bytes that each integer type has. */
const sizes: Readonly<Record<string, number>> = { tinyint: 1, smallint: 2, mediumint: 3, int: 4, bigint: 8 }

const kinds: readonly (readonly [RegExp, Kind])[] = [
  [/^tinyint\(1\)/, { kind: 'boolean' }],
  [/^(?:float|double|real)/, { kind: 'float' }],
  [/^(?:datetime|timestamp)/, { kind: 'timestamp' }],
  [/^date$/, { kind: 'date' }],
  [/^time\b/, { kind: 'time' }],
  [/^year/, { kind: 'integer', min: 1901, max: 2155 }],
  [/^uuid$/, { kind: 'uuid' }],
  [/^json$/, { kind: 'json' }],
  [/char|text/, { kind: 'text' }],
  [/binary|blob/, { kind: 'bytes' }],
]

/** Types of which one value is as good as another. */
const others: readonly (readonly [RegExp, string])[] = [
  [/^bit/, "b'1'"],
  [/^inet4$/, "'10.0.0.1'"],
  [/^inet6$/, "'::1'"],
  [/^(?:point|geometry)$/, "ST_GeomFromText('POINT(1 2)')"],
  [/^linestring$/, "ST_GeomFromText('LINESTRING(0 0, 1 1)')"],
  [/^polygon$/, "ST_GeomFromText('POLYGON((0 0, 0 1, 1 1, 0 0))')"],
]

function kindOf({ type, labels }: SeedColumn): Kind | undefined {
  if (labels) return labels.length > 0 ? { kind: 'label' } : undefined
  if (others.some(([pattern]) => pattern.test(type))) return { kind: 'other' }
  const decimal = /^decimal\((\d+),(\d+)\)/.exec(type)
  if (decimal) {
    const scale = Number(decimal[2])
    return { kind: 'decimal', digits: Math.min(15, Number(decimal[1]) - scale), scale }
  }
  const known = kinds.find(([pattern]) => pattern.test(type))?.[1]
  if (known) return known
  const size = sizes[/^[a-z]+/.exec(type)?.[0] ?? '']
  if (size === undefined) return undefined
  const values = 2 ** (size * 8)
  const [min, max] = type.includes('unsigned') ? [0, values - 1] : [-values / 2, values / 2 - 1]
  return { kind: 'integer', min: Math.max(min, Number.MIN_SAFE_INTEGER), max: Math.min(max, Number.MAX_SAFE_INTEGER) }
}

const quote = (name: string) => `\`${name.replaceAll('`', '``')}\``

/** Numbers from 1 to `count`: recursion is limited to 1000 on both servers, and only MariaDB has tables of numbers. */
function series(count: number): string {
  const places: string[] = []
  const tables: string[] = []
  for (let place = 1; place === 1 || place < count; place *= 10) {
    const needed = Math.min(10, Math.ceil(count / place))
    const digits = Array.from({ length: needed }, (_, digit) => `SELECT ${digit}${digit === 0 ? ' AS d' : ''}`)
    tables.push(`(${digits.join(' UNION ALL ')}) AS d${place}`)
    places.push(`d${place}.d * ${place}`)
  }
  const n = `1 + ${places.join(' + ')}`
  return `(SELECT ${n} AS n FROM ${tables.join(' CROSS JOIN ')} WHERE ${n} <= ${count}) AS series`
}

function dialectOf(name: DialectName): SeedDialect {
  return {
    name,
    quote,
    literal: (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`,
    series,
    kindOf,
    value: ({ kind }, i, { type }) => {
      switch (kind) {
        case 'boolean':
          return `(${i} % 2)`
        case 'date':
          return `DATE_ADD(DATE '2024-01-01', INTERVAL ${i} DAY)`
        case 'time':
          return `SEC_TO_TIME(${i} * 60)`
        case 'timestamp':
          return `DATE_ADD(TIMESTAMP '2024-01-01 00:00:00', INTERVAL ${i} MINUTE)`
        case 'uuid':
          return `CONCAT(LPAD(LOWER(HEX(${i})), 8, '0'), '-0000-4000-8000-000000000000')`
        case 'json':
          return `CONCAT('{"n": ', ${i}, '}')`
        case 'bytes':
          return `LEFT(UNHEX(MD5(${i})), ${Math.min(16, Number(/\((\d+)\)/.exec(type)?.[1] ?? 16))})`
        default:
          return others.find(([pattern]) => pattern.test(type))?.[1] ?? 'NULL'
      }
    },
    divide: (i, by) => `(${i} DIV ${by})`,
    asText: (i) => `CAST(${i} AS CHAR)`,
    hex: (i) => `LOWER(HEX(${i}))`,
    concat: (left, right) => `CONCAT(${left}, ${right})`,
    cast: (expression) => expression,
    insert: (table, columns, select) => `INSERT INTO ${table} (${columns.join(', ')}) ${select}`,
    // A NULL for an AUTO_INCREMENT column is where the server gives the number; without one it makes a single row of defaults at a time.
    passing: (insert) => insert.replace(/^INSERT/, 'INSERT IGNORE'),
    insertDefaults: (table, identity, count) =>
      identity === undefined
        ? `INSERT INTO ${table} () VALUES ()`
        : `INSERT INTO ${table} (${quote(identity)}) SELECT NULL FROM ${series(count)}`,
    updateTwo: (table, key, sets, skip) => {
      if (key.length === 0) return `UPDATE ${table} SET ${sets} LIMIT 2`
      const list = key.map(quote).join(', ')
      // The servers do not read the table that they change but through a derived one.
      return `UPDATE ${table} SET ${sets} WHERE (${list}) IN (SELECT * FROM (SELECT ${list} FROM ${table} ORDER BY ${list} LIMIT 2 OFFSET ${skip}) AS two)`
    },
    analyze: (table) => `ANALYZE TABLE ${table}`,
    refusal: ({ number }) => {
      if (number === 1062) return 'unique'
      // MySQL 3819, MariaDB 4025.
      if (number === 3819 || number === 4025) return 'check'
      if (number === 1452 || number === 1216) return 'foreign key'
      return number === 1048 || number === 1364 ? 'not null' : undefined
    },
  }
}

/** Fills and spoils tables of MySQL. */
export const mysqlSeeder = seeder(dialectOf('mysql'))
/** Fills and spoils tables of MariaDB. */
export const mariadbSeeder = seeder(dialectOf('mariadb'))
