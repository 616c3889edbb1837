import type { Dialect } from '../../../dialects/dialect.ts'
import type { Assignment, Predicate, Query, Term } from '../../../ir/data.ts'
import type { Name } from '../../../ir/names.ts'
import type { Machine, Value } from '../../../javascript/value.ts'
import type { Span } from '../../../source/span.ts'
import { handles } from '../handles.ts'
import { isKnownText, textOf } from '../read-options.ts'
import { predicateOf } from '../sql-text.ts'

/** What the functions of this folder ask of the world around a call. */
export interface Asked {
  readonly dialect: Dialect
  readonly machine: Machine
  readonly span: Span
}

/** The member by which an object remembers the table that it was created for; no column. */
export const entityMark = '@entity'

function columnsOf(value: Value & { readonly kind: 'object' }): readonly (readonly [string, Value])[] {
  return [...value.members].filter(([key]) => key !== entityMark)
}

function term(column: string, operator: Term['operator'], operand: Term['operand'], sql: string, count?: number): Term {
  return { column, operator, operand, sql, ...(count === undefined ? {} : { count }) }
}

const operators: Readonly<Record<string, Term['operator']>> = {
  In: 'in',
  IsNull: 'is null',
  LessThan: '<',
  LessThanOrEqual: '<=',
  MoreThan: '>',
  MoreThanOrEqual: '>=',
  Between: 'between',
  Like: 'like',
  ILike: 'like',
  Equal: '=',
}

function termOf(column: string, value: Value): Term {
  if (value.kind === 'array') return term(column, 'in', 'constant', `${column} IN (…)`, value.items.length)
  if (value.kind === 'handle' && value.name === handles.operator) {
    const { name, args } = value.data as { readonly name: string; readonly args: readonly Value[] }
    const operator = operators[name]
    const list = args[0]
    if (operator === 'in')
      return term(
        column,
        'in',
        list?.kind === 'array' ? 'constant' : 'parameter',
        `${column} IN (…)`,
        list?.kind === 'array' ? list.items.length : undefined,
      )
    if (name === 'Not' && list?.kind === 'handle' && (list.data as { readonly name?: string } | undefined)?.name === 'IsNull')
      return term(column, 'is not null', undefined, `${column} IS NOT NULL`)
    if (operator !== undefined) return term(column, operator, operator === 'is null' ? undefined : 'parameter', `${column} ${operator}`)
    return { ...term(column, name === 'Not' ? '<>' : 'other', 'parameter', `${column} ${name}(…)`) }
  }
  const text = textOf(value)
  const constant = value.kind === 'number' || value.kind === 'boolean' || isKnownText(value)
  return term(column, '=', constant ? 'constant' : 'parameter', `${column} = ${text ?? '?'}`)
}

export function conjunction(terms: readonly Term[]): Predicate | undefined {
  if (terms.length === 0) return undefined
  return { sql: terms.map((one) => one.sql).join(' AND '), terms, columns: terms.flatMap((one) => one.column ?? []) }
}

/** A criteria argument: an object of columns, an id, a list of ids, a WHERE text. */
export function criteriaOf(value: Value | undefined, asked: Asked): Predicate | undefined {
  if (value === undefined || value.kind === 'undefined' || value.kind === 'null') return undefined
  if (value.kind === 'object') {
    const terms = columnsOf(value).map(([column, member]) => termOf(column, member))
    if (!value.complete) terms.push({ column: undefined, operator: 'other', operand: 'parameter', sql: '…' })
    return conjunction(terms)
  }
  if (value.kind === 'array') {
    if (value.items.some((item) => item.kind === 'object'))
      return conjunction([
        {
          column: undefined,
          operator: 'other',
          operand: 'parameter',
          sql: value.items.map((item) => criteriaOf(item, asked)?.sql ?? '?').join(' OR '),
        },
      ])
    return conjunction([term('id', 'in', 'constant', 'id IN (…)', value.items.length)])
  }
  return conjunction([term('id', '=', value.kind === 'unknown' ? 'parameter' : 'constant', `id = ${textOf(value) ?? '?'}`)])
}

/** The argument of `.where(…)` of a query builder: a text, an object, or a function of brackets. */
export function whereOf(value: Value | undefined, asked: Asked): Predicate | undefined {
  if (value?.kind === 'string') {
    const read = predicateOf(value, asked.dialect)
    return read ?? conjunction([{ column: undefined, operator: 'other', operand: 'expression', sql: textOf(value) ?? '?' }])
  }
  if (value?.kind === 'object') return criteriaOf(value, asked)
  return conjunction([{ column: undefined, operator: 'other', operand: 'expression', sql: '(…)' }])
}

export function bothOf(left: Predicate | undefined, right: Predicate | undefined, or: boolean): Predicate | undefined {
  if (left === undefined || right === undefined) return left ?? right
  const columns = [...left.columns, ...right.columns]
  if (!or) return { sql: `${left.sql} AND ${right.sql}`, terms: [...left.terms, ...right.terms], columns }
  const sql = `${left.sql} OR ${right.sql}`
  return { sql, terms: [{ column: undefined, operator: 'other', operand: 'expression', sql }], columns }
}

/** `SET` of an update: an object of columns; a function's text is SQL. */
export function assignmentsOf(value: Value | undefined, asked: Asked): readonly Assignment[] | undefined {
  if (value?.kind !== 'object') return undefined
  return columnsOf(value).map(([column, member]): Assignment => {
    if (member.kind === 'null') return { column, value: 'null', columns: [], literals: [] }
    if (member.kind === 'function') {
      const text = textOf(asked.machine.invoke(member, [], asked.span))
      const expression = text === undefined ? undefined : asked.dialect.parseExpression(text)
      return {
        column,
        value: expression?.constant ? 'constant' : 'expression',
        columns: expression?.columns ?? [],
        literals: expression?.literals ?? [],
      }
    }
    const constant = member.kind === 'number' || member.kind === 'boolean' || isKnownText(member)
    return {
      column,
      value: constant ? 'constant' : 'parameter',
      columns: [],
      literals: constant && member.kind === 'string' ? [textOf(member) ?? ''] : [],
    }
  })
}

/** What an INSERT of these entities writes. */
export function insertedOf(value: Value | undefined): {
  readonly columns: readonly string[]
  readonly rows: number | undefined
  readonly literals: readonly string[]
} {
  const items = value?.kind === 'array' ? value.items : value === undefined ? [] : [value]
  const columns = new Set<string>()
  const literals: string[] = []
  for (const item of items) {
    if (item.kind !== 'object') continue
    for (const [column, member] of columnsOf(item)) {
      columns.add(column)
      if (isKnownText(member)) literals.push(textOf(member) ?? '')
    }
  }
  const known = value?.kind === 'object' || (value?.kind === 'array' && value.complete)
  return { columns: [...columns], rows: known ? items.length : undefined, literals }
}

export function readQuery(table: Name, where: Predicate | undefined, limited: boolean, aggregate: boolean): Query {
  return { tables: [table], columns: [], where, limited, locking: false, functions: [], aggregate, literals: [] }
}
