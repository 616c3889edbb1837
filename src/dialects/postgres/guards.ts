import type { A_Expr, Node, SelectStmt } from 'libpg-query'
import type { Guard } from '../../ir/context.ts'
import type { Name } from '../../ir/names.ts'
import { factsOf, functionName } from './facts.ts'
import { as, type Reading, strings } from './reading.ts'

/**
 * The questions to the catalog that a condition asks: `NOT EXISTS (SELECT … FROM pg_type …)`, `to_regclass('t') IS NULL`,
 * `(SELECT count(*) FROM information_schema.columns …) = 0`. Empty when it asks none. `negated`: for the other side.
 */
export function catalogGuards(reading: Reading, condition: Node | undefined, negated = false): readonly Guard[] {
  if (condition === undefined) return []
  const bool = as(condition, 'BoolExpr')
  if (bool?.boolop === 'NOT_EXPR') return catalogGuards(reading, bool.args?.[0], !negated)
  if (bool) {
    const guards = (bool.args ?? []).flatMap((part) => catalogGuards(reading, part, negated))
    // Only one of several sides need hold of an OR (or of a negated AND).
    const all = (bool.boolop === 'AND_EXPR') !== negated
    return all ? guards : guards.map((guard) => ({ ...guard, requires: 'unknown' as const }))
  }
  const link = as(condition, 'SubLink')
  if (link) {
    const select = as(link.subselect, 'SelectStmt')
    if (!select || !asksCatalog(reading, link.subselect)) return []
    if (link.subLinkType === 'EXISTS_SUBLINK') return [guardOf(select, negated ? 'absent' : 'exists')]
    if (link.subLinkType === 'EXPR_SUBLINK') {
      const inner = select.targetList?.length === 1 ? as(select.targetList[0], 'ResTarget')?.val : undefined
      const exists = as(inner, 'SubLink') ?? as(as(inner, 'BoolExpr')?.args?.[0], 'SubLink')
      if (exists && !select.fromClause) return catalogGuards(reading, inner, negated)
    }
    return [guardOf(select, 'unknown')]
  }
  const test = as(condition, 'NullTest')
  if (test) {
    const call = as(test.arg, 'FuncCall') ?? as(as(test.arg, 'TypeCast')?.arg, 'FuncCall')
    const isNull = (test.nulltesttype === 'IS_NULL') !== negated
    if (call && /^to_reg/.test(functionName(call))) {
      const text = as(call.args?.[0], 'A_Const')?.sval?.sval
      return [{ by: 'catalog', requires: isNull ? 'absent' : 'exists', ...(text === undefined ? {} : { table: splitName(text) }) }]
    }
    const select = as(as(test.arg, 'SubLink')?.subselect, 'SelectStmt')
    if (select && asksCatalog(reading, test.arg)) return [guardOf(select, isNull ? 'absent' : 'exists')]
    return []
  }
  const comparison = as(condition, 'A_Expr')
  if (comparison) return counted(reading, comparison, negated)
  return []
}

/** `(SELECT count(*) FROM pg_…) = 0` and the like. */
function counted(reading: Reading, comparison: A_Expr, negated: boolean): readonly Guard[] {
  const select = as(as(comparison.lexpr, 'SubLink')?.subselect, 'SelectStmt')
  if (!select || !asksCatalog(reading, comparison.lexpr)) return []
  const operator = strings(comparison.name)[0] ?? ''
  const number = as(comparison.rexpr, 'A_Const')?.ival
  const value = number ? (number.ival ?? 0) : undefined
  let none: boolean | undefined
  if (value === 0) none = operator === '=' ? true : operator === '>' || operator === '<>' ? false : undefined
  else if (value === 1) none = operator === '<' ? true : operator === '=' || operator === '>=' ? false : undefined
  if (none === undefined) return [guardOf(select, 'unknown')]
  return [guardOf(select, none !== negated ? 'absent' : 'exists')]
}

/** Does a query read the system catalogs? */
function asksCatalog(reading: Reading, node: Node | undefined): boolean {
  for (const name of factsOf(reading, node).tables.values()) {
    if (name.schema === 'information_schema' || name.schema === 'pg_catalog' || name.name.startsWith('pg_')) return true
  }
  return false
}

const tableColumns = new Set(['table_name', 'relname', 'tablename'])
const columnColumns = new Set(['column_name', 'attname'])
const schemaColumns = new Set(['table_schema', 'schemaname', 'nspname'])

/** The table and column that the query's conditions name. */
function guardOf(select: SelectStmt, requires: Guard['requires']): Guard {
  let table: Name | undefined
  let schema: string | undefined
  let column: string | undefined
  const visit = (node: Node | undefined): void => {
    const bool = as(node, 'BoolExpr')
    if (bool?.boolop === 'AND_EXPR') for (const part of bool.args ?? []) visit(part)
    const comparison = as(node, 'A_Expr')
    if (comparison === undefined || strings(comparison.name)[0] !== '=') return
    const asked = strings(as(comparison.lexpr, 'ColumnRef')?.fields).pop()
    const text = as(comparison.rexpr, 'A_Const')?.sval?.sval ?? as(as(comparison.rexpr, 'TypeCast')?.arg, 'A_Const')?.sval?.sval
    if (asked === undefined || text === undefined) return
    if (tableColumns.has(asked)) table = { name: text }
    else if (asked === 'conrelid' || asked === 'attrelid' || asked === 'indrelid' || asked === 'tgrelid') table = splitName(text)
    else if (columnColumns.has(asked)) column = text
    else if (schemaColumns.has(asked)) schema = text
  }
  visit(select.whereClause)
  if (table && table.schema === undefined && schema !== undefined) table = { schema, name: table.name }
  return { by: 'catalog', requires, ...(table ? { table } : {}), ...(column === undefined ? {} : { column }) }
}

/** A name in a string as regclass reads it: unquoted parts are folded. */
function splitName(text: string): Name {
  const parts = [...text.matchAll(/"((?:[^"]|"")*)"|([^."\s]+)/g)].map(
    (match) => match[1]?.replaceAll('""', '"') ?? match[2]!.toLowerCase(),
  )
  const name = parts[parts.length - 1] ?? text
  return parts.length > 1 ? { schema: parts[parts.length - 2]!, name } : { name }
}

const absent = new Set([
  'duplicate_object',
  'duplicate_column',
  'duplicate_table',
  'duplicate_schema',
  'duplicate_function',
  'duplicate_database',
  'duplicate_alias',
  'unique_violation',
])

/** The guard that an EXCEPTION clause is, by the conditions that it swallows. `forgetsAny`: whichever it is, and does nothing but log it. */
export function exceptionGuard(conditions: readonly string[], forgetsAny: boolean): Guard {
  if (conditions.length > 0 && conditions.every((each) => absent.has(each))) return { by: 'exception', requires: 'absent' }
  if (conditions.length > 0 && conditions.every((each) => each.startsWith('undefined_'))) return { by: 'exception', requires: 'exists' }
  return { by: 'exception', requires: 'unknown', ...(forgetsAny ? {} : { selective: true as const }) }
}
