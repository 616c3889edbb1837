import { postgres } from '../../../src/dialects/postgres/index.ts'
import type { Operation } from '../../../src/ir/operation.ts'
import { joinPieces, type Piece, tracedText } from '../../../src/source/traced.ts'

/** Operations without their places; every span is replaced by the text it points at. */
export function read(sql: string, version: readonly number[] = [18], placeholders = false): readonly unknown[] {
  return operations(sql, version, placeholders).map((operation) => shown(operation, sql))
}

export function operations(sql: string, version: readonly number[] = [18], placeholders = false): readonly Operation[] {
  return postgres.parse(tracedText(sql, 'm.sql'), { version, placeholders }).flatMap((statement) => statement.operations)
}

/** What the operations' spans point at. */
export function pointedAt(sql: string): readonly string[] {
  return operations(sql).map(({ span }) => sql.slice(span.start, span.end))
}

/** The operations of a text put together from pieces, as a template string is. */
export function readPieces(pieces: readonly Piece[]): readonly Operation[] {
  return postgres.parse(joinPieces(pieces), { version: [18] }).flatMap((statement) => statement.operations)
}

function shown(value: unknown, sql: string): unknown {
  if (Array.isArray(value)) return value.map((item) => shown(item, sql))
  if (typeof value !== 'object' || value === null) return value
  const out: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) {
    if (key !== 'span' && member !== undefined) out[key] = shown(member, sql)
  }
  return out
}
