import type { Dialect, ParsedStatement } from '../../dialects/dialect.ts'
import type { Predicate, Query } from '../../ir/data.ts'
import type { Value } from '../../javascript/value.ts'
import { joinPieces, type Piece, type Traced } from '../../source/traced.ts'

const unwritten = (text: string): Piece => ({ text, span: undefined, verbatim: false })

/** The placeholders that TypeORM's drivers fill: `$1` on PostgreSQL (the parser knows it), `?` elsewhere. */
export function parseSql(sql: Traced, dialect: Dialect): readonly ParsedStatement[] {
  return dialect.parse(sql, { version: dialect.latest, placeholders: dialect.name !== 'postgres' })
}

/** The WHERE part of a query builder or index as the dialect reads it; undefined when it is not a text. */
export function predicateOf(value: Value | undefined, dialect: Dialect): Predicate | undefined {
  if (value?.kind !== 'string') return undefined
  const sql = joinPieces([unwritten('SELECT 1 FROM t WHERE '), ...value.pieces])
  return selectOf(dialect.parse(sql, { version: dialect.latest, placeholders: true }))?.where
}

/** What the query of a view or query builder reads; undefined when it is no SELECT. */
export function queryOf(value: Value | undefined, dialect: Dialect): Query | undefined {
  if (value?.kind !== 'string') return undefined
  return selectOf(dialect.parse(joinPieces(value.pieces), { version: dialect.latest, placeholders: true }))
}

function selectOf(parsed: readonly ParsedStatement[]): Query | undefined {
  for (const { operations } of parsed) for (const operation of operations) if (operation.kind === 'select') return operation.query
  return undefined
}

/**
 * What `driver.escapeQueryWithParameters` gives: the text with `:name` replaced by the driver's placeholders, and the values.
 * https://github.com/typeorm/typeorm/blob/master/src/driver/postgres/PostgresDriver.ts
 */
export function withParameters(sql: Value | undefined, parameters: Value | undefined, dialect: Dialect): Value | undefined {
  if (sql?.kind !== 'string' || parameters?.kind !== 'object') return undefined
  const values: Value[] = []
  const replaced = (whole: string, name: string): string => {
    if (parameters.complete && !parameters.members.has(name)) return whole
    values.push(parameters.members.get(name) ?? { kind: 'unknown', reason: 'unknown', expression: name })
    const placeholder = dialect.name === 'postgres' ? `$${values.length}` : '?'
    // As long as what it replaces, so that every character keeps its place in the file.
    return (placeholder.length > whole.length ? '$1' : placeholder).padEnd(whole.length, ' ')
  }
  const pieces = sql.pieces.map((piece) =>
    piece.hole ? piece : { ...piece, text: piece.text.replace(/(?<![:\w]):(?:\.\.\.)?([A-Za-z_]\w*)/g, replaced) },
  )
  const list = (items: readonly Value[]): Value => ({ kind: 'array', items, complete: true })
  return list([{ ...sql, pieces }, list(values)])
}

/** A text of nothing but holes: all of the SQL comes from somewhere else. */
export function isWholeHole(sql: Traced): boolean {
  return (
    sql.pieces.every((piece) => piece.hole !== undefined || piece.text.trim() === '') &&
    sql.pieces.some((piece) => piece.hole !== undefined)
  )
}
