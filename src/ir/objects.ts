import type { Span } from '../source/span.ts'
import type { Base } from './base.ts'
import type { Constraint, DataType, Expression } from './column.ts'
import type { Query } from './data.ts'
import type { Name } from './names.ts'

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
  readonly position?: { readonly before: string } | { readonly after: string }
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
  /** The names of its columns; undefined where one is not written: `*`, an expression without a name. */
  readonly outputs?: readonly string[]
  /** PostgreSQL: what in its query keeps writes from passing through to its table (`a join`); false: nothing does. Absent: not known. */
  readonly refusesWrites?: string | false
  /** PostgreSQL: not every column of it is one of a table. */
  readonly computes?: true
  /** MySQL: the user whose privileges it runs with. */
  readonly definer?: string
  readonly securityInvoker?: true
  /** False: a materialized view that cannot be read before its first REFRESH. */
  readonly withData?: false
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
  /** False: emptied, and refuses to be read. */
  readonly withData?: false
}
export interface Parameter {
  readonly name: string | undefined
  /** The type as SQL. */
  readonly type: string
  readonly mode: 'in' | 'out' | 'inout' | 'variadic' | 'table'
  /** It has a default. */
  readonly optional: boolean
}
/** A statement of the history that is read again. */
export interface Source {
  readonly sql: string
  readonly span: Span
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
  /** Columns that its body names, as far as it was read. */
  readonly columns?: readonly string[]
  /** Those that an INSERT or UPDATE of its body names as the ones that it writes, where that was read. */
  readonly writes?: readonly { readonly table: Name; readonly column: string }[]
  /** Absent: not read. */
  readonly parameters?: readonly Parameter[]
  /** The type as SQL; absent for a procedure and where parameters say it. */
  readonly returns?: string
  /** The statement itself, where calls in later texts are followed into the body. */
  readonly source?: Source
  /** Absent: the engine's default (PostgreSQL the caller's rights, MySQL those of the definer). */
  readonly security?: 'definer' | 'invoker'
  /** SET clauses: lower-case name to value. */
  readonly settings?: Readonly<Record<string, string>>
  /** MySQL: the user whose privileges it runs with, where it is written. */
  readonly definer?: string
  /** MySQL: what it says of its body; binary logging asks for one of these. */
  readonly dataAccess?: 'deterministic' | 'no sql' | 'reads sql data' | 'none'
}
export interface DropFunction extends Base<'dropFunction'> {
  readonly name: Name
  readonly procedure: boolean
  /** The types that tell it from others of its name, as SQL; absent: none were written. */
  readonly parameters?: readonly string[]
  readonly ifExists: boolean
  readonly cascade: boolean
}
export interface CreateTrigger extends Base<'createTrigger'> {
  readonly name: string
  readonly table: Name
  readonly function?: Name
  readonly orReplace: boolean
  /** What fires it, row by row; absent where it was not read, or it fires once for a statement. */
  readonly firesOn?: readonly ('insert' | 'update' | 'delete')[]
  /** UPDATE OF: only where one of these columns is set. */
  readonly updateOf?: readonly string[]
  /** PostgreSQL: a constraint trigger that waits for COMMIT. */
  readonly deferred?: true
  /** MySQL: the user whose privileges it runs with, where it is written. */
  readonly definer?: string
  /** Tables that its own body names, beside the table it stands on. */
  readonly uses?: readonly Name[]
  /** Columns that its WHEN, its OF list or its own body names. */
  readonly columns?: readonly string[]
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
/** What a statement of another kind is about, as far as rules ask. */
export type StatementDetails =
  | {
      readonly about: 'grant'
      readonly revoke: boolean
      /** Upper case; `ALL` for all. Empty for the membership in a role. */
      readonly privileges: readonly string[]
      readonly on: 'table' | 'all-tables' | 'schema' | 'database' | 'function' | 'sequence' | 'role' | 'defaults' | 'other'
      readonly objects: readonly Name[]
      /** Roles; `PUBLIC` for everyone. */
      readonly to: readonly string[]
      readonly grantOption: boolean
    }
  | {
      readonly about: 'policy'
      readonly action: 'create' | 'alter' | 'drop'
      readonly permissive: boolean
      /** `ALL`, `SELECT`, `INSERT`, `UPDATE`, `DELETE`. */
      readonly command: string
      readonly using: Expression | undefined
      readonly check: Expression | undefined
    }
  | {
      readonly about: 'sequence'
      readonly type: DataType | undefined
      readonly restart: boolean
      readonly ownedBy: { readonly table: Name; readonly column: string } | undefined
    }
  /** Never the password itself. */
  | { readonly about: 'role'; readonly password: 'none' | 'literal' | 'hash' | 'placeholder'; readonly superuser: boolean }
  | { readonly about: 'publication'; readonly allTables: boolean; readonly tables: readonly Name[] }
  | { readonly about: 'attribute'; readonly type: Name; readonly action: 'add' | 'drop' | 'alter'; readonly cascade: boolean }
  | {
      readonly about: 'function'
      readonly name: Name
      readonly settings: Readonly<Record<string, string>>
      readonly security: 'definer' | 'invoker' | undefined
    }
/** A statement that we understand and that neither changes tables nor touches rows: GRANT, policies, roles, publications, statistics, OWNER TO … */
export interface OtherStatement extends Base<'otherStatement'> {
  /** Upper case, as the engine spells it: `CREATE POLICY`, `GRANT`. */
  readonly command: string
  readonly name: Name | undefined
  /** RENAME TO: the new name. */
  readonly to?: string
  readonly table?: Name
  readonly ifExists?: boolean
  readonly ifNotExists?: boolean
  /** Roles that must be there for it: neither PUBLIC nor whoever runs it, nor one that it creates. */
  readonly roles?: readonly string[]
  readonly details?: StatementDetails
}
export interface Comment extends Base<'comment'> {
  readonly on: string
  readonly name: Name | undefined
  readonly column?: string
}
