import type { Base } from './base.ts'
import type { Column, Constraint, ConstraintKind, DataType, Expression, IndexKey } from './column.ts'
import type { Predicate, Query } from './data.ts'
import type { Name } from './names.ts'

// Tables
export interface CreateTable extends Base<'createTable'> {
  readonly table: Name
  readonly columns: readonly Column[]
  readonly constraints: readonly Constraint[]
  /** Keys written inside a MySQL CREATE TABLE, or indexes that a builder creates with the table. */
  readonly indexes: readonly InlineIndex[]
  readonly ifNotExists: boolean
  readonly temporary: boolean
  readonly unlogged?: boolean
  /** CREATE TABLE … AS. */
  readonly as?: Query
  /** CREATE TABLE … LIKE / (LIKE …). */
  readonly like?: Name
  /** PostgreSQL: what LIKE copies beside the columns, upper case: `ALL`, `INDEXES`, `DEFAULTS`. */
  readonly likeIncluding?: readonly string[]
  readonly inherits?: readonly Name[]
  /** SQLite: a module makes it, and gives it columns of its own beside those that are named. */
  readonly virtual?: true
  readonly partitionOf?: Name
  /** With `partitionOf`: the rows that it takes; absent for the DEFAULT partition and where they could not be read. */
  readonly bounds?: Bounds
  readonly isDefaultPartition?: true
  readonly partitioned: boolean
  readonly partitionBy?: PartitionBy
  /** ENGINE=, ROW_FORMAT=, STRICT, WITHOUT ROWID …: upper-case option to value. */
  readonly options: Readonly<Record<string, string>>
  /** PostgreSQL: the storage parameters among them, lower-case name to value. */
  readonly settings?: Readonly<Record<string, string>>
}
/** By what a table is partitioned. An expression among the keys names its columns. */
export interface PartitionBy {
  readonly strategy: 'range' | 'list' | 'hash'
  readonly columns: readonly string[]
}
/** The rows of a partition, as SQL: from (inclusive) to (exclusive), a list of values, or a remainder. */
export type Bounds =
  | { readonly from: readonly string[]; readonly to: readonly string[] }
  | { readonly in: readonly string[] }
  | { readonly modulus: number; readonly remainder: number }
export interface InlineIndex {
  readonly name: string | undefined
  readonly keys: readonly IndexKey[]
  readonly unique: boolean
  readonly method?: string
  readonly where?: Predicate
}
export interface DropTable extends Base<'dropTable'> {
  readonly table: Name
  readonly ifExists: boolean
  readonly cascade: boolean
  readonly temporary?: boolean
}
export interface RenameTable extends Base<'renameTable'> {
  readonly table: Name
  readonly to: Name
}
/** A change of a table's properties that is not one of its parts: `action` is the upper-case clause (`ENABLE ROW LEVEL SECURITY`, `SET LOGGED`, `ENGINE`). */
export interface AlterTable extends Base<'alterTable'> {
  readonly table: Name
  readonly action: string
  readonly column?: string
  readonly value?: string
  /** MySQL PARTITION BY. */
  readonly partitionBy?: PartitionBy
}
export interface AttachPartition extends Base<'attachPartition'> {
  readonly table: Name
  readonly partition: Name
  readonly isDefault: boolean
  readonly bounds?: Bounds
}
export interface DetachPartition extends Base<'detachPartition'> {
  readonly table: Name
  readonly partition: Name
  readonly concurrently: boolean
}

// Columns
export interface AddColumn extends Base<'addColumn'> {
  readonly table: Name
  readonly column: Column
  readonly ifNotExists: boolean
  readonly position?: 'first' | { readonly after: string }
}
export interface DropColumn extends Base<'dropColumn'> {
  readonly table: Name
  readonly column: string
  readonly ifExists: boolean
  readonly cascade: boolean
}
export interface RenameColumn extends Base<'renameColumn'> {
  readonly table: Name
  readonly column: string
  readonly to: string
}
export interface AlterColumnType extends Base<'alterColumnType'> {
  readonly table: Name
  readonly column: string
  readonly type: DataType
  readonly using?: Expression
  readonly collation?: string
}
/** MySQL MODIFY and CHANGE: the whole column is stated anew, and what is not restated is lost. `column` is its old name. */
export interface ModifyColumn extends Base<'modifyColumn'> {
  readonly table: Name
  readonly column: string
  readonly to: Column
  readonly position?: 'first' | { readonly after: string }
  /** No row is read or written: libSQL's ALTER COLUMN … TO. */
  readonly definitionOnly?: true
}
export interface SetDefault extends Base<'setDefault'> {
  readonly table: Name
  readonly column: string
  readonly default: Expression
}
export interface DropDefault extends Base<'dropDefault'> {
  readonly table: Name
  readonly column: string
  /** The library writes it because the specification that it was given says nothing of a default. */
  readonly implied?: true
}
export interface SetNotNull extends Base<'setNotNull'> {
  readonly table: Name
  readonly column: string
}
export interface DropNotNull extends Base<'dropNotNull'> {
  readonly table: Name
  readonly column: string
  /** The library writes it because the specification that it was given says nothing of NULL. */
  readonly implied?: true
}

// Constraints
export interface AddConstraint extends Base<'addConstraint'> {
  readonly table: Name
  readonly constraint: Constraint
  readonly ifNotExists?: boolean
}
export interface DropConstraint extends Base<'dropConstraint'> {
  readonly table: Name
  /** undefined: DROP PRIMARY KEY. */
  readonly name: string | undefined
  readonly constraintKind?: ConstraintKind
  /** When a builder names the columns instead. */
  readonly columns?: readonly string[]
  readonly ifExists: boolean
  readonly cascade: boolean
}
export interface ValidateConstraint extends Base<'validateConstraint'> {
  readonly table: Name
  readonly name: string
}
export interface RenameConstraint extends Base<'renameConstraint'> {
  readonly table: Name
  readonly name: string
  readonly to: string
}

// Indexes
export interface CreateIndex extends Base<'createIndex'> {
  readonly table: Name
  readonly name: string | undefined
  readonly keys: readonly IndexKey[]
  readonly include?: readonly string[]
  readonly unique: boolean
  readonly concurrently: boolean
  readonly ifNotExists: boolean
  /** ON ONLY of a partitioned parent. */
  readonly only: boolean
  readonly where?: Predicate
  readonly method?: string
}
export interface DropIndex extends Base<'dropIndex'> {
  readonly name: Name
  /** Known in MySQL and from builders; PostgreSQL finds it in the schema. */
  readonly table?: Name
  readonly columns?: readonly string[]
  readonly concurrently: boolean
  readonly ifExists: boolean
  readonly cascade: boolean
}
export interface RenameIndex extends Base<'renameIndex'> {
  readonly name: Name
  readonly table?: Name
  readonly to: string
}
export interface AttachIndex extends Base<'attachIndex'> {
  readonly name: Name
  readonly partition: Name
}
export interface Reindex extends Base<'reindex'> {
  readonly target: 'index' | 'table' | 'schema' | 'database' | 'system'
  readonly name: Name | undefined
  readonly concurrently: boolean
}
