import type { Node } from 'libpg-query'
import type { Expression } from '../../ir/column.ts'
import { expressionRange, trimmed } from './clauses.ts'
import { type Facts, factsOf } from './facts.ts'
import { as, type Reading, written } from './reading.ts'

/** The text of an expression; `limit` is an offset that it cannot reach. */
export function expressionText(reading: Reading, facts: Facts, limit = reading.end): string {
  if (facts.last < 0) return ''
  const range = expressionRange(reading, facts.first, facts.last, limit)
  return written(reading, range.start, range.end)
}

/**
 * An expression of the tree as rules ask about it. `range` gives its text where the clause tells it exactly (the parentheses of a
 * CHECK); without it the text is found around the places that the tree tells.
 */
export function expression(
  reading: Reading,
  node: Node | undefined,
  range?: { readonly start: number; readonly end: number },
  limit = reading.end,
): Expression {
  const facts = factsOf(reading, node)
  let sql: string
  if (range) {
    const tight = trimmed(reading, range.start, range.end)
    sql = written(reading, tight.start, tight.end)
  } else sql = expressionText(reading, facts, limit)
  return {
    sql,
    constant: facts.constant,
    isNull: isNull(node),
    functions: [...facts.functions],
    columns: [...facts.columns],
    literals: facts.literals,
    casts: [...facts.casts],
  }
}

/** NULL, with or without a cast. */
export function isNull(node: Node | undefined): boolean {
  const cast = as(node, 'TypeCast')
  if (cast) return isNull(cast.arg)
  return as(node, 'A_Const')?.isnull === true
}
