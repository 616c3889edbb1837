import type { Column, Constraint, DataType, Expression, IndexKey } from '../ir/column.ts'
import type { Predicate } from '../ir/data.ts'
import type { Name } from '../ir/names.ts'
import type { Source } from '../ir/objects.ts'
import type { Bounds, CreateFunction, Parameter, PartitionBy } from '../ir/operation.ts'
import type { Span } from '../source/span.ts'
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
  /** The columns by which those values were found or chosen. */
  readonly decidedBy?: readonly string[]
  /** Other tables whose column of the same name was copied into it, and by which migration: with the row (INSERT … SELECT), or by itself (UPDATE … FROM). */
  readonly copies?: readonly { readonly from: Name; readonly born: Born; readonly by: 'insert' | 'update' }[]
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
  /** Where it is created, when a statement of its own does that. */
  readonly span?: Span
  /** MySQL, MariaDB: made with a foreign key that no index served. It outlives the key, and gives way to any index that begins with its columns. */
  readonly generated?: true
  /** Of a partitioned table: the indexes of partitions that were attached to it. */
  readonly attached?: readonly Name[]
}

export interface ConstraintState {
  readonly constraint: Constraint
  readonly validated: boolean
  /** The migration that added it. */
  readonly born: Born
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
  /** By what it is partitioned; absent where it is not, or that was not read. */
  readonly partitionBy?: PartitionBy
  /** Of a partition: the rows that it takes, where they were read. */
  readonly bounds?: Bounds
  readonly isDefaultPartition?: true
  /** MySQL ENGINE, SQLite STRICT …, upper-case option to value. */
  readonly options: Readonly<Record<string, string>>
  /** False when its creation was not read, or something opaque touched it: absence of a column or index then proves nothing. */
  readonly complete: boolean
  /** A checkpoint: CREATE TABLE … AS SELECT or INSERT … SELECT copied these tables into it. */
  readonly copyOf: readonly Name[]
  /** Rows were written to it by the history (INSERT, COPY). */
  readonly hasRows: boolean
  /** The migration that took every row out of it, while none was written since; absent: none did. */
  readonly emptied?: { readonly born: Born; readonly by: 'truncate' | 'delete' }
  /** PostgreSQL: storage parameters by lower-case name; absent while none is set. */
  readonly settings?: ReadonlyMap<string, TableSetting>
  /** PostgreSQL: row-level security; absent: off. */
  readonly rowSecurity?: 'on' | 'forced'
  readonly policies?: readonly { readonly name: string; readonly permissive: boolean; readonly command: string }[]
  /** Roles that were granted something on it. */
  readonly grants?: readonly string[]
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

/** A storage parameter, and the statement that set it. */
export interface TableSetting {
  readonly value: string
  readonly born: Born
  readonly span: Span
}

/** One of the functions that share a name. */
export interface Overload {
  /** Absent: not read. */
  readonly parameters?: readonly Parameter[]
  readonly returns?: string
  /** Lower case. */
  readonly language?: string
  readonly volatility: FunctionState['volatility']
  readonly procedure: boolean
  /** The statement that made it, where calls are followed into its body. */
  readonly source?: Source
  /** Tables, views and types that its body names. */
  readonly uses: readonly Name[]
  readonly columns: readonly string[]
  /** Columns that its body names as the ones that it writes. */
  readonly writes?: NonNullable<CreateFunction['writes']>
  readonly born: Born
}

/** The functions of one name; `volatility`, `constant` and `born` are those of the last that was made. */
export interface FunctionState {
  readonly name: Name
  readonly volatility: 'immutable' | 'stable' | 'volatile' | 'unknown'
  readonly constant: boolean
  readonly born: Born
  readonly overloads: readonly Overload[]
}

export interface ViewState {
  readonly name: Name
  readonly materialized: boolean
  readonly uses: readonly Name[]
  /** Columns of those that its query names. */
  readonly columns: readonly string[]
  /** Its query gives every column of a table. */
  readonly star: boolean
  /** The names of its own columns; undefined where they were not all written. */
  readonly outputs: readonly string[] | undefined
  /** What keeps writes from passing through to its table; false: nothing does. Absent: not known. */
  readonly refusesWrites?: string | false
  /** Not every column of it is one of a table. */
  readonly computes?: true
  /** Materialized: it can be read. */
  readonly populated: boolean
  readonly grants?: readonly string[]
  readonly indexes: readonly IndexState[]
  readonly born: Born
}

export interface TriggerState {
  readonly name: string
  readonly table: Name
  readonly function?: Name
  /** What its own body names (MySQL, SQLite). */
  readonly uses?: readonly Name[]
  readonly columns?: readonly string[]
  readonly deferred?: true
  /** What fires it, row by row; absent: not known, or once for a statement. */
  readonly firesOn?: readonly ('insert' | 'update' | 'delete')[]
  /** The columns of UPDATE OF; absent: an UPDATE of any column fires it. */
  readonly updateOf?: readonly string[]
  readonly born: Born
}
