import type { Span } from '../source/span.ts'
import type { Column, Constraint, ConstraintKind, DataType, Expression, IndexKey } from './column.ts'
import type { Context } from './context.ts'
import type { Assignment, Predicate, Query } from './data.ts'
import type { Name } from './names.ts'

interface Base<K extends string> {
  readonly kind: K
  /** The part of the user's file that says this: the clause, or the whole call. */
  readonly span: Span
  readonly context?: Context
}

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
  readonly inherits?: readonly Name[]
  readonly partitionOf?: Name
  readonly partitioned: boolean
  /** ENGINE=, ROW_FORMAT=, STRICT, WITHOUT ROWID …: upper-case option to value. */
  readonly options: Readonly<Record<string, string>>
}
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
}
export interface AttachPartition extends Base<'attachPartition'> {
  readonly table: Name
  readonly partition: Name
  readonly isDefault: boolean
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
}
export interface SetDefault extends Base<'setDefault'> {
  readonly table: Name
  readonly column: string
  readonly default: Expression
}
export interface DropDefault extends Base<'dropDefault'> {
  readonly table: Name
  readonly column: string
}
export interface SetNotNull extends Base<'setNotNull'> {
  readonly table: Name
  readonly column: string
}
export interface DropNotNull extends Base<'dropNotNull'> {
  readonly table: Name
  readonly column: string
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

// Types
export interface CreateType extends Base<'createType'> {
  readonly name: Name
  readonly form: 'enum' | 'composite' | 'range' | 'base' | 'shell'
  readonly labels: readonly string[]
}
export interface DropType extends Base<'dropType'> {
  readonly name: Name
  readonly ifExists: boolean
  readonly cascade: boolean
}
export interface RenameType extends Base<'renameType'> {
  readonly name: Name
  readonly to: Name
}
export interface AddEnumValue extends Base<'addEnumValue'> {
  readonly type: Name
  readonly value: string
  readonly ifNotExists: boolean
}
export interface RenameEnumValue extends Base<'renameEnumValue'> {
  readonly type: Name
  readonly value: string
  readonly to: string
}
export interface CreateDomain extends Base<'createDomain'> {
  readonly name: Name
  readonly base: DataType
  readonly notNull: boolean
  readonly default: Expression | undefined
  readonly checks: readonly Constraint[]
}
export interface AlterDomain extends Base<'alterDomain'> {
  readonly name: Name
  readonly action: string
  readonly constraint?: Constraint
}

// Other objects
export interface CreateView extends Base<'createView'> {
  readonly name: Name
  readonly materialized: boolean
  readonly orReplace: boolean
  readonly ifNotExists: boolean
  readonly query: Query
}
export interface DropView extends Base<'dropView'> {
  readonly name: Name
  readonly materialized: boolean
  readonly ifExists: boolean
  readonly cascade: boolean
}
export interface RefreshMaterializedView extends Base<'refreshMaterializedView'> {
  readonly name: Name
  readonly concurrently: boolean
}
export interface CreateFunction extends Base<'createFunction'> {
  readonly name: Name
  readonly procedure: boolean
  readonly orReplace: boolean
  readonly language: string | undefined
  readonly volatility: 'immutable' | 'stable' | 'volatile' | 'unknown'
  /** An SQL function whose body is one constant. */
  readonly constant: boolean
  /** Tables and types that its body depends on, as far as it was read. Its statements are not run by the migration. */
  readonly uses: readonly Name[]
  /** Static string literals in an SQL-standard or SQL body (checked at creation). */
  readonly literals: readonly string[]
}
export interface DropFunction extends Base<'dropFunction'> {
  readonly name: Name
  readonly procedure: boolean
  readonly ifExists: boolean
  readonly cascade: boolean
}
export interface CreateTrigger extends Base<'createTrigger'> {
  readonly name: string
  readonly table: Name
  readonly function?: Name
  readonly orReplace: boolean
}
export interface DropTrigger extends Base<'dropTrigger'> {
  readonly name: string
  /** MySQL and SQLite do not name it. */
  readonly table: Name | undefined
  readonly ifExists: boolean
}
export interface CreateSchema extends Base<'createSchema'> {
  readonly name: string
  readonly ifNotExists: boolean
}
export interface DropSchema extends Base<'dropSchema'> {
  readonly name: string
  readonly ifExists: boolean
  readonly cascade: boolean
}
export interface RenameSchema extends Base<'renameSchema'> {
  readonly name: string
  readonly to: string
}
export interface CreateSequence extends Base<'createSequence'> {
  readonly name: Name
  readonly ifNotExists: boolean
}
export interface DropSequence extends Base<'dropSequence'> {
  readonly name: Name
  readonly ifExists: boolean
}
export interface CreateExtension extends Base<'createExtension'> {
  readonly name: string
  readonly ifNotExists: boolean
}
export interface DropExtension extends Base<'dropExtension'> {
  readonly name: string
  readonly ifExists: boolean
}
/** A statement that we understand and that neither changes tables nor touches rows: GRANT, policies, roles, publications, statistics, OWNER TO … */
export interface OtherStatement extends Base<'otherStatement'> {
  /** Upper case, as the engine spells it: `CREATE POLICY`, `GRANT`. */
  readonly command: string
  readonly name: Name | undefined
  readonly table?: Name
  readonly ifExists?: boolean
  readonly ifNotExists?: boolean
}
export interface Comment extends Base<'comment'> {
  readonly on: string
  readonly name: Name | undefined
  readonly column?: string
}

// Rows
export interface Insert extends Base<'insert'> {
  readonly table: Name
  readonly columns: readonly string[]
  readonly source: 'values' | 'select' | 'default'
  /** Rows written when `source` is 'values'; undefined when a builder got a list that is not known. */
  readonly rows: number | undefined
  readonly query?: Query
  readonly onConflict: boolean
  /** String literals inserted. */
  readonly literals: readonly string[]
}
export interface Update extends Base<'update'> {
  readonly table: Name
  readonly set: readonly Assignment[]
  readonly where: Predicate | undefined
  readonly from: readonly Name[]
  readonly limited: boolean
  readonly orderedBy?: readonly string[]
}
export interface Delete extends Base<'delete'> {
  readonly table: Name
  readonly where: Predicate | undefined
  readonly using: readonly Name[]
  readonly limited: boolean
  readonly orderedBy?: readonly string[]
}
/** One statement empties all its tables together. */
export interface Truncate extends Base<'truncate'> {
  readonly tables: readonly Name[]
  readonly cascade: boolean
}
export interface Select extends Base<'select'> {
  readonly query: Query
}
/** COPY, LOAD DATA, MERGE, REPLACE … SELECT and the like. */
export interface WriteRows extends Base<'writeRows'> {
  readonly command: string
  readonly table: Name
  readonly query?: Query
}
export interface Call extends Base<'call'> {
  readonly function: Name
}

// Session and transaction
export interface SetVariable extends Base<'setVariable'> {
  /** Lower case: `lock_timeout`, `foreign_key_checks`, `pragma foreign_keys`. */
  readonly name: string
  /** undefined: RESET or DEFAULT. */
  readonly value: string | undefined
  readonly scope: 'session' | 'local' | 'global'
}
export interface Transaction extends Base<'transaction'> {
  readonly action: 'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'rollback-to' | 'prepare' | 'other'
}
export interface LockTable extends Base<'lockTable'> {
  readonly tables: readonly Name[]
  readonly mode: string
}
/** VACUUM, ANALYZE, CLUSTER, OPTIMIZE, REPAIR, CHECK TABLE. */
export interface Maintain extends Base<'maintain'> {
  readonly command: string
  readonly tables: readonly Name[]
  readonly full: boolean
}
export interface CreateDatabase extends Base<'createDatabase'> {
  readonly name: string
}
export interface DropDatabase extends Base<'dropDatabase'> {
  readonly name: string
}

// The program around the SQL
/** The migration refuses to run: a `throw` that is always reached, RAISE EXCEPTION. */
export interface Refuse extends Base<'refuse'> {
  readonly message: string | undefined
}
/** A value from outside the file stands unescaped in this statement's text. */
export interface Interpolate extends Base<'interpolate'> {
  readonly expression: string
  readonly reason: 'parameter' | 'row' | 'environment' | 'call' | 'unknown'
}
/** A word of syntax or a type in this statement that the declared engine, or this version of it, does not have. */
export interface Unsupported extends Base<'unsupported'> {
  /** What is not there: `IF NOT EXISTS on ADD COLUMN`. */
  readonly feature: string
  /** Who has it: `MariaDB`, `PostgreSQL 18`. */
  readonly availableIn: string
}
/** A builder call whose SQL depends on what exists: the framework lowers it during replay. */
export interface Unresolved extends Base<'unresolved'> {
  readonly framework: string
  readonly method: string
  readonly table: Name | undefined
  /** What `lower` needs, plain data that only the framework's room reads. */
  readonly details: unknown
}
export type OpaqueReason = 'syntax' | 'dynamic-sql' | 'unknown-method' | 'unsupported' | 'budget' | 'encoding'
/** Something ran here and we could not read it. Never treated as harmless. */
export interface Opaque extends Base<'opaque'> {
  readonly because: OpaqueReason
  /** One sentence for the user: the parser's message, the method's name. */
  readonly detail: string
  /** The tables it touches, when at least that is known. */
  readonly tables?: readonly Name[]
}

export type Operation =
  | CreateTable
  | DropTable
  | RenameTable
  | AlterTable
  | AttachPartition
  | DetachPartition
  | AddColumn
  | DropColumn
  | RenameColumn
  | AlterColumnType
  | ModifyColumn
  | SetDefault
  | DropDefault
  | SetNotNull
  | DropNotNull
  | AddConstraint
  | DropConstraint
  | ValidateConstraint
  | RenameConstraint
  | CreateIndex
  | DropIndex
  | RenameIndex
  | AttachIndex
  | Reindex
  | CreateType
  | DropType
  | RenameType
  | AddEnumValue
  | RenameEnumValue
  | CreateDomain
  | AlterDomain
  | CreateView
  | DropView
  | RefreshMaterializedView
  | CreateFunction
  | DropFunction
  | CreateTrigger
  | DropTrigger
  | CreateSchema
  | DropSchema
  | RenameSchema
  | CreateSequence
  | DropSequence
  | CreateExtension
  | DropExtension
  | OtherStatement
  | Comment
  | Insert
  | Update
  | Delete
  | Truncate
  | Select
  | WriteRows
  | Call
  | SetVariable
  | Transaction
  | LockTable
  | Maintain
  | CreateDatabase
  | DropDatabase
  | Refuse
  | Interpolate
  | Unsupported
  | Unresolved
  | Opaque

export type OperationKind = Operation['kind']
export type OperationOf<K extends OperationKind> = Extract<Operation, { readonly kind: K }>
