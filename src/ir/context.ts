import type { Span } from '../source/span.ts'
import type { DialectName, Name } from './names.ts'

/** A question asked before a statement so that it can be run twice. */
export interface Guard {
  readonly by: 'if-exists' | 'or-replace' | 'describe' | 'catalog' | 'exception' | 'condition'
  /** What had to hold for the statement to run; 'unknown' when the test could not be read. */
  readonly requires: 'exists' | 'absent' | 'unknown'
  /** The object that was asked for, when it could be read. */
  readonly table?: Name
  readonly column?: string
  /** `exception`: the handler asks which error it was, throws, or does something else instead. */
  readonly selective?: true
}

/** A condition that was not decided while reading. */
export interface Branch {
  readonly on: 'dialect' | 'environment' | 'unknown'
  /** For `dialect`: the engines that take this side. */
  readonly dialects?: readonly DialectName[]
  /** The condition as written. */
  readonly condition: string
  /** Distinguishes the sides: operations with the same `id` and different `side` exclude each other. */
  readonly id: number
  readonly side: 'then' | 'else'
}

/** A loop around a statement that was not unrolled. */
export interface Loop {
  /** Rows of a query; a batch loop (until nothing is left); a list not known before it runs. */
  readonly over: 'rows' | 'batches' | 'unknown'
  /** Rows: the query that gave them had a LIMIT or a key bound. Batches: each turn touches a bounded part. */
  readonly bounded: boolean
  /** Each turn ends in a commit of its own. */
  readonly commits: boolean | 'unknown'
  readonly id: number
  /** Rows: the tables that were read. */
  readonly tables?: readonly Name[]
  /** Rows: the columns that were read, where they are named. */
  readonly columns?: readonly string[]
}

/** What surrounds an operation in the user's file. Absent members: nothing of the kind. */
export interface Context {
  readonly guards?: readonly Guard[]
  readonly branches?: readonly Branch[]
  readonly loops?: readonly Loop[]
  /** Inside which kind of block: a `catch` runs only when something failed; `do` is a PL/pgSQL DO block. */
  readonly block?: 'try' | 'catch' | 'finally' | 'do' | 'procedure'
  /** The segment of the transaction callback or manual transaction that is open around the call (see Statement.segment). */
  readonly enclosing?: number
  /** What happened to the promise of the call; absent for SQL text. */
  readonly awaited?: 'awaited' | 'returned' | 'collected' | 'dropped'
  /** Started beside others that one call waits for together (`Promise.all`): which call (its place), and the how-manieth of its list. */
  readonly together?: { readonly id: number; readonly item: number }
  /** It stands in the body of a routine of another text, which is called here: its name, and where it was created. */
  readonly routine?: { readonly name: string; readonly span: Span }
  /** Names in it may be others in the database: what the project makes of them on their way could not be read. */
  readonly unsureNames?: true
  /** It stands in another file than the program that was begun with: the call there that leads to it. */
  readonly calledAt?: Span
  /** Dropped: the call of the user's own asynchronous function whose promise nobody waits for, when the statement itself is awaited in it. */
  readonly droppedCall?: Span
  /** Dropped: all the same it stands in the queue of the migration's own connection, in its turn, when the call returns. */
  readonly inTurn?: true
}
