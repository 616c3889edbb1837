import type { Column } from '../../ir/column.ts'
import type { Operation, OperationOf } from '../../ir/operation.ts'
import { indexSql } from '../../sql/write/constraints.ts'
import { qualified, quoted, type Spelling } from '../../sql/write/names.ts'
import { commonSql, defaultSql, tableSql } from '../../sql/write/tables.ts'
import type { WriteOptions } from '../dialect.ts'

/** An operation as a statement of SQLite, which changes no column and no constraint of a table that is there. */
export function writeSqlite(operation: Operation, { bare }: WriteOptions): readonly string[] | undefined {
  const spelling: Spelling = { quote: '"', bare }
  const sql = statement(operation, spelling)
  return sql === undefined ? undefined : [sql]
}

function statement(operation: Operation, spelling: Spelling): string | undefined {
  switch (operation.kind) {
    case 'createTable':
      return createTable(operation, spelling)
    case 'addColumn': {
      const { column } = operation
      // A NOT NULL column is added with a default only, which then stays.
      if (!column.nullable && !column.default) return undefined
      const definition = columnSql(column, spelling)
      return definition && `ALTER TABLE ${qualified(operation.table, spelling)} ADD COLUMN ${definition}`
    }
    case 'createIndex':
      return indexSql(operation, spelling, true)
    case 'dropIndex':
      return `DROP INDEX ${qualified(operation.name, spelling)}`
    default:
      return commonSql(operation, spelling)
  }
}

function createTable(operation: OperationOf<'createTable'>, spelling: Spelling): string | undefined {
  const options = Object.keys(operation.options).sort()
  if (options.some((option) => option !== 'STRICT' && option !== 'WITHOUT ROWID')) return undefined
  // AUTOINCREMENT stands only behind a column's own PRIMARY KEY.
  const numbered = operation.columns.find((column) => column.autoIncrement)
  const constraints = numbered ? operation.constraints.filter(({ kind }) => kind !== 'primaryKey') : operation.constraints
  const column = (one: Column) => (one === numbered ? `${columnSql(one, spelling)} PRIMARY KEY AUTOINCREMENT` : columnSql(one, spelling))
  return tableSql({ ...operation, constraints }, spelling, column, options.length > 0 ? ` ${options.join(', ')}` : '')
}

function columnSql(column: Column, spelling: Spelling): string | undefined {
  const { generated } = column
  const type = column.type === undefined ? '' : ` ${column.type.text}`
  const collation = column.collation === undefined ? '' : ` COLLATE ${column.collation}`
  const made = generated ? ` GENERATED ALWAYS AS (${generated.expression.sql}) ${generated.stored ? 'STORED' : 'VIRTUAL'}` : ''
  // A primary key takes NULL unless that is written, but for the one that numbers rows.
  const notNull = column.nullable || !column.nullabilityWritten ? '' : ' NOT NULL'
  return `${quoted(column.name, spelling)}${type}${collation}${made}${notNull}${defaultSql(column, (sql) => !/^current_(?:date|time|timestamp)$/i.test(sql))}`
}
