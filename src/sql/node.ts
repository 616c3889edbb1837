import type { Query } from '../ir/data.ts'
import { containsHole } from '../source/traced.ts'
import { type Cursor, endOffset } from './cursor.ts'

/** A node of a scalar expression. Offsets are into the traced text. */
export interface Node {
  readonly kind:
    | 'column'
    | 'string'
    | 'number'
    | 'null'
    | 'boolean'
    | 'parameter'
    | 'variable'
    | 'default'
    | 'call'
    | 'cast'
    | 'operator'
    | 'compare'
    | 'and'
    | 'or'
    | 'not'
    | 'list'
    | 'subquery'
    | 'exists'
    | 'case'
    | 'star'
  readonly start: number
  readonly end: number
  /** The column, the function (lower case, with its schema), the cast's type, the comparison's operator, or those of a sum with spaces between. */
  readonly name: string
  /** The table or alias that a column is qualified with. */
  readonly qualifier?: string
  readonly children: readonly Node[]
  readonly query?: Query
}

/** The name of a parameter that is a value of the program: it may stand for several values. */
export const HOLE = 'hole'

/** Does the text between two offsets hold a value of the program? */
export function holds(c: Cursor, start: number, end: number): boolean {
  return end - start >= 15 && containsHole(c.traced.text.slice(start, end))
}

/** Makes a node that reaches from the token with index `from` to the last token taken. */
export function node(c: Cursor, kind: Node['kind'], from: number, name: string, children: readonly Node[] = [], query?: Query): Node {
  const start = c.tokens[from]?.start ?? 0
  return query ? { kind, start, end: endOffset(c), name, children, query } : { kind, start, end: endOffset(c), name, children }
}
