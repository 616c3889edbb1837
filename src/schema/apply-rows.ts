import type { OperationOf } from '../ir/operation.ts'
import { foldColumn, type When, withTable } from './edit.ts'
import { keyOf, type Schema } from './schema.ts'
import { isGuarded } from './step.ts'
import type { Table } from './table.ts'

/** The schema after rows were written to a table, with where they came from. */
export function inserted(schema: Schema, operation: OperationOf<'insert' | 'writeRows'>, when: When): Schema {
  const from = operation.query?.tables ?? []
  return withTable(schema, operation.table, (table) => {
    const fresh = from.filter((source) => !table.copyOf.some((known) => keyOf(schema.naming, known) === keyOf(schema.naming, source)))
    if (from.length === 0 && table.hasRows && table.emptied === undefined) return table
    const { emptied: _, ...old } = table
    const columns = operation.kind === 'insert' ? copied(schema, table.columns, operation, when) : table.columns
    return { ...old, columns, hasRows: true, copyOf: [...table.copyOf, ...fresh] }
  })
}

/** The columns of a table, those marked that the query of an INSERT reads elsewhere under the same name. */
function copied(
  schema: Schema,
  columns: Table['columns'],
  { columns: filled, query }: OperationOf<'insert'>,
  { born }: When,
): Table['columns'] {
  let next = columns
  for (const name of query ? filled : []) {
    const key = foldColumn(schema, name)
    const state = next.get(key)
    if (!state || !query?.columns.some((column) => foldColumn(schema, column) === key)) continue
    const others = (state.copies ?? []).filter((copy) => copy.born !== born)
    next = next.set(key, { ...state, copies: [...others, ...query.tables.map((from) => ({ from, born, by: 'insert' as const }))] })
  }
  return next
}

/** The schema after TRUNCATE: until rows are written there is nothing in the tables that could take time. */
export function truncated(schema: Schema, operation: OperationOf<'truncate'>, when: When): Schema {
  const change = emptied(operation, when)
  return operation.tables.reduce((next, name) => withTable(next, name, change), schema)
}

/** The schema after DELETE, which leaves nothing where it says not which rows. */
export function deleted(schema: Schema, operation: OperationOf<'delete'>, when: When): Schema {
  const isAll = !operation.where && !operation.limited && operation.using.length === 0 && !operation.context?.loops?.length
  return isAll ? withTable(schema, operation.table, emptied(operation, when)) : schema
}

function emptied(operation: OperationOf<'truncate' | 'delete'>, { born }: When): (table: Table) => Table {
  if (isGuarded(operation)) return (table) => table
  return (table) => ({ ...table, hasRows: false, emptied: { born, by: operation.kind } })
}
