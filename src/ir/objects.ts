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
