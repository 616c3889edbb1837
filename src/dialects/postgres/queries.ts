import type { Node, RangeFunction, SelectStmt, WithClause } from 'libpg-query'
import type { Query } from '../../ir/data.ts'
import { factsOf, functionName } from './facts.ts'
import { isLimited, openScope, predicate, type Scope } from './predicates.ts'
import { as, columnNames, type Reading, shownText, strings } from './reading.ts'

const aggregates = new Set(['count', 'min', 'max', 'sum', 'avg', 'bool_or', 'bool_and', 'every', 'exists'])

/** What a SELECT, VALUES or TABLE reads. */
export function query(reading: Reading, node: Node | undefined, scope: Scope = openScope): Query {
  const select = as(node, 'SelectStmt')
  const facts = factsOf(reading, node)
  const inner: Scope = { target: undefined, limited: limitedNames(select?.withClause, select?.fromClause, scope.limited) }
  return {
    tables: [...facts.tables.values()],
    columns: [...facts.columns],
    where: predicate(reading, select?.whereClause, inner),
    limited: select !== undefined && isLimited(select, inner.limited),
    ...(select ? shapeOf(reading, select) : {}),
    locking: select?.lockingClause !== undefined,
    functions: [...facts.functions],
    aggregate: select !== undefined && onlyAggregates(select),
    literals: facts.literals,
  }
}

function shapeOf(reading: Reading, select: SelectStmt): Pick<Query, 'offset' | 'orderedBy' | 'star'> {
  const keys = (select.sortClause ?? []).flatMap((key) => {
    const parts = strings(as(as(key, 'SortBy')?.node, 'ColumnRef')?.fields)
    return parts.length === 0 ? [] : [shownText(reading, parts[parts.length - 1]!)]
  })
  return {
    ...(select.limitOffset ? { offset: true as const } : {}),
    ...(keys.length > 0 ? { orderedBy: keys } : {}),
    ...((select.targetList ?? []).some(isStar) ? { star: true as const } : {}),
  }
}

function isStar(target: Node): boolean {
  const fields = as(as(target, 'ResTarget')?.val, 'ColumnRef')?.fields
  return fields !== undefined && as(fields[fields.length - 1], 'A_Star') !== undefined
}

/** The names of the columns that a query gives, as PostgreSQL would name them; nothing where `*` stands for some. */
export function outputs(
  reading: Reading,
  node: Node | undefined,
  aliases: readonly Node[] | undefined,
): { readonly outputs?: readonly string[] } {
  let select = as(node, 'SelectStmt')
  while (select?.larg) select = select.larg
  const list = select?.targetList ?? []
  if (select === undefined || list.length === 0 || list.some(isStar)) return {}
  const given = columnNames(reading, aliases)
  return { outputs: list.map((target, at) => given[at] ?? shownText(reading, outputName(as(target, 'ResTarget')))) }
}

function outputName(target: { readonly name?: string; readonly val?: Node } | undefined): string {
  return target?.name ?? valueName(target?.val) ?? '?column?'
}

/** As FigureColname of the server: the column, the function, or what is cast. */
function valueName(node: Node | undefined): string | undefined {
  const column = as(node, 'ColumnRef')
  if (column) return strings(column.fields).pop()
  const call = as(node, 'FuncCall')
  if (call) return strings(call.funcname).pop()
  const cast = as(node, 'TypeCast')
  if (cast) return valueName(cast.arg) ?? strings(cast.typeName?.names).pop()
  if (as(node, 'CoalesceExpr')) return 'coalesce'
  if (as(node, 'CaseExpr')) return 'case'
  return undefined
}

function onlyAggregates(select: SelectStmt): boolean {
  if (select.groupClause || !select.targetList || select.targetList.length === 0) return false
  return select.targetList.every((target) => isAggregate(as(target, 'ResTarget')?.val))
}

function isAggregate(node: Node | undefined): boolean {
  const call = as(node, 'FuncCall')
  if (call) return call.over === undefined && aggregates.has(functionName(call))
  const cast = as(node, 'TypeCast')
  if (cast) return isAggregate(cast.arg)
  const comparison = as(node, 'A_Expr')
  if (comparison) return isAggregate(comparison.lexpr) || isAggregate(comparison.rexpr)
  return as(node, 'SubLink')?.subLinkType === 'EXISTS_SUBLINK'
}

/** The names that WITH and FROM give to queries with a LIMIT, with those already known. */
export function limitedNames(
  withClause: WithClause | undefined,
  from: readonly Node[] | undefined,
  known: ReadonlySet<string> = new Set(),
): ReadonlySet<string> {
  if (withClause === undefined && from === undefined) return known
  const names = new Set(known)
  for (const node of withClause?.ctes ?? []) {
    const cte = as(node, 'CommonTableExpr')
    const select = as(cte?.ctequery, 'SelectStmt')
    if (cte?.ctename !== undefined && select && isLimited(select, names)) names.add(cte.ctename)
  }
  for (const node of from ?? []) {
    const table = as(node, 'RangeVar')
    if (table?.alias?.aliasname !== undefined && table.schemaname === undefined && names.has(table.relname ?? '')) {
      names.add(table.alias.aliasname)
    }
    const rows = as(node, 'RangeFunction')
    if (rows?.alias?.aliasname !== undefined && isList(rows)) names.add(rows.alias.aliasname)
    const subselect = as(node, 'RangeSubselect')
    const select = as(subselect?.subquery, 'SelectStmt')
    if (subselect?.alias?.aliasname !== undefined && select && isLimited(select, names)) names.add(subselect.alias.aliasname)
  }
  return names
}

/** Rows made of values that the statement brings along, as `unnest($1, $2)` does: no column and no query stands in it. */
function isList(rows: RangeFunction): boolean {
  const text = JSON.stringify(rows.functions ?? [])
  return /"sval":"(?:unnest|jsonb?_to_recordset|jsonb?_array_elements(?:_text)?)"/.test(text) && !/"ColumnRef"|"SubLink"/.test(text)
}
