import type { DataType } from '../ir/column.ts'
import type { DialectName } from '../ir/names.ts'

const kinds: Readonly<Record<string, string>> = {
  ...of('numbers', 'tinyint smallint mediumint int integer bigint serial bigserial smallserial numeric decimal real float double year'),
  'double precision': 'numbers',
  ...of('text', 'char varchar text citext tinytext mediumtext longtext name'),
  boolean: 'booleans',
  uuid: 'UUIDs',
  ...of('JSON', 'json jsonb'),
  ...of('dates', 'date datetime timestamp timestamptz'),
  ...of('bytes', 'bytea binary varbinary blob tinyblob mediumblob longblob'),
}

function of(kind: string, names: string): Readonly<Record<string, string>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, kind]))
}

/** What an application writes to a column and is given from it, in the plural. */
export interface KindChange {
  readonly was: string
  readonly is: string
  /** The values that were written before are refused; otherwise some still go in, and what comes out is another thing. */
  readonly refuses: boolean
}

/**
 * How a change of type makes values of another kind of a column's; undefined: not, or not known. Measured on PostgreSQL 15 with pg and MariaDB
 * 10.11 with mysql2: INSERT and comparison with parameters of the old kind, and what a SELECT gives.
 */
export function kindChange(from: DataType, to: DataType, dialect: DialectName): KindChange | undefined {
  if (from.schema !== undefined || to.schema !== undefined) return undefined
  if (from.array && to.array) return kindChange({ ...from, array: false }, { ...to, array: false }, dialect)
  const [was, is] = [kindOf(from), kindOf(to)]
  if (was === undefined || is === undefined || was === is) return undefined
  const isEither = (a: string, b: string) => (was === a && is === b) || (was === b && is === a)
  // A UUID is read and written as text.
  if (isEither('UUIDs', 'text')) return undefined
  const goIn =
    was === 'text' ||
    is === 'text' ||
    is === 'bytes' ||
    (is === 'JSON' && (was === 'numbers' || was === 'booleans')) ||
    (dialect !== 'postgres' && isEither('UUIDs', 'bytes'))
  return { was, is, refuses: !goIn }
}

function kindOf({ name, array }: DataType): string | undefined {
  return array ? 'arrays' : kinds[name]
}
