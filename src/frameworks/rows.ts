import type { Query } from '../ir/data.ts'
import type { Name } from '../ir/names.ts'
import type { HandleValue, Value } from '../javascript/value.ts'
import { rowColumn } from './row-columns.ts'
import { handle, textOf } from './values.ts'

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

/** A member of the rows of a query, of one of them, or of an answer of the catalog; undefined: no such value, or nothing is known of the member. */
export function rowsMember(target: HandleValue, property: string): Value | undefined {
  switch (target.name) {
    case 'rows':
      if (/^\d+$/.test(property)) return row(rowsSpec(target)!)
      return property === 'length' ? handle('count', rowsSpec(target)!) : undefined
    case 'row':
      return valueOfRow(target, property)
    case 'description':
      return catalog({ ...catalogSpec(target)!, column: property })
    case 'catalog':
      return property === 'length' ? catalog({ ...catalogSpec(target)!, requires: 'exists' }) : target
    default:
      return undefined
  }
}

/** A value of a row. */
function valueOfRow(target: HandleValue, property: string): Value {
  const { sql, query } = rowsSpec(target)!
  const columns = rowColumn(sql, query.tables, property)
  const value = { kind: 'unknown' as const, reason: 'row' as const, expression: `row.${property}`, origins: [target] }
  return columns === 'harmless' ? { ...value, escaped: true } : columns === undefined ? value : { ...value, columns }
}

/** Questions to a list that the catalog gave: `tables.includes('users')`, `indexes.find((index) => …)`. */
export function askedOf(target: HandleValue, property: string | undefined, args: readonly Value[]): Value | undefined {
  const spec = catalogSpec(target)!
  switch (property) {
    case 'includes':
    case 'indexOf': {
      const name = textOf(args[0])
      return catalog({ ...spec, requires: 'exists', ...(spec.table === undefined && name !== undefined ? { table: { name } } : {}) })
    }
    case 'find':
    case 'some':
    case 'findIndex':
    case 'hasOwnProperty':
      return catalog({ ...spec, requires: 'exists' })
    case 'every':
    case 'filter':
    case 'flat':
    case 'toLowerCase':
    case 'trim':
      return catalog({ ...spec, requires: 'unknown' })
    default:
      return undefined
  }
}

const emptyQuery: Query = {
  tables: [],
  columns: [],
  where: undefined,
  limited: false,
  locking: false,
  functions: [],
  aggregate: false,
  literals: [],
}

/** What a query answers: the catalog's word where it asks the catalog, else its rows. undefined: a query that was not read. */
export function answerOf(found: Query | undefined, sql?: string): HandleValue {
  if (found === undefined) return rows({ query: emptyQuery })
  return asksCatalog(found) ? catalogAnswer(found) : rows({ query: found, ...(sql === undefined ? {} : { sql }) })
}

function catalogAnswer(found: Query): HandleValue {
  // `WHERE table_name = 'x' AND column_name = 'y'` tells which object is asked for.
  const text = found.where?.sql ?? ''
  const value = (column: string) => new RegExp(`${column}"?\\s*=\\s*'([^']{1,100})'`, 'i').exec(text)?.[1]
  const table = value('table_name') ?? value('tablename') ?? value('relname')
  const column = value('column_name')
  return catalog({ by: 'catalog', requires: 'exists', ...(table ? { table: { name: table } } : {}), ...(column ? { column } : {}) })
}
