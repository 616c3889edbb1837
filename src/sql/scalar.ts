import type { Expression } from '../ir/column.ts'
import { type Traced, tracedText } from '../source/traced.ts'
import { type Cursor, Unreadable } from './cursor.ts'
import { readExpression } from './expression.ts'
import { split } from './split.ts'
import { expressionOf } from './summarize.ts'
import type { Syntax } from './syntax.ts'

/** Reads an expression that stands alone. What cannot be read gives its text, not constant, naming nothing; never throws. */
export function parseScalar(text: string, syntax: Syntax): Expression {
  const traced: Traced = tracedText(text, '')
  const unread: Expression = { sql: text, constant: false, isNull: false, functions: [], columns: [], literals: [], casts: [] }
  const [part, ...rest] = split(text, syntax, { tokens: true })
  if (!part || rest.length > 0 || part.broken !== undefined) return unread
  const c: Cursor = { traced, tokens: part.tokens, syntax, at: 0, depth: 0, notes: [] }
  try {
    const node = readExpression(c)
    return c.at < c.tokens.length ? unread : expressionOf(c, node)
  } catch (error) {
    if (error instanceof Unreadable) return unread
    throw error
  }
}
