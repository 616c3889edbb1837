import type { Name } from './names.ts'

/** What stands on the other side of a comparison. */
export type Operand = 'constant' | 'parameter' | 'column' | 'subquery' | 'limited-subquery' | 'expression'

/** One of the AND-ed parts of a WHERE clause. */
export interface Term {
  /** The column of the target table that is compared; undefined for anything more complicated. */
  readonly column: string | undefined
  readonly operator:
    | '='
    | '<>'
    | '<'
    | '<='
    | '>'
    | '>='
    | 'in'
    | 'not in'
    | 'between'
    | 'is null'
    | 'is not null'
    | 'like'
    | 'exists'
    | 'other'
  readonly operand: Operand | undefined
  /** How many values an IN list has. */
  readonly count?: number
  readonly sql: string
}

/** A WHERE clause. `terms` are AND-ed; an OR at the top is one `other` term. */
export interface Predicate {
  readonly sql: string
  readonly terms: readonly Term[]
  /** Every column named in it. */
  readonly columns: readonly string[]
}

/** `SET column = value`. */
export interface Assignment {
  readonly column: string
  readonly value: 'constant' | 'parameter' | 'column' | 'subquery' | 'expression' | 'null' | 'default'
  /** Columns of any table that the value is computed from. */
  readonly columns: readonly string[]
  /** String literals in the value (an enum value that is used). */
  readonly literals: readonly string[]
  /** The new value is made of the old one by arithmetic or by putting texts together: each run changes it again. */
  readonly accumulates?: true
}

/** What a query reads, as far as rules ask. */
export interface Query {
  readonly tables: readonly Name[]
  readonly columns: readonly string[]
  readonly where: Predicate | undefined
  readonly limited: boolean
  /** PostgreSQL: WITH queries give it its rows, or some of them; how many those read is not told. */
  readonly indirect?: true
  /** It skips rows before those that it gives. */
  readonly offset?: true
  readonly orderedBy?: readonly string[]
  /** It gives every column: `*` or `t.*` stands in its list. */
  readonly star?: true
  /** MySQL and SQLite: what its list gives, in order: the name of a column, `*`, or null for what is computed. Absent in a union. */
  readonly selected?: readonly (string | null)[]
  readonly locking: boolean
  readonly functions: readonly string[]
  /** Only aggregates are selected (COUNT, MIN, EXISTS): a check, not a read of the rows. */
  readonly aggregate: boolean
  readonly literals: readonly string[]
}
