import type { A_Expr, Node, SelectStmt, SubLink } from 'libpg-query'
import type { Operand, Predicate, Term } from '../../ir/data.ts'
import { eitherOf } from '../../ir/either.ts'
import { containsHole } from '../../source/traced.ts'
import { trimmed } from './clauses.ts'
import { standsAlone } from './correlation.ts'
import { expressionText } from './expressions.ts'
import { factsOf } from './facts.ts'
import { as, offsetOf, type Reading, shownText, strings, written } from './reading.ts'

/** What the names in a WHERE clause mean. */
export interface Scope {
  /** The target's name and alias; undefined: every column is the target's. */
  readonly target: ReadonlySet<string> | undefined
  /** Names of WITH queries and subqueries that have a LIMIT. */
  readonly limited: ReadonlySet<string>
}

export const openScope: Scope = { target: undefined, limited: new Set() }

/** A WHERE clause as its AND-ed terms. `range` is its text, where the clause tells it exactly. */
export function predicate(
  reading: Reading,
  node: Node | undefined,
  scope: Scope,
  range?: { readonly start: number; readonly end: number },
): Predicate | undefined {
  if (node === undefined) return undefined
  const facts = factsOf(reading, node)
  let sql: string
  if (range) {
    const tight = trimmed(reading, range.start, range.end)
    sql = written(reading, tight.start, tight.end)
  } else sql = expressionText(reading, facts)
  const terms: Term[] = []
  collect(reading, node, scope, terms)
  return { sql, terms, columns: [...facts.columns] }
}

function collect(reading: Reading, node: Node, scope: Scope, terms: Term[]): void {
  const bool = as(node, 'BoolExpr')
  if (bool?.boolop === 'AND_EXPR') for (const part of bool.args ?? []) collect(reading, part, scope, terms)
  else terms.push(term(reading, node, scope))
}

function term(reading: Reading, node: Node, scope: Scope): Term {
  const sql = expressionText(reading, factsOf(reading, node))
  const comparison = as(node, 'A_Expr')
  if (comparison) return compared(reading, comparison, scope, sql)
  const test = as(node, 'NullTest')
  if (test) {
    const operator = test.nulltesttype === 'IS_NULL' ? 'is null' : 'is not null'
    return { column: targetColumn(reading, test.arg, scope), operator, operand: undefined, sql }
  }
  const link = as(node, 'SubLink')
  if (link) {
    const operand = operandOf(reading, node, scope)
    if (link.subLinkType === 'EXISTS_SUBLINK') return { column: undefined, operator: 'exists', operand, sql }
    const name = strings(link.operName)[0]
    const isIn = link.subLinkType === 'ANY_SUBLINK' && (name === undefined || name === '=')
    return { column: targetColumn(reading, link.testexpr, scope), operator: isIn ? 'in' : 'other', operand, sql }
  }
  const bool = as(node, 'BoolExpr')
  if (bool?.boolop === 'NOT_EXPR') {
    const inner = as(bool.args?.[0], 'SubLink')
    if (inner?.subLinkType === 'ANY_SUBLINK') {
      const operand = operandOf(reading, bool.args?.[0], scope)
      return { column: targetColumn(reading, inner.testexpr, scope), operator: 'not in', operand, sql }
    }
  }
  const either =
    bool?.boolop === 'OR_EXPR'
      ? eitherOf(
          (bool.args ?? []).map((part) => term(reading, part, scope)),
          sql,
        )
      : undefined
  if (either) return either
  if (as(node, 'CurrentOfExpr')) return { column: undefined, operator: 'other', operand: 'limited-subquery', sql }
  return { column: undefined, operator: 'other', operand: operandOf(reading, node, scope), sql }
}

const mirrored: Readonly<Record<string, Term['operator']>> = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }
const plain: Readonly<Record<string, Term['operator']>> = { '=': '=', '<>': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=' }

function compared(reading: Reading, node: A_Expr, scope: Scope, sql: string): Term {
  const name = strings(node.name)[0] ?? ''
  const left = targetColumn(reading, node.lexpr, scope)
  const right = (): Operand | undefined => operandOf(reading, node.rexpr, scope)
  switch (node.kind) {
    case 'AEXPR_IN': {
      const items = as(node.rexpr, 'List')?.items ?? []
      return { column: left, operator: name === '<>' ? 'not in' : 'in', operand: right(), count: items.length, sql }
    }
    case 'AEXPR_OP_ANY': {
      const count = as(node.rexpr, 'A_ArrayExpr')?.elements?.length
      const operator = name === '=' ? 'in' : 'other'
      return { column: left, operator, operand: right(), ...(count === undefined ? {} : { count }), sql }
    }
    case 'AEXPR_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
      return { column: left, operator: 'between', operand: right(), sql }
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE':
    case 'AEXPR_SIMILAR':
      return { column: left, operator: name.startsWith('!') ? 'other' : 'like', operand: right(), sql }
    case 'AEXPR_DISTINCT':
      return { column: left, operator: '<>', operand: right(), sql }
    case 'AEXPR_NOT_DISTINCT':
      return { column: left, operator: '=', operand: right(), sql }
    case 'AEXPR_OP': {
      if (left !== undefined) {
        // One value is asked for, and two are refused: no more rows are picked than by a constant.
        const link = name === '=' ? as(node.rexpr, 'SubLink') : undefined
        const isOne = link?.subLinkType === 'EXPR_SUBLINK' && standsAlone(link.subselect, scope.target)
        return { column: left, operator: plain[name] ?? 'other', operand: isOne ? 'expression' : right(), sql }
      }
      const other = targetColumn(reading, node.rexpr, scope)
      if (other !== undefined && mirrored[name])
        return { column: other, operator: mirrored[name], operand: operandOf(reading, node.lexpr, scope), sql }
      return { column: undefined, operator: 'other', operand: right(), sql }
    }
    default:
      return { column: left, operator: 'other', operand: right(), sql }
  }
}

/** The column of the target that a side of a comparison is, casts aside. */
function targetColumn(reading: Reading, node: Node | undefined, scope: Scope): string | undefined {
  const cast = as(node, 'TypeCast')
  if (cast) return targetColumn(reading, cast.arg, scope)
  const column = as(node, 'ColumnRef')
  if (column === undefined || reading.placeholders.has(offsetOf(reading, column.location))) return undefined
  const parts = strings(column.fields)
  const last = parts[parts.length - 1]
  if (last === undefined || parts.length !== column.fields?.length) return undefined
  if ((reading.dynamic && containsHole(last)) || reading.variables?.has(parts[0]!)) return undefined
  if (parts.length > 1 && scope.target && !scope.target.has(parts[parts.length - 2]!)) return undefined
  return shownText(reading, last)
}

/** What kind of value a side of a comparison is. */
export function operandOf(reading: Reading, node: Node | undefined, scope: Scope): Operand | undefined {
  if (node === undefined) return undefined
  const cast = as(node, 'TypeCast')
  if (cast) return operandOf(reading, cast.arg, scope)
  if (as(node, 'ParamRef')) return 'parameter'
  const column = as(node, 'ColumnRef')
  if (column) {
    if (reading.placeholders.has(offsetOf(reading, column.location))) return 'parameter'
    const parts = strings(column.fields)
    if (reading.dynamic && parts.length === 1 && containsHole(parts[0]!)) return 'parameter'
    if (parts[0] !== undefined && reading.variables?.has(parts[0])) return 'parameter'
    if (parts.length > 1 && scope.limited.has(parts[parts.length - 2]!)) return 'limited-subquery'
    return 'column'
  }
  const link = as(node, 'SubLink')
  if (link) return sublink(link, scope)
  if (as(node, 'FuncCall')) return 'expression'
  const facts = factsOf(reading, node)
  if (facts.constant) return 'constant'
  if (facts.subquery) return 'subquery'
  if (facts.parameters && facts.columns.size === 0 && facts.functions.size === 0) return 'parameter'
  return 'expression'
}

function sublink(link: SubLink, scope: Scope): Operand {
  const select = as(link.subselect, 'SelectStmt')
  return select && isLimited(select, scope.limited) ? 'limited-subquery' : 'subquery'
}

/** Does a SELECT give a bounded number of rows: LIMIT n, or everything from a query that has one? */
export function isLimited(select: SelectStmt, limited: ReadonlySet<string>): boolean {
  if (select.limitCount !== undefined && as(select.limitCount, 'A_Const')?.isnull !== true) return true
  if (select.valuesLists) return true
  const from = select.fromClause
  if (from?.length !== 1) return false
  const table = as(from[0], 'RangeVar')
  if (table) return table.schemaname === undefined && limited.has(table.relname ?? '')
  const inner = as(as(from[0], 'RangeSubselect')?.subquery, 'SelectStmt')
  return inner !== undefined && isLimited(inner, limited)
}
