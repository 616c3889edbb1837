import type { Base } from './base.ts'
import type { Assignment, Predicate, Query } from './data.ts'
import type { Name } from './names.ts'

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
  /** The same for each of `columns`, where the values stand in the statement one by one. */
  readonly literalsOf?: readonly (readonly string[])[]
}
export interface Update extends Base<'update'> {
  readonly table: Name
  /** Empty: what is set is known to the running program alone. */
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
  /** The rows come from, or go to, a program that the server runs. */
  readonly program?: true
  /** The rows stand in a file of the server's machine. */
  readonly serverFile?: true
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
  /** The savepoint, where one is named. */
  readonly savepoint?: string
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
  /** The library throws, which nobody meant. Absent: the migration says so itself. */
  readonly by?: 'library'
}
/** The migration reaches outside the database, or does nothing for a while. Changes no schema. */
export interface External extends Base<'external'> {
  readonly what: 'network' | 'process' | 'timer'
  /** What is called, as written. */
  readonly expression: string
  /** The code goes on only when it is done. */
  readonly waits: boolean
}
/** The library brings the schema in line with the models: Sequelize's sync, TypeORM's synchronize. */
export interface SyncSchema extends Base<'syncSchema'> {
  /** Every table of a model is dropped first. */
  readonly force: boolean
}
/** A value from outside the file stands unescaped in this statement's text. */
export interface Interpolate extends Base<'interpolate'> {
  readonly expression: string
  readonly reason: 'parameter' | 'row' | 'environment' | 'call' | 'unknown'
  /** The columns whose values it is made of, when that is all it is made of. */
  readonly columns?: readonly { readonly tables: readonly Name[]; readonly column: string }[]
}
/** A word of syntax or a type in this statement that the declared engine, or this version of it, does not have. */
export interface Unsupported extends Base<'unsupported'> {
  /** What is not there: `IF NOT EXISTS on ADD COLUMN`. */
  readonly feature: string
  /** Who has it: `MariaDB`, `PostgreSQL 18`. */
  readonly availableIn: string
  /** It is a call of this function, which a migration may have made: lower case. */
  readonly function?: string
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
