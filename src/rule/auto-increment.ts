import { showName } from '../ir/names.ts'
import type { Operation } from '../ir/operation.ts'
import { findTable } from '../schema/schema.ts'
import type { Moment } from './site.ts'

/**
 * Why MySQL and MariaDB refuse to number a column where the step stands: a key must begin with it, and no other column of the table may be numbered
 * (error 1075, measured on MariaDB 10.11). Undefined where they do not, or where the keys of the table are not known.
 */
export function notNumbered({ operation, before, statement }: Moment): string | undefined {
  if (operation.kind !== 'addColumn' && operation.kind !== 'modifyColumn') return undefined
  const { context } = operation
  const column = operation.kind === 'addColumn' ? operation.column : operation.to
  if (!column.autoIncrement || context?.guards?.length || context?.branches?.length || context?.block === 'catch') return undefined
  const table = findTable(before, operation.table)
  const engine = table?.options.ENGINE?.toLowerCase()
  if (engine !== undefined && engine !== 'innodb') return undefined
  const same = (a: string, b: string) => before.naming.fold(a, 'column') === before.naming.fold(b, 'column')
  const shown = `${showName(operation.table)}.${column.name}`
  const others = statement.operations.filter((other) => other !== operation)
  const other = [...(table?.columns.values() ?? [])].find(
    (state) =>
      state.column.autoIncrement &&
      !same(state.column.name, operation.kind === 'modifyColumn' ? operation.column : column.name) &&
      !others.some((part) => 'column' in part && typeof part.column === 'string' && same(part.column, state.column.name)),
  )
  if (other) return `${shown} is AUTO_INCREMENT, which ${other.column.name} is already (error 1075)`
  const firsts = [column.name, ...(operation.kind === 'modifyColumn' ? [operation.column] : [])]
  const begins = (name: string | undefined) => name !== undefined && firsts.some((first) => same(first, name))
  if (column.constraints.some(({ kind }) => kind === 'primaryKey' || kind === 'unique')) return undefined
  if (others.some((part) => begins(firstOfKey(part)))) return undefined
  // An added column is in no key that was there before.
  if (operation.kind === 'modifyColumn') {
    if (!table?.complete) return undefined
    if (table.indexes.some(({ keys }) => begins(keys[0]?.column))) return undefined
    if (table.constraints.some(({ constraint: { kind, columns } }) => kind !== 'check' && begins(columns[0]))) return undefined
  }
  return `${shown} is AUTO_INCREMENT, and no key begins with it (error 1075)`
}

/** The column that a key which the operation makes begins with. */
function firstOfKey(operation: Operation): string | undefined {
  if (operation.kind === 'createIndex') return operation.keys[0]?.column
  return operation.kind === 'addConstraint' && operation.constraint.kind !== 'check' ? operation.constraint.columns[0] : undefined
}
