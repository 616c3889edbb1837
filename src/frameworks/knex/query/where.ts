import type { Dialect } from '../../../dialects/dialect.ts'
import type { Operand, Predicate, Term } from '../../../ir/data.ts'
import type { Value } from '../../../javascript/value.ts'
import { tracedText } from '../../../source/traced.ts'
import { arrayOf, isAbsent, objectOf, shown, textOf } from '../../values.ts'
import { rawSpec } from '../handles.ts'
import { quoteName, rawText, sqlOfValue } from '../sql-value.ts'
import { type QueryState, queryState } from './state.ts'

type Operator = Term['operator']
const operators: Readonly<Record<string, Operator>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  in: 'in',
  'not in': 'not in',
  like: 'like',
  ilike: 'like',
}

/** The WHERE clause of a query, or of a partial index's `predicate`. undefined: there is none. */
export function predicateOf(value: Value | QueryState | undefined, dialect: Dialect): Predicate | undefined {
  const state = value !== undefined && 'terms' in value ? value : queryState(value)
  if (state === undefined) {
    const raw = rawSpec(value as Value | undefined)
    if (raw === undefined) return undefined
    return joined(termsOfSql(rawText(raw, dialect).replace(/^\s*where\s/i, ''), dialect), dialect)
  }
  return state.terms.length === 0 ? undefined : joined(state.terms, dialect, state.alternatives)
}

function joined(terms: readonly Term[], dialect: Dialect, alternatives = false): Predicate {
  const sql = terms.map((term) => term.sql).join(alternatives ? ' OR ' : ' AND ')
  const columns = new Set(
    terms.flatMap(({ column, operand, sql: own }) => {
      const inside = column === undefined || operand === 'column' || operand === 'expression' ? dialect.parseExpression(own).columns : []
      return column === undefined ? inside : [column, ...inside]
    }),
  )
  return { sql, terms: alternatives ? [{ column: undefined, operator: 'other', operand: undefined, sql }] : terms, columns: [...columns] }
}

function other(sql: string): Term {
  return { column: undefined, operator: 'other', operand: undefined, sql }
}

/** The terms of a condition that is written as SQL; one that cannot be read is one term. */
function termsOfSql(sql: string, dialect: Dialect): readonly Term[] {
  const parsed = dialect.parse(tracedText(`SELECT 1 FROM t WHERE ${sql}`, ''), { version: dialect.latest, placeholders: true })
  const select = parsed.length === 1 ? parsed[0]!.operations.find(({ kind }) => kind === 'select') : undefined
  return (select?.kind === 'select' && select.query.where?.terms) || [other(sql)]
}

function operandOf(value: Value): Operand {
  const query = queryState(value)
  if (query) return query.limited ? 'limited-subquery' : 'subquery'
  if (rawSpec(value)) return 'expression'
  if (value.kind === 'function') return 'subquery'
  return value.kind === 'unknown' || (value.kind === 'string' && textOf(value) === undefined) ? 'parameter' : 'constant'
}

/** `users.id` is the column of the table that is changed or read; its table is left out. */
function columnOf(value: Value | undefined): string | undefined {
  const text = textOf(value)
  return text?.slice(text.lastIndexOf('.') + 1)
}

function compared(left: Value, operator: string, right: Value, dialect: Dialect): Term {
  const column = columnOf(left)
  const quoted = column === undefined ? sqlOfValue(left, dialect) : quoteName(textOf(left)!, dialect)
  const list = arrayOf(right)
  if (right.kind === 'null' && column !== undefined) {
    const not = operator === '<>' || operator === '!=' || operator === 'is not'
    return { column, operator: not ? 'is not null' : 'is null', operand: undefined, sql: `${quoted} IS ${not ? 'NOT ' : ''}NULL` }
  }
  const known = Object.hasOwn(operators, operator.toLowerCase()) ? operators[operator.toLowerCase()]! : 'other'
  const query = queryState(right)
  const sql = `${quoted} ${operator} ${query || right.kind === 'function' ? `(select … from ${query?.table?.name ?? '…'})` : sqlOfValue(right, dialect)}`
  return { column, operator: known, operand: operandOf(right), ...(list?.complete ? { count: list.items.length } : {}), sql }
}

/** The terms that a `where…` method adds; `callback` walks a function that is handed a builder. undefined: no such method. */
export function termsOf(
  method: string,
  args: readonly Value[],
  dialect: Dialect,
  callback: (target: Value) => QueryState,
): readonly Term[] | undefined {
  const [first, second, third] = args
  const term = (operator: string, right: Value | undefined): readonly Term[] =>
    first === undefined || right === undefined ? [] : [compared(first, operator, right, dialect)]
  const grouped = (not: boolean): readonly Term[] => {
    const inner = callback(first!)
    const predicate = predicateOf(inner, dialect)
    if (predicate === undefined) return []
    if (!not && !inner.alternatives) return predicate.terms
    return [other(not ? `NOT (${predicate.sql})` : `(${predicate.sql})`)]
  }
  switch (method) {
    case 'where':
    case 'whereNot': {
      const not = method === 'whereNot'
      if (first === undefined || isAbsent(first)) return []
      if (first.kind === 'function') return grouped(not)
      if (first.kind === 'boolean') return [other(first.value !== not ? '1 = 1' : '1 = 0')]
      const object = objectOf(first)
      const equal = not ? '<>' : '='
      if (object)
        return [
          ...[...object.members].map(([key, value]) =>
            compared({ kind: 'string', pieces: [{ text: key, span: undefined, verbatim: false }] }, equal, value, dialect),
          ),
          ...(object.complete ? [] : [other('…')]),
        ]
      if (args.length === 1) return not ? [other(`NOT (${sqlOfValue(first, dialect)})`)] : termsOfSql(sqlOfValue(first, dialect), dialect)
      return args.length === 2 ? term(equal, second) : term(`${not ? 'not ' : ''}${textOf(second) ?? shown(second)}`, third)
    }
    case 'whereRaw':
      return termsOfSql(sqlOfRaw(first, second, dialect), dialect)
    case 'whereNull':
    case 'whereNotNull':
      return (arrayOf(first)?.items ?? (first ? [first] : [])).map((column) =>
        compared(column, method === 'whereNull' ? '=' : '<>', { kind: 'null' }, dialect),
      )
    case 'whereIn':
    case 'whereNotIn':
      return term(method === 'whereIn' ? 'in' : 'not in', second)
    case 'whereBetween':
    case 'whereNotBetween': {
      const column = columnOf(first)
      const range =
        arrayOf(second)
          ?.items.map((item) => sqlOfValue(item, dialect))
          .join(' AND ') ?? shown(second)
      const sql = `${sqlName(first, dialect)} ${method === 'whereBetween' ? '' : 'NOT '}BETWEEN ${range}`
      return [{ column, operator: method === 'whereBetween' ? 'between' : 'other', operand: 'constant', sql }]
    }
    case 'whereLike':
    case 'whereILike':
      return term('like', second)
    case 'whereColumn': {
      const right = args.length === 2 ? second : third
      const operator = args.length === 2 ? '=' : (textOf(second) ?? '=')
      const known = Object.hasOwn(operators, operator) ? operators[operator]! : 'other'
      return [
        {
          column: columnOf(first),
          operator: known,
          operand: 'column',
          sql: `${sqlName(first, dialect)} ${operator} ${sqlName(right, dialect)}`,
        },
      ]
    }
    case 'whereExists':
    case 'whereNotExists':
      return [
        {
          column: undefined,
          operator: method === 'whereExists' ? 'exists' : 'other',
          operand: 'subquery',
          sql: `${method === 'whereExists' ? '' : 'NOT '}EXISTS (select …)`,
        },
      ]
    default:
      return /^where(?:Not)?Json/.test(method) ? [{ ...other(`${sqlName(first, dialect)} …`), column: columnOf(first) }] : undefined
  }
}

function sqlName(value: Value | undefined, dialect: Dialect): string {
  const text = textOf(value)
  return text === undefined ? sqlOfValue(value, dialect) : quoteName(text, dialect)
}

/** `whereRaw(text or raw, bindings)`. */
function sqlOfRaw(text: Value | undefined, bindings: Value | undefined, dialect: Dialect): string {
  if (text?.kind !== 'string') return sqlOfValue(text, dialect)
  return rawText({ on: undefined, text, bindings, given: text }, dialect)
}
