import type { Span } from '../source/span.ts'
import type { Operation } from './operation.ts'

/** The unit of locking: one statement as the database receives it. */
export interface Statement {
  /** The SQL as it is sent, when the user wrote SQL; undefined for builder calls. */
  readonly sql: string | undefined
  readonly span: Span
  /** Numbers the explicit transaction that the statement claims to run in (BEGIN … COMMIT, a transaction object). undefined: none. */
  readonly segment: number | undefined
  /** Statements with the same number travel in one query string: PostgreSQL runs several of them as one implicit transaction. */
  readonly batch: number | undefined
  readonly operations: readonly Operation[]
}

/**
 * What the runner opens around a script: one transaction for all pending migrations, one for this migration, one for the script's
 * text (a simple query with several statements), or nothing.
 */
export type Ambient = 'all-pending' | 'migration' | 'script' | 'none' | 'unknown'

export interface Script {
  readonly ambient: Ambient
  /** Why `ambient` is what it is, for `--verbose` and the list of assumptions: "sequelize-cli opens no transaction". */
  readonly ambientBecause: string
  /** True when `ambient` was assumed and nothing in the project says so. */
  readonly ambientAssumed: boolean
  /** The runner hands the script a transaction, and the script passes it on. */
  readonly handed?: true
  /** The runner refuses a script that holds statements that cannot run in a transaction beside statements that can (Flyway). */
  readonly refusesMixed?: true
  /** SQLite: does the connection that the runner hands over enforce foreign keys? Absent: nothing says so. */
  readonly foreignKeys?: boolean
  /** What the library sets on every connection before the script runs there: settings in lower case, and their values. */
  readonly session?: Readonly<Record<string, string>>
  readonly statements: readonly Statement[]
  /** Where the script's text is: the function, the file, the section. */
  readonly span: Span
  /** True for a script whose body only logs or resolves: it does nothing and looks as if it did. */
  readonly logsOnly?: boolean
}

/** A file of the project that a migration's program takes values from. */
export interface Import {
  readonly path: string
  /** The names that are taken; undefined: the module as a whole, or what it exports by default. */
  readonly names: readonly string[] | undefined
  readonly span: Span
}

export interface Migration {
  /** The name by which the runner records it. */
  readonly id: string
  /** Every file that its text came from; the first is where the migration itself stands. */
  readonly files: readonly string[]
  readonly up: Script
  /** undefined: there is none. An empty script: an empty down. */
  readonly down: Script | undefined
  /** True when this kind of migration can have a down here (a framework with down, siblings with downs). */
  readonly downExpected: boolean
  /** What the runner says before it starts no run at all in which this migration has no down; absent: it starts it. */
  readonly downRequired?: string
  /** What its file imports of the project, where it is a program. */
  readonly imports?: readonly Import[]
  /** SQL: the comments above its first statement. */
  readonly header?: { readonly text: string; readonly span: Span }
  /** Set when the file as a whole could not be read as a migration. */
  readonly unreadable?: string
  /** Why the runner would refuse the run as a whole, and where the file says so. What the migration says is read all the same. */
  readonly refused?: { readonly span: Span; readonly message: string }
}
