import type { Predicate, Term } from '../ir/data.ts'
import type { Name } from '../ir/names.ts'
import type { OperationOf } from '../ir/operation.ts'
import type { Table } from '../schema/table.ts'
import type { Moment, ScriptSite, Site } from './site.ts'

/** Columns that customarily pick one row, for a table whose keys are not known. */
const keyNames = /^(id|_id|uuid|guid|key|code|slug|name|email|username)$/i

/** What bounds the rows that one statement touches. */
export type RowBound = 'key' | 'range' | 'limit' | 'none'

/** How many values an IN list may have and still be a hand-picked set of rows. */
const fewValues = 1000

/** The part of one table that a statement changes, or reads row by row. */
type Part = Pick<OperationOf<'update' | 'delete'>, 'table' | 'where' | 'limited'>

/**
 * What bounds an UPDATE or DELETE, or a SELECT whose rows are locked: equality or IN on a primary key or unique column, a range closed on both sides, a LIMIT or a
 * limited subquery, a NULL where none can be — or nothing, however selective its WHERE may look.
 */
export function boundOf(operation: Part, at: Pick<Site, 'table' | 'sameColumn'>): RowBound {
  if (operation.limited) return 'limit'
  const { where } = operation
  if (!where) return 'none'
  if (where.terms.some((term) => term.operand === 'limited-subquery')) return 'limit'
  if (where.terms.some((term) => term.operator === 'between' && term.operand !== 'subquery')) return 'range'
  if (hasClosedRange(where)) return 'range'
  const keyed = where.terms.filter((term) => isPicked(term))
  const table = at.table(operation.table)
  if (table.known && where.terms.some((term) => isNever(term, table.state, at))) return 'key'
  const columns = keyed.map((term) => term.column!)
  const unique = [...(table.state?.indexes ?? [])].filter((index) => index.unique && !index.where)
  const covered = unique.some((index) =>
    index.keys.every((key) => columns.some((column) => key.column !== undefined && at.sameColumn(key.column, column))),
  )
  if (covered) return 'key'
  if (!table.known && columns.some((column) => keyNames.test(column))) return 'key'
  return 'none'
}

/** `IS NULL` of a column that is NOT NULL. */
function isNever(term: Term, table: Table | undefined, at: Pick<Site, 'sameColumn'>): boolean {
  if (term.operator !== 'is null' || term.column === undefined) return false
  const state = [...(table?.columns.values() ?? [])].find(({ column }) => at.sameColumn(column.name, term.column!))
  return state !== undefined && !state.column.nullable
}

function isPicked(term: Term): boolean {
  if (term.column === undefined) return false
  if (term.operator === '=') return term.operand === 'constant' || term.operand === 'parameter' || term.operand === 'expression'
  return term.operator === 'in' && term.operand !== 'subquery' && (term.count ?? 1) <= fewValues
}

function hasClosedRange(where: Predicate): boolean {
  const lower = new Set<string>()
  const upper = new Set<string>()
  for (const term of where.terms) {
    if (term.column === undefined) continue
    if (term.operator === '>' || term.operator === '>=') lower.add(term.column)
    else if (term.operator === '<' || term.operator === '<=') upper.add(term.column)
  }
  return [...lower].some((column) => upper.has(column))
}

/** The server's own tables, which hold no rows of the application. */
export function isCatalog({ schema, name }: Name): boolean {
  return /^(information_schema|pg_catalog|mysql|performance_schema)$/i.test(schema ?? '') || /^(?:pg_|sqlite_|dual$)/i.test(name)
}

/** Does it change rows of a table that the migration itself makes? A rollback would bring back nothing of what was there before. */
export function changesOwnRows(moment: Moment, at: Pick<ScriptSite, 'table'>): boolean {
  const { operation } = moment
  return (operation.kind === 'update' || operation.kind === 'delete') && at.table(operation.table, moment).fresh
}
