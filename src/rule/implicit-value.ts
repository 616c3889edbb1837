import type { DialectName } from '../ir/names.ts'

const numeric = new Set(['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal', 'float', 'double', 'bit', 'year'])

/** What a date without a value is; MySQL's default sql_mode refuses to write it. */
export const zeroDate = 'a zero date'

/** MariaDB's own types and what stands for nothing in them. */
const nothings: Readonly<Record<string, string>> = {
  uuid: "'00000000-0000-0000-0000-000000000000'",
  inet6: "'::'",
  inet4: "'0.0.0.0'",
}

/**
 * What MySQL and MariaDB store where a new NOT NULL column gets no value, by its type and, of an enum, its labels; for people. Measured on MariaDB 10.11: its
 * JSON is a text.
 */
export function implicitValue(type: string | undefined, labels: readonly string[] | undefined, dialect: DialectName): string {
  if (type === undefined) return "its type's zero value"
  if (type === 'enum') return labels?.[0] === undefined ? 'the first label' : `'${labels[0]}'`
  if (type === 'json' && dialect === 'mysql') return "the JSON value 'null'"
  if (type === 'date' || type === 'datetime' || type === 'timestamp') return zeroDate
  if (type === 'time') return "'00:00:00'"
  return numeric.has(type) ? '0' : (nothings[type] ?? "''")
}
