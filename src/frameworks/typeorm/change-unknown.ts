import type { Operation } from '../../ir/operation.ts'
import { type ColumnSpec, columnOf, typeOf } from './column-spec.ts'
import { type Lowering, notKnown } from './lowering.ts'

/**
 * changeColumn of a column that the history does not show. TypeORM compares with what the database has: it may alter the column or drop and
 * add it anew. What is sure is that the column is to have this type; what that does is said as unknown by who judges it.
 */
export function changeOfUnknown(lowering: Lowering, column: string, to: ColumnSpec): readonly Operation[] {
  const { operation, table, dialect } = lowering
  const { span } = operation
  if (dialect.name === 'mysql' || dialect.name === 'mariadb')
    return [{ kind: 'modifyColumn', span, table, column, to: columnOf(to, table, dialect) }]
  const type = typeOf(to, table, dialect)
  if (type === undefined) return [unread(lowering, column)]
  const fallback = columnOf(to, table, dialect).default
  const operations: Operation[] = []
  if (column !== to.name) operations.push({ kind: 'renameColumn', span, table, column, to: to.name })
  operations.push({ kind: 'alterColumnType', span, table, column: to.name, type })
  if (to.nullableWritten && !to.nullable) operations.push({ kind: 'setNotNull', span, table, column: to.name })
  if (fallback) operations.push({ kind: 'setDefault', span, table, column: to.name, default: fallback })
  return operations
}

/** Members of a clone that leave its type as it is. */
const withoutType = new Set(['name', 'isNullable', 'default', 'comment'])

/** What was set on a clone of a column that the history does not show: on PostgreSQL a change that leaves the type alone is made in place. */
export function changeOfUnknownClone(lowering: Lowering, column: string, to: ColumnSpec, written: readonly string[]): readonly Operation[] {
  const { operation, table, dialect } = lowering
  const { span } = operation
  if (dialect.name !== 'postgres' || !written.every((member) => withoutType.has(member))) return [unread(lowering, column)]
  const name = written.includes('name') ? to.name : column
  const operations: Operation[] = []
  if (column !== name) operations.push({ kind: 'renameColumn', span, table, column, to: name })
  if (written.includes('isNullable')) operations.push({ kind: to.nullable ? 'dropNotNull' : 'setNotNull', span, table, column: name })
  if (written.includes('default')) {
    const fallback = columnOf(to, table, dialect).default
    operations.push(
      fallback ? { kind: 'setDefault', span, table, column: name, default: fallback } : { kind: 'dropDefault', span, table, column: name },
    )
  }
  if (written.includes('comment')) operations.push({ kind: 'comment', span, on: 'COLUMN', name: table, column: name })
  return operations
}

function unread({ operation, table }: Lowering, column: string): Operation {
  return notKnown(operation, `What changeColumn makes of ${table.name}.${column} depends on the column, which the history does not tell`)
}
