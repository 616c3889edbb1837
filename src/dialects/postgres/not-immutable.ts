import type { Expression } from '../../ir/column.ts'
import { showName } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import { keptExpressions } from '../../schema/kept-expressions.ts'
import { findColumn, findFunction, type Schema } from '../../schema/schema.ts'
import type { Refusal } from '../dialect.ts'
import { volatility } from './volatility.ts'

/** Functions of which some overloads are IMMUTABLE and others are not (pg_proc of PostgreSQL 15): what they are given decides. */
const mixed = new Set(
  (
    'age date date_part date_trunc extract generate_series in_range json_to_tsvector jsonb_to_tsvector length numeric overlaps ' +
    'phraseto_tsquery plainto_tsquery quote_literal quote_nullable time timestamp timestamptz timetz timezone to_timestamp to_tsquery ' +
    'to_tsvector ts_headline ts_parse ts_rewrite ts_token_type websearch_to_tsquery'
  ).split(' '),
)

/** Those of them that go by the time zone of the session when they are given a timestamptz. */
const byZone = new Set(['date_part', 'date_trunc', 'extract'])
/** The types that a timestamptz is cast to by that time zone. */
const castByZone = new Set(['date', 'timestamp', 'time', 'timetz', 'text', 'varchar'])

/** Index keys, index predicates and generated columns that PostgreSQL refuses because what they call is not IMMUTABLE (42P17). */
export function notImmutable(operation: Operation, after: Schema): readonly Refusal[] {
  const refused = keptExpressions(operation).flatMap(({ of, shown, expression }): Refusal[] => {
    const called = of === 'check' ? undefined : mutableIn(expression, 'table' in operation ? operation.table : undefined, after)
    return called === undefined ? [] : [refusal(called, shown)]
  })
  if (refused.length > 0 || operation.kind !== 'createIndex' || !operation.where) return refused
  const called = calledIn(operation.where.sql).find((name) => isMutable(name, after))
  return called === undefined ? [] : [refusal(`${called}()`, `the predicate of an index of ${showName(operation.table)}`)]
}

function refusal(called: string, shown: string): Refusal {
  return { of: 'expression', because: `${called} is not IMMUTABLE, and ${shown} may be computed by nothing else`, error: '42P17' }
}

type Table = Extract<Operation, { kind: 'createIndex' }>['table']

function mutableIn(expression: Expression, table: Table | undefined, after: Schema): string | undefined {
  const { functions, columns, casts } = expression
  const certain = functions.find((name) => isMutable(name, after))
  if (certain !== undefined) return `${certain}()`
  if (columns.length !== 1 || table === undefined) return undefined
  if (findColumn(after, table, columns[0]!)?.column.type?.name !== 'timestamptz') return undefined
  if (functions.length === 1 && casts.length === 0 && byZone.has(functions[0]!)) return `${functions[0]}() of the timestamptz ${columns[0]}`
  return functions.length === 0 && casts.length === 1 && castByZone.has(casts[0]!) && isCast(expression)
    ? `the cast of the timestamptz ${columns[0]} to ${casts[0]}`
    : undefined
}

/** Is it the column cast and nothing else? */
function isCast({ sql }: Expression): boolean {
  return /^\(*\s*(?:"?[\w.]+"?\)?::[\w ]+|cast\s*\(\s*"?[\w.]+"?\s+as\s+[\w ]+\))\s*\)*$/i.test(sql.trim())
}

/** A function of the server or of contrib, every overload of which is STABLE or VOLATILE, and that no function of the history hides. */
function isMutable(name: string, schema: Schema): boolean {
  if (name.includes('.') || mixed.has(name) || findFunction(schema, { name })) return false
  const found = volatility(name)
  return found === 'stable' || found === 'volatile'
}

/** The clock's functions that a predicate calls: others may be operators' names, or the text of a column. */
function calledIn(predicate: string): readonly string[] {
  const code = predicate.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, '')
  return [
    ...code.matchAll(
      /(?<![\w.])(now|clock_timestamp|statement_timestamp|transaction_timestamp|random)\s*\(|(?<![\w.])(current_timestamp|current_date|current_user|localtimestamp)\b/gi,
    ),
  ].map(([, call, word]) => (call ?? word)!.toLowerCase())
}
