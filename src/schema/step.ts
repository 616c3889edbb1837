import type { Name } from '../ir/names.ts'
import type { Operation } from '../ir/operation.ts'
import { foldColumn } from './edit.ts'
import { keyOf, type Schema } from './schema.ts'

/** What a step leads to. `conflict` says why the database would refuse it, when what is known of the schema is certain. */
export interface Step {
  readonly schema: Schema
  readonly conflict?: string
}

/** Was something asked before the statement, so that it cannot fail on what is there already? */
export function isGuarded(operation: Operation): boolean {
  return (operation.context?.guards?.length ?? 0) > 0 || (operation.context?.branches?.length ?? 0) > 0
}

/** Does a known, completely read table certainly lack the column? */
export function lacksColumn(schema: Schema, name: Name, column: string): boolean {
  const table = schema.tables.get(keyOf(schema.naming, name))
  return table?.complete === true && schema.complete && !table.columns.has(foldColumn(schema, column))
}
