import type { Column } from '../../../ir/column.ts'
import type { Statement } from '../../../ir/migration.ts'
import type { Name } from '../../../ir/names.ts'
import type { Operation, OperationKind, OperationOf } from '../../../ir/operation.ts'
import { findTable, type Schema } from '../../../schema/schema.ts'
import type { IndexState, Table } from '../../../schema/table.ts'
import { atLeast, type Blocks, type OtherLock, type Version } from '../../dialect.ts'
import type { Flavour } from '../types.ts'

export type Algorithm = 'INSTANT' | 'NOCOPY' | 'INPLACE' | 'COPY'

/** How the server carries out one clause of an ALTER TABLE, in the words of its own ALGORITHM and LOCK clauses. */
export interface Effort {
  readonly algorithm: Algorithm
  readonly lock: 'NONE' | 'SHARED' | 'EXCLUSIVE'
  readonly rewrites: boolean
  readonly scans: boolean
  readonly buildsIndex: boolean
  /** What an INSTANT clause becomes when the statement as a whole cannot be INSTANT; absent: it stays as cheap as it is. */
  readonly otherwise?: Effort
}

/** The moment a clause is looked at. */
export interface At {
  readonly flavour: Flavour
  readonly version: Version
  readonly before: Schema
  readonly statement: Statement
  /** What the session has set. */
  readonly settings: ReadonlyMap<string, string>
}

/**
 * A line of the vendor's tables. A row with `mysql` counts for MySQL from that version on, one with `mariadb` for MariaDB, one with
 * both for both, one with neither always. The first row that counts and whose `when` holds is the fact.
 */
export interface Row<O extends Operation = Operation> {
  readonly mysql?: Version
  readonly mariadb?: Version
  when?(operation: O, at: At): boolean
  /** The clause's effort; absent for statements that are no ALTER TABLE. */
  readonly effort?: Effort
  /** For statements that are no ALTER TABLE, the lock's name; default NONE. */
  readonly lock?: string
  /** Default: what the effort's lock blocks, else nothing. */
  readonly blocks?: Blocks
  readonly queues?: Blocks
  readonly scans?: boolean | 'unknown'
  /** Default true for an effort (every DDL commits), else false. */
  readonly commits?: boolean
  others?(operation: O, at: At): readonly OtherLock[]
  readonly because?: string
  readonly cite: string
  readonly proof?: string
}

/** The rows of one area: by kind of operation. */
export type Rows = { readonly [K in OperationKind]?: readonly Row<OperationOf<K>>[] }

/** Does the row count for this engine and version? */
export function counts(row: Row, at: At): boolean {
  if (row.mysql === undefined && row.mariadb === undefined) return true
  const since = at.flavour === 'mysql' ? row.mysql : row.mariadb
  return since !== undefined && atLeast(at.version, ...since)
}

/** Only metadata changes, at once. */
export const instant: Effort = { algorithm: 'INSTANT', lock: 'NONE', rewrites: false, scans: false, buildsIndex: false }
/** Only metadata changes, under the name NOCOPY. */
export const nocopy: Effort = { ...instant, algorithm: 'NOCOPY' }
/** Only metadata changes, under the name INPLACE. */
export const metadataInPlace: Effort = { ...instant, algorithm: 'INPLACE' }
/** An index is built while reads and writes go on. */
export const indexInPlace: Effort = { algorithm: 'INPLACE', lock: 'NONE', rewrites: false, scans: true, buildsIndex: true }
export const indexNocopy: Effort = { ...indexInPlace, algorithm: 'NOCOPY' }
/** An index is built while writes wait. */
export const indexShared: Effort = { ...indexInPlace, lock: 'SHARED' }
/** The table is rebuilt in place while reads and writes go on. */
export const rebuild: Effort = { algorithm: 'INPLACE', lock: 'NONE', rewrites: true, scans: true, buildsIndex: true }
/** The table is rebuilt in place while writes wait. */
export const rebuildShared: Effort = { ...rebuild, lock: 'SHARED' }
/** The server copies the table row by row while writes wait; from MariaDB 11.2 on they go on (see `settle`). */
export const copy: Effort = { ...rebuildShared, algorithm: 'COPY' }
/** INSTANT as long as every clause of the statement is; else the table is rebuilt in place. */
export const instantOrRebuild: Effort = { ...instant, otherwise: rebuild }

export const manual = {
  mysql57: 'https://dev.mysql.com/doc/refman/5.7/en/innodb-online-ddl-operations.html',
  mysql: 'https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html',
  mysqlAlter: 'https://dev.mysql.com/doc/refman/8.4/en/alter-table.html',
  mysqlPartitions: 'https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#online-ddl-partitioning',
  mysqlCommit: 'https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html',
  mysqlLocks: 'https://dev.mysql.com/doc/refman/8.4/en/innodb-locks-set.html',
  metadataLocks: 'https://dev.mysql.com/doc/refman/8.4/en/metadata-locking.html',
  mariadb:
    'https://mariadb.com/docs/server/server-usage/storage-engines/innodb/innodb-online-ddl/innodb-online-ddl-operations-with-the-instant-alter-algorithm',
  mariadbOverview: 'https://mariadb.com/docs/server/server-usage/storage-engines/innodb/innodb-online-ddl/innodb-online-ddl-overview',
  mariadbOnlineCopy: 'https://www.mariadb.com/docs/server/reference/sql-statements/data-definition/alter/alter-table/online-schema-change',
} as const

/** What the measured rows were run on. */
export const measured = {
  mysql: 'measured: MySQL 9.7.4',
  mariadb: 'measured: MariaDB 10.11.19 and 11.8.6',
  all: 'measured: MySQL 9.7.4, MariaDB 10.11.19 and 11.8.6',
} as const

export function tableAt(at: At, name: Name | undefined): Table | undefined {
  return name === undefined ? undefined : findTable(at.before, name)
}

function isFulltext(index: Pick<IndexState, 'method'>): boolean {
  return index.method?.toLowerCase() === 'fulltext'
}

export function hasFulltext(table: Table | undefined): boolean {
  return table?.indexes.some(isFulltext) ?? false
}

/** The ROW_FORMAT in upper case, when the table's definition states one. */
export function rowFormat(table: Table | undefined): string | undefined {
  return table?.options.ROW_FORMAT?.toUpperCase()
}

/** Has the table a column that is computed: VIRTUAL, or STORED in its rows? */
export function hasGenerated(table: Table | undefined, form: 'virtual' | 'stored'): boolean {
  if (table === undefined) return false
  for (const { column } of table.columns.values()) if (column.generated?.stored === (form === 'stored')) return true
  return false
}

/** Known to be kept by another engine than InnoDB. */
export function otherEngine(table: Table | undefined): string | undefined {
  const engine = table?.options.ENGINE
  return engine === undefined || /^innodb$/i.test(engine) ? undefined : engine
}

/** The columns of an index in order, folded; expressions are left out. */
function keyColumns(index: Pick<IndexState, 'keys'>, at: At): string[] {
  return index.keys.flatMap((key) => (key.column === undefined ? [] : [at.before.naming.fold(key.column, 'column')]))
}

export function isIndexed(table: Table | undefined, column: string, at: At): boolean {
  const key = at.before.naming.fold(column, 'column')
  if (table === undefined) return false
  if (table.indexes.some((index) => keyColumns(index, at).includes(key))) return true
  return table.constraints.some(
    ({ constraint }) =>
      (constraint.kind === 'primaryKey' || constraint.kind === 'unique' || constraint.kind === 'foreignKey') &&
      constraint.columns.some((name) => at.before.naming.fold(name, 'column') === key),
  )
}

/** Does an index begin with these columns, in any order? */
export function leadsIndex(table: Table | undefined, columns: readonly string[], at: At): boolean {
  const wanted = new Set(columns.map((column) => at.before.naming.fold(column, 'column')))
  return (
    table?.indexes.some(
      (index) =>
        keyColumns(index, at)
          .slice(0, wanted.size)
          .filter((column) => wanted.has(column)).length === wanted.size,
    ) ?? false
  )
}

export function inPrimaryKey(table: Table | undefined, column: string, at: At): boolean {
  const key = at.before.naming.fold(column, 'column')
  return (
    table?.constraints.some(
      ({ constraint }) =>
        constraint.kind === 'primaryKey' && constraint.columns.some((name) => at.before.naming.fold(name, 'column') === key),
    ) ?? false
  )
}

export function columnAt(at: At, table: Name, column: string): Column | undefined {
  return tableAt(at, table)?.columns.get(at.before.naming.fold(column, 'column'))?.column
}
