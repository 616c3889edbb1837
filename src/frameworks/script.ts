import type { ParsedStatement } from '../dialects/dialect.ts'
import type { Context } from '../ir/context.ts'
import type { Statement } from '../ir/migration.ts'
import type { Interpolate, Operation } from '../ir/operation.ts'
import type { Blind } from '../javascript/value.ts'
import { holesOf, locate, type Piece, type Traced } from '../source/traced.ts'

/** A statement before its transaction is known. `segment` is set when the caller knows it (a transaction object was passed). */
export type Draft = Omit<Statement, 'segment'> & { readonly segment?: number | undefined }

/**
 * Numbers the transactions that BEGIN and COMMIT among the statements open and close. A statement that brings a segment keeps it. Numbers
 * start at `first`, so that those of transaction objects stay apart.
 */
export function withSegments(drafts: readonly Draft[], first = 0): Statement[] {
  let next = first
  let open: number | undefined
  return drafts.map((draft) => {
    let closes = false
    for (const operation of draft.operations) {
      if (operation.kind !== 'transaction') continue
      if (operation.action === 'begin' && open === undefined) open = next++
      else if (operation.action === 'commit' || operation.action === 'rollback') closes = true
    }
    const segment = draft.segment ?? open
    if (closes) open = undefined
    // One shape for all statements: they are made by the ten thousand, and what walks them stays fast.
    return { sql: draft.sql, span: draft.span, segment, batch: draft.batch, operations: draft.operations }
  })
}

/** `$${index}`: a numbered placeholder whose number is computed stands for a parameter, as the hole alone does. */
export function withComputedNumbers(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.map((piece, at) =>
    !piece.hole && /(?:^|[^$])\$$/.test(piece.text) && pieces[at + 1]?.hole ? { ...piece, text: piece.text.slice(0, -1) } : piece,
  )
}

/** The drafts of one SQL text that a program or a file sends: what stands unescaped in it is added as `interpolate` operations. */
export function draftsOf(parsed: readonly ParsedStatement[], sql: Traced, batch: number | undefined, context?: Context): Draft[] {
  const holes = holesOf(sql)
  return parsed.map(({ sql: written, span: place, start, end, operations: read }) => {
    const inside: Interpolate[] = []
    for (const { offset, length, hole, span } of holes) {
      if (offset < start || offset >= end || hole.escaped) continue
      inside.push({
        kind: 'interpolate',
        span: span ?? locate(sql, offset, offset + length) ?? place,
        expression: hole.expression,
        reason: hole.reason,
        ...(hole.columns ? { columns: hole.columns } : {}),
      })
    }
    const all = inside.length === 0 ? read : [...read, ...inside]
    const operations = context ? all.map((operation) => withContext(operation, context)) : all
    return { sql: written, span: place, segment: undefined, batch, operations }
  })
}

/** What a place means that the reader could not follow, or where the program reaches outside the database. */
export function operationOfBlind({ span, because, detail, context, outside }: Blind): Operation {
  if (because !== 'outside') return { kind: 'opaque', span, because, detail, context }
  return { kind: 'external', span, what: outside?.what ?? 'process', expression: detail, waits: outside?.waits === true, context }
}

/** An operation with what surrounds its call added to what its SQL says itself. */
export function withContext(operation: Operation, context: Context): Operation {
  const own = operation.context
  if (own === undefined) return { ...operation, context }
  return {
    ...operation,
    context: {
      ...context,
      ...own,
      ...(context.guards || own.guards ? { guards: [...(context.guards ?? []), ...(own.guards ?? [])] } : {}),
      ...(context.loops || own.loops ? { loops: [...(context.loops ?? []), ...(own.loops ?? [])] } : {}),
      ...(context.branches || own.branches ? { branches: [...(context.branches ?? []), ...(own.branches ?? [])] } : {}),
    },
  }
}
