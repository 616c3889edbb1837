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

/** A text of nothing but holes: all of the SQL comes from somewhere else. */
export function isWholeHole(sql: Traced): boolean {
  return (
    sql.pieces.every((piece) => piece.hole !== undefined || piece.text.trim() === '') &&
    sql.pieces.some((piece) => piece.hole !== undefined)
  )
}
