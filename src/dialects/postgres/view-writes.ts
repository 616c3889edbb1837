import type { Node } from 'libpg-query'
import { functionName } from './facts.ts'
import { as } from './reading.ts'

const aggregates = new Set(
  (
    'count min max sum avg bool_or bool_and every any_value array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg xmlagg bit_and ' +
    'bit_or bit_xor stddev stddev_pop stddev_samp variance var_pop var_samp mode percentile_cont percentile_disc'
  ).split(' '),
)
const setReturning = new Set(['unnest', 'generate_series', 'json_array_elements', 'jsonb_array_elements', 'regexp_split_to_table'])

/**
 * What in a view's query keeps INSERT, UPDATE and DELETE from passing through to its table; false: nothing that stands in it. As view_query_is_auto_updatable
 * of the server judges: https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS
 */
export function refusesWrites(node: Node | undefined): string | false {
  const select = as(node, 'SelectStmt')
  if (!select) return 'its form'
  if (select.op !== undefined && select.op !== 'SETOP_NONE') return 'UNION, INTERSECT or EXCEPT'
  if (select.valuesLists) return 'VALUES'
  if (select.distinctClause) return 'DISTINCT'
  if (select.groupClause) return 'GROUP BY'
  if (select.havingClause) return 'HAVING'
  if (select.withClause) return 'WITH'
  if (select.limitCount || select.limitOffset) return 'LIMIT or OFFSET'
  const [source, ...others] = select.fromClause ?? []
  if (others.length > 0 || as(source, 'JoinExpr')) return 'a join'
  if (!as(source, 'RangeVar')) return source ? 'a query or function in its FROM' : 'the lack of a table'
  for (const target of select.targetList ?? []) {
    const kept = inValue(as(target, 'ResTarget')?.val)
    if (kept) return kept
  }
  return false
}

/** Is a column of the view computed, so that it takes no value? */
export function computesColumns(node: Node | undefined): boolean {
  return (as(node, 'SelectStmt')?.targetList ?? []).some((target) => !as(as(target, 'ResTarget')?.val, 'ColumnRef'))
}

/** What an expression computes over several rows; what stands in a subquery of it is the subquery's. */
function inValue(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) {
    for (const item of value) {
      const kept = inValue(item)
      if (kept) return kept
    }
    return undefined
  }
  const node = value as Node
  if (as(node, 'SubLink')) return undefined
  const call = as(node, 'FuncCall')
  if (call) {
    if (call.over) return 'a window function'
    const name = functionName(call).replace(/^pg_catalog\./, '')
    if (call.agg_star || call.agg_within_group || call.agg_filter || call.agg_distinct || aggregates.has(name)) return 'an aggregate'
    if (setReturning.has(name)) return 'a function that returns several rows'
  }
  return inValue(Object.values(value))
}
