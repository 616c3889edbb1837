import type { Name } from '../../../ir/names.ts'
import type { Operation } from '../../../ir/operation.ts'
import { type At, tableAt } from './row.ts'

/** Does another clause of the statement give the table a primary key? */
export function addsPrimaryKey(at: At): boolean {
  return at.statement.operations.some(
    (operation) =>
      (operation.kind === 'addConstraint' && operation.constraint.kind === 'primaryKey') ||
      (operation.kind === 'addColumn' && operation.column.constraints.some(({ kind }) => kind === 'primaryKey')),
  )
}

/** Is the column the whole primary key of the table, which goes with it? */
export function isPrimaryKey(table: Name, column: string, at: At): boolean {
  const key = tableAt(at, table)?.constraints.find(({ constraint }) => constraint.kind === 'primaryKey')?.constraint
  const fold = (name: string) => at.before.naming.fold(name, 'column')
  return key?.columns.length === 1 && fold(key.columns[0]!) === fold(column)
}

/**
 * Does another key take the place of a primary key that is dropped: a UNIQUE one over whole columns that are NOT NULL, which is there or which the
 * statement adds? InnoDB then orders the rows by that (measured on MariaDB 10.11).
 */
export function hasOtherKey(name: Name | undefined, at: At): boolean {
  const table = name && tableAt(at, name)
  if (table === undefined) return false
  const { operations } = at.statement
  const fold = (column: string) => at.before.naming.fold(column, 'column')
  const isRequired = (column: string | undefined) =>
    column !== undefined &&
    table.columns.get(fold(column))?.column.nullable === false &&
    !operations.some((one) => one.kind === 'dropColumn' && fold(one.column) === fold(column))
  const stays = ({ name: index }: { readonly name: string | undefined }) =>
    index === undefined || !operations.some((one) => droppedBy(one)?.toLowerCase() === index.toLowerCase())
  const key = table.constraints.find(({ constraint }) => constraint.kind === 'primaryKey')?.constraint.name
  const there = table.indexes.some(
    (index) =>
      index.unique &&
      (index.constraint === undefined || index.constraint !== key) &&
      stays(index) &&
      index.keys.every(({ column, prefix }) => prefix === undefined && isRequired(column)),
  )
  return (
    there ||
    operations.some(
      (one) =>
        (one.kind === 'addConstraint' && one.constraint.kind === 'unique' && one.constraint.columns.every(isRequired)) ||
        (one.kind === 'createIndex' && one.unique && one.keys.every(({ column, prefix }) => prefix === undefined && isRequired(column))),
    )
  )
}

function droppedBy(operation: Operation): string | undefined {
  if (operation.kind === 'dropIndex') return operation.name.name
  return operation.kind === 'dropConstraint' ? operation.name : undefined
}
