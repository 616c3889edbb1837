import type { Column, Constraint, DataType, Expression, IndexKey } from '../ir/column.ts'
import type { Predicate } from '../ir/data.ts'
import type { Name } from '../ir/names.ts'
import type { PersistentMap } from './persistent-map.ts'

/** When something came to be: the position of the migration in the replayed history, and -1 for what was there before it. */
export type Born = number

export interface ColumnState {
  readonly column: Column
  readonly born: Born
  /** The migration in which rows of an existing table were given a value for this column (UPDATE … SET it); undefined: never seen. */
  readonly filled: Born | undefined
  /** The columns that those rows were computed from. */
  readonly filledFrom: readonly string[]
}

export interface IndexState {
  readonly name: string | undefined
  readonly keys: readonly IndexKey[]
  readonly unique: boolean
  readonly where: Predicate | undefined
  readonly method: string | undefined
  /** Built CONCURRENTLY without a guard may be left INVALID. */
  readonly only: boolean
  readonly born: Born
  /** The constraint that owns it, if one does. */
  readonly constraint: string | undefined
}

export interface ConstraintState {
  readonly constraint: Constraint
  readonly validated: boolean
  /** The migration, and the transaction in it (an opaque key), that added or validated it. */
  readonly born: Born
  readonly validatedIn: { readonly migration: Born; readonly transaction: string } | undefined
}

export interface Table {
  readonly name: Name
  readonly columns: PersistentMap<ColumnState>
  readonly indexes: readonly IndexState[]
  readonly constraints: readonly ConstraintState[]
  readonly born: Born
  readonly temporary: boolean
  readonly partitioned: boolean
  readonly partitionOf: Name | undefined
  /** MySQL ENGINE, SQLite STRICT …, upper-case option to value. */
  readonly options: Readonly<Record<string, string>>
  /** False when its creation was not read, or something opaque touched it: absence of a column or index then proves nothing. */
  readonly complete: boolean
  /** A checkpoint: CREATE TABLE … AS SELECT or INSERT … SELECT copied these tables into it. */
  readonly copyOf: readonly Name[]
  /** Rows were written to it by the history (INSERT, COPY). */
  readonly hasRows: boolean
}

export interface TypeState {
  readonly name: Name
  readonly form: 'enum' | 'composite' | 'range' | 'base' | 'shell' | 'domain'
  /** Enum labels in order, each with its birth and transaction. */
  readonly labels: readonly { readonly value: string; readonly born: Born; readonly transaction: string }[]
  readonly domain?: {
    readonly base: DataType
    readonly notNull: boolean
    readonly constrained: boolean
    readonly default: Expression | undefined
  }
  readonly born: Born
  /** The transaction in which it was created, as in ConstraintState. */
  readonly transaction: string
}

export interface FunctionState {
  readonly name: Name
  readonly volatility: 'immutable' | 'stable' | 'volatile' | 'unknown'
  readonly constant: boolean
  readonly born: Born
}

export interface ViewState {
  readonly name: Name
  readonly materialized: boolean
  readonly uses: readonly Name[]
  readonly indexes: readonly IndexState[]
  readonly born: Born
}

export interface TriggerState {
  readonly name: string
  readonly table: Name
}
