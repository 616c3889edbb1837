import type { SeedColumn } from '../catalog.ts'
import type { Kind, SeedDialect } from './dialect.ts'
import { seeder } from './seeder.ts'

/** A declared type says what people mean; SQLite itself takes any value in any column, STRICT tables aside. */
const kinds: readonly (readonly [RegExp, Kind])[] = [
  [/^(?:bool|boolean|tinyint\(1\))$/i, { kind: 'boolean' }],
  [/int/i, { kind: 'integer', min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }],
  [/^(?:datetime|timestamp)/i, { kind: 'timestamp' }],
  [/^date$/i, { kind: 'date' }],
  [/^time/i, { kind: 'time' }],
  [/^(?:uuid|guid)/i, { kind: 'uuid' }],
  [/^json/i, { kind: 'json' }],
  [/char|clob|text|^enum|^$|^any$/i, { kind: 'text' }],
  [/blob|binary/i, { kind: 'bytes' }],
  [/real|floa|doub/i, { kind: 'float' }],
]

function kindOf({ type, labels }: SeedColumn): Kind {
  if (labels && labels.length > 0) return { kind: 'label' }
  const numeric = /^(?:numeric|decimal|number)(?:\s*\(\s*(\d+)(?:\s*,\s*(\d+))?\s*\))?$/i.exec(type)
  if (numeric) {
    const scale = Number(numeric[2] ?? 2)
    return { kind: 'decimal', digits: Math.max(1, Math.min(15, Number(numeric[1] ?? 12) - scale)), scale }
  }
  return kinds.find(([pattern]) => pattern.test(type))?.[1] ?? { kind: 'text' }
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`

const series = (count: number) =>
  `(WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ${count}) SELECT n FROM counted) AS series`

const dialect: SeedDialect = {
  name: 'sqlite',
  quote,
  literal: (text) => `'${text.replaceAll("'", "''")}'`,
  series,
  kindOf,
  value: ({ kind }, i) => {
    switch (kind) {
      case 'boolean':
        return `(${i} % 2)`
      case 'date':
        return `date('2024-01-01', '+' || ${i} || ' days')`
      case 'time':
        return `time('00:00', '+' || ${i} || ' minutes')`
      case 'timestamp':
        return `datetime('2024-01-01', '+' || ${i} || ' minutes')`
      case 'uuid':
        return `printf('%08x-0000-4000-8000-000000000000', ${i})`
      case 'json':
        return `('{"n": ' || ${i} || '}')`
      case 'bytes':
        return `CAST(printf('%08x', ${i}) AS BLOB)`
      default:
        return 'NULL'
    }
  },
  divide: (i, by) => `(${i} / ${by})`,
  asText: (i) => `CAST(${i} AS TEXT)`,
  hex: (i) => `printf('%x', ${i})`,
  concat: (left, right) => `${left} || ${right}`,
  cast: (expression) => expression,
  insert: (table, columns, select) => `INSERT INTO ${table} (${columns.join(', ')}) ${select}`,
  // A NULL for the row's own number is where SQLite gives it; without one it makes a single row of defaults at a time.
  passing: (insert) => insert.replace(/^INSERT/, 'INSERT OR IGNORE'),
  insertDefaults: (table, identity, count) =>
    identity === undefined
      ? `INSERT INTO ${table} DEFAULT VALUES`
      : `INSERT INTO ${table} (${quote(identity)}) SELECT NULL FROM ${series(count)}`,
  updateTwo: (table, key, sets, skip) => {
    // Tables WITHOUT ROWID have a key always.
    const names = key.length > 0 ? key.map(quote) : ['rowid']
    const [left, list] = [names.length > 1 ? `(${names.join(', ')})` : names.join(), names.join(', ')]
    return `UPDATE ${table} SET ${sets} WHERE ${left} IN (SELECT ${list} FROM ${table} ORDER BY ${list} LIMIT 2 OFFSET ${skip})`
  },
  analyze: (table) => `ANALYZE ${table}`,
  refusal: ({ code, message }) => {
    if (code !== 'SQLITE_CONSTRAINT') return undefined
    if (/^(?:UNIQUE|PRIMARY KEY)\b/i.test(message)) return 'unique'
    if (/^CHECK\b/i.test(message)) return 'check'
    if (/^FOREIGN KEY\b/i.test(message)) return 'foreign key'
    return /^NOT NULL\b/i.test(message) ? 'not null' : undefined
  },
}

/** Fills and spoils tables of SQLite. */
export const sqliteSeeder = seeder(dialect)
