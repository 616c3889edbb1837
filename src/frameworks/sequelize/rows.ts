import type { Query } from '../../ir/data.ts'
import type { Name } from '../../ir/names.ts'
import type { HandleValue, Value } from '../../javascript/value.ts'
import { handle } from './values.ts'

/** The rows of a query. */
export interface RowsSpec {
  readonly query: Query
  /** The text of the query, which gives columns other names. */
  readonly sql?: string
}

/** An answer of the catalog: which object it tells of, for guards. */
export interface CatalogSpec {
  readonly by: 'describe' | 'catalog'
  readonly table?: Name
  readonly column?: string
  /** What holds when the answer is taken as true. */
  readonly requires: 'exists' | 'absent' | 'unknown'
}

export function rows(spec: RowsSpec): HandleValue {
  return handle('rows', spec)
}

/** One row of them. */
export function row(spec: RowsSpec): HandleValue {
  return handle('row', spec)
}

export function catalog(spec: CatalogSpec): HandleValue {
  return handle('catalog', spec)
}

export function rowsSpec(value: Value | undefined): RowsSpec | undefined {
  return value?.kind === 'handle' && (value.name === 'rows' || value.name === 'row' || value.name === 'count')
    ? (value.data as RowsSpec)
    : undefined
}

export function catalogSpec(value: Value | undefined): CatalogSpec | undefined {
  return value?.kind === 'handle' && (value.name === 'catalog' || value.name === 'description' || value.name === 'catalogCount')
    ? (value.data as CatalogSpec)
    : undefined
}

const catalogTable = /^(?:information_schema|pg_catalog|sqlite_master|sqlite_schema|mysql)$|^pg_/i

/** Does the query ask the catalog what exists? */
export function asksCatalog(query: Query): boolean {
  return query.tables.some((table) => catalogTable.test(table.schema ?? '') || catalogTable.test(table.name))
}
