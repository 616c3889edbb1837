import type { Column } from '../ir/column.ts'
import type { Name } from '../ir/names.ts'
import type { Operation } from '../ir/operation.ts'

/** A column that an operation makes, and the table that it is made in. */
export interface CreatedColumn {
  readonly table: Name
  readonly column: Column
}

/**
 * The columns that an operation makes, as they are written: those of a new table, or the one that is added. None for what nobody keeps or
 * wrote here: temporary tables, partitions, and tables made from others.
 */
export function createdColumns(operation: Operation): readonly CreatedColumn[] {
  if (operation.kind === 'addColumn') return [{ table: operation.table, column: operation.column }]
  if (operation.kind !== 'createTable' || operation.temporary || operation.partitionOf || operation.as || operation.like) return []
  return operation.columns.map((column) => ({ table: operation.table, column }))
}
