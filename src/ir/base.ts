import type { Span } from '../source/span.ts'
import type { Context } from './context.ts'

/** What every operation has. */
export interface Base<K extends string> {
  readonly kind: K
  /** The part of the user's file that says this: the clause, or the whole call. */
  readonly span: Span
  readonly context?: Context
}
