import type { Operand, Predicate, Term } from '../../../ir/data.ts'
import { eitherOf } from '../../../ir/either.ts'
import type { Value } from '../../../javascript/value.ts'
import { tracedText } from '../../../source/traced.ts'
import { arrayOf, isAbsent, objectOf, shown, textOf } from '../../values.ts'
import { rawSpec } from '../handles.ts'
import type { Names } from '../names.ts'
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
export function predicateOf(value: Value | QueryState | undefined, names: Names): Predicate | undefined {
  const state = value !== undefined && 'terms' in value ? value : queryState(value)
  if (state === undefined) {
    const raw = rawSpec(value as Value | undefined)
    if (raw === undefined) return undefined
    return joined(termsOfSql(rawText(raw, names).replace(/^\s*where\s/i, ''), names), names)
  }
  return state.terms.length === 0 ? undefined : joined(state.terms, names, state.alternatives)
}

function joined(terms: readonly Term[], names: Names, alternatives = false): Predicate {
  const sql = terms.map((term) => term.sql).join(alternatives ? ' OR ' : ' AND ')
  const columns = new Set(
    terms.flatMap(({ column, operand, sql: own }) => {
      const inside =
        column === undefined || operand === 'column' || operand === 'expression' ? names.dialect.parseExpression(own).columns : []
      return column === undefined ? inside : [column, ...inside]
    }),
  )
  return { sql, terms: alternatives ? [eitherOf(terms, sql) ?? other(sql)] : terms, columns: [...columns] }
}

function other(sql: string): Term {
  return { column: undefined, operator: 'other', operand: undefined, sql }
}

/** The terms of a condition that is written as SQL; one that cannot be read is one term. */
function termsOfSql(sql: string, names: Names): readonly Term[] {
  const parsed = names.dialect.parse(tracedText(`SELECT 1 FROM t WHERE ${sql}`, ''), { version: names.dialect.latest, placeholders: true })
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
function columnOf(value: Value | undefined, { wrap }: Names): string | undefined {
  const text = textOf(value)
  return text === undefined ? undefined : wrap(text.slice(text.lastIndexOf('.') + 1))
}

function compared(left: Value, operator: string, right: Value, names: Names): Term {
  const column = columnOf(left, names)
  const quoted = column === undefined ? sqlOfValue(left, names) : quoteName(textOf(left)!, names)
  const list = arrayOf(right)
  if (right.kind === 'null' && column !== undefined) {
    const not = operator === '<>' || operator === '!=' || operator === 'is not'
    return { column, operator: not ? 'is not null' : 'is null', operand: undefined, sql: `${quoted} IS ${not ? 'NOT ' : ''}NULL` }
  }
  const known = Object.hasOwn(operators, operator.toLowerCase()) ? operators[operator.toLowerCase()]! : 'other'
  const query = queryState(right)
  const sql = `${quoted} ${operator} ${query || right.kind === 'function' ? `(select … from ${query?.table?.name ?? '…'})` : sqlOfValue(right, names)}`
  return { column, operator: known, operand: operandOf(right), ...(list?.complete ? { count: list.items.length } : {}), sql }
}

/** The terms that a `where…` method adds; `callback` walks a function that is handed a builder. undefined: no such method. */
export function termsOf(
  method: string,
  args: readonly Value[],
  names: Names,
  callback: (target: Value) => QueryState,
): readonly Term[] | undefined {
  const [first, second, third] = args
  const term = (operator: string, right: Value | undefined): readonly Term[] =>
    first === undefined || right === undefined ? [] : [compared(first, operator, right, names)]
  const grouped = (not: boolean): readonly Term[] => {
    const inner = callback(first!)
    const predicate = predicateOf(inner, names)
    if (predicate === undefined) return []
    if (!not && (!inner.alternatives || predicate.terms[0]?.operator === 'in')) return predicate.terms
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
            compared({ kind: 'string', pieces: [{ text: key, span: undefined, verbatim: false }] }, equal, value, names),
          ),
          ...(object.complete ? [] : [other('…')]),
        ]
      if (args.length === 1) return not ? [other(`NOT (${sqlOfValue(first, names)})`)] : termsOfSql(sqlOfValue(first, names), names)
      return args.length === 2 ? term(equal, second) : term(`${not ? 'not ' : ''}${textOf(second) ?? shown(second)}`, third)
    }
    case 'whereRaw':
      return termsOfSql(sqlOfRaw(first, second, names), names)
    case 'whereNull':
    case 'whereNotNull':
      return (arrayOf(first)?.items ?? (first ? [first] : [])).map((column) =>
        compared(column, method === 'whereNull' ? '=' : '<>', { kind: 'null' }, names),
      )
    case 'whereIn':
    case 'whereNotIn':
      return term(method === 'whereIn' ? 'in' : 'not in', second)
    case 'whereBetween':
    case 'whereNotBetween': {
      const column = columnOf(first, names)
      const range =
        arrayOf(second)
          ?.items.map((item) => sqlOfValue(item, names))
          .join(' AND ') ?? shown(second)
      const sql = `${sqlName(first, names)} ${method === 'whereBetween' ? '' : 'NOT '}BETWEEN ${range}`
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
          column: columnOf(first, names),
          operator: known,
          operand: 'column',
          sql: `${sqlName(first, names)} ${operator} ${sqlName(right, names)}`,
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
      return /^where(?:Not)?Json/.test(method) ? [{ ...other(`${sqlName(first, names)} …`), column: columnOf(first, names) }] : undefined
  }
}

function sqlName(value: Value | undefined, names: Names): string {
  const text = textOf(value)
  return text === undefined ? sqlOfValue(value, names) : quoteName(text, names)
}

/** `whereRaw(text or raw, bindings)`. */
function sqlOfRaw(text: Value | undefined, bindings: Value | undefined, names: Names): string {
  if (text?.kind !== 'string') return sqlOfValue(text, names)
  return rawText({ on: undefined, text, bindings, given: text }, names)
}
