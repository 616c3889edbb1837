import type { Reference } from '../ir/column.ts'
import type { Name } from '../ir/names.ts'
import type { Operation } from '../ir/operation.ts'
import type { Span } from '../source/span.ts'
import { findTable, type Schema } from './schema.ts'
import type { ColumnState, IndexState, Table } from './table.ts'

/** A foreign key that an operation makes. */
interface WrittenKey {
  readonly table: Name
  readonly columns: readonly string[]
  readonly references: Reference
  readonly span: Span
  /** It stands behind its column (REFERENCES), not in a clause of its own. */
  readonly inline: boolean
}

/** A foreign key with what it connects, as far as that is known. */
export interface ForeignKey extends WrittenKey {
  readonly child: Table
  readonly parent: Table
  /** The columns that it points at, the primary key's where none are named; undefined: not known, or there is no primary key. */
  readonly parentColumns: readonly string[] | undefined
  /** Pairs of columns that are both known, in order; a pair that is not is left out. */
  readonly pairs: readonly { readonly child: ColumnState; readonly parent: ColumnState }[]
}

/** The foreign keys that an operation makes, as it writes them. */
export function foreignKeysWritten(operation: Operation): readonly WrittenKey[] {
  if (operation.kind === 'addConstraint') {
    const { table, constraint, span } = operation
    return constraint.references ? [{ table, columns: constraint.columns, references: constraint.references, span, inline: false }] : []
  }
  if (operation.kind !== 'createTable' && operation.kind !== 'addColumn') return []
  const { table, span } = operation
  const keys: WrittenKey[] = []
  for (const column of operation.kind === 'addColumn' ? [operation.column] : operation.columns)
    for (const { references, span: own } of column.constraints)
      if (references) keys.push({ table, columns: [column.name], references, span: own ?? span, inline: true })
  if (operation.kind === 'createTable')
    for (const { columns, references, span: own } of operation.constraints)
      if (references) keys.push({ table, columns, references, span: own ?? span, inline: false })
  return keys
}

/** The foreign keys that an operation makes between tables that are both known, `after` it. */
export function foreignKeysOf(operation: Operation, after: Schema): readonly ForeignKey[] {
  return foreignKeysWritten(operation).flatMap((key) => {
    const child = findTable(after, key.table)
    const parent = findTable(after, key.references.table)
    if (!child || !parent) return []
    const named = key.references.columns.length > 0 ? key.references.columns : primaryKeyOf(parent)
    const pairs = key.columns.flatMap((column, i) => {
      const other = named?.[i]
      const from = child.columns.get(after.naming.fold(column, 'column'))
      const to = other === undefined ? undefined : parent.columns.get(after.naming.fold(other, 'column'))
      return from && to ? [{ child: from, parent: to }] : []
    })
    return [{ ...key, child, parent, parentColumns: named, pairs }]
  })
}

/** The columns of a table's primary key; undefined where none is known. */
export function primaryKeyOf(table: Table): readonly string[] | undefined {
  return table.constraints.find(({ constraint }) => constraint.kind === 'primaryKey')?.constraint.columns
}

/** Is the index unique, over these columns and no other, whatever their order, and over all rows? */
export function isUniqueOver(index: IndexState, columns: readonly string[], { naming }: Pick<Schema, 'naming'>): boolean {
  if (!index.unique || index.where || index.keys.length !== columns.length) return false
  const wanted = new Set(columns.map((column) => naming.fold(column, 'column')))
  return index.keys.every((key) => key.column !== undefined && key.prefix === undefined && wanted.has(naming.fold(key.column, 'column')))
}
