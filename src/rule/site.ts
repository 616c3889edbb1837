import type { Blocks, Cost, EncodingChange, Refusal, TypeChange, Version } from '../dialects/dialect.ts'
import type { ProjectFacts } from '../frameworks/framework.ts'
import type { DataType, Expression } from '../ir/column.ts'
import type { Migration, Script, Statement } from '../ir/migration.ts'
import type { DialectName, Name } from '../ir/names.ts'
import type { Operation } from '../ir/operation.ts'
import type { Difference } from '../schema/diff.ts'
import type { Schema } from '../schema/schema.ts'
import type { Born, ColumnState, IndexState, Table, TypeState } from '../schema/table.ts'
import type { Span } from '../source/span.ts'
import type { Evidence, Profile, Related, Severity } from './finding.ts'

/** How old an object is when the judged statement runs. `this-batch`: born in another file that ships together with this one. */
export type Age = 'this-migration' | 'this-batch' | 'existing'

/** A lock that an earlier statement of the same transaction took on a table that exists and is live. */
export interface HeldLock {
  readonly table: Name
  readonly blocks: Blocks
  readonly lock: string
  readonly operation: Operation
}

/** The transaction that a statement effectively runs in: what the engine holds, not what the file claims. */
export interface TransactionState {
  readonly open: 'yes' | 'no' | 'unknown'
  /** Who opened it: the runner, the file (BEGIN, a transaction object), or the query string that several statements share. */
  readonly by: 'runner' | 'file' | 'batch' | undefined
  /** The same key means the same transaction. A statement outside any has a key of its own. */
  readonly key: string
  /** The runner holds one transaction over all pending migrations. */
  readonly acrossMigrations: boolean
  /** True when nothing in the project says so and the runner's usual behaviour was assumed. */
  readonly assumed: boolean
  readonly held: readonly HeldLock[]
}

/** What SET, PRAGMA and the runner left in force for a statement. */
export interface SessionState {
  /** PostgreSQL: true when lock_timeout > 0, or statement_timeout between 1 ms and 60 s, is in force on this connection now. */
  readonly waitsBounded: boolean
  /** Settings by lower-case name, as set by this script on this connection. */
  readonly settings: ReadonlyMap<string, string>
}

/** One operation at the moment it runs. */
export interface Moment<O extends Operation = Operation> {
  readonly operation: O
  readonly statement: Statement
  /** Position of the statement in its script, from 0. */
  readonly index: number
  readonly before: Schema
  readonly after: Schema
  readonly cost: Cost
  readonly transaction: TransactionState
  readonly session: SessionState
  /** Why the database would refuse it in this schema ("column x does not exist"), when replay is certain of that. */
  readonly conflict: string | undefined
}

/** One direction of one migration, walked. */
export interface Walk {
  readonly direction: 'up' | 'down'
  readonly script: Script
  readonly moments: readonly Moment[]
  readonly before: Schema
  readonly after: Schema
}

/** How large a table is where the statistics were taken. */
export interface TableSize {
  readonly rows: number
  /** With its indexes; undefined: the engine does not tell. */
  readonly bytes?: number | undefined
}

/** A table as rules ask about it; there is always one, known or not. */
export interface TableView {
  readonly name: Name
  readonly state: Table | undefined
  readonly age: Age
  /** Its definition was read whole: absence of a column, index or constraint means that there is none. */
  readonly known: boolean
  readonly temporary: boolean
  readonly partitioned: boolean
  /** Created by this very migration, or empty because it is temporary: nobody waits for it. Same as age !== 'existing' || temporary. */
  readonly fresh: boolean
  /** From surefoot.stats.json; undefined: not known. */
  readonly size: TableSize | undefined
}

export interface ReportOptions<Messages extends string = string> {
  /** Overrides the rule's severity for this finding. */
  readonly severity?: Severity
  /** Overrides the rule's `instead` for this finding. */
  readonly help?: string
  readonly related?: readonly Related[]
  readonly evidence?: Evidence
  /** The harm grows with the rows of this table: where its size is known, the severity follows it, and where it was just emptied, or can hold one row only, there is none. */
  readonly grows?: Name
  /**
   * Two findings or more of the rule that name this message become one, with `{count}` filled with the number of those that it stands
   * for. `unless`: each is said on its own after all where a migration of the history, or the runner, sets a timeout.
   */
  readonly oncePerRun?: { readonly message: Messages; readonly unless?: 'timeouts-set' }
  /**
   * Kept only when, after the last migration of the history, the table (or its column) is there, or is not, or the column does not take all of these
   * values: a later one may bring back what is missed.
   */
  readonly atEnd?:
    | { readonly table: Name; readonly column?: string; readonly is: 'there' | 'absent' }
    | { readonly table: Name; readonly column: string; readonly lacks: readonly string[] }
}

/** What every handler is given, whatever it judges. */
export interface BaseSite<Messages extends string = string, Options = unknown> {
  readonly dialect: DialectName
  readonly version: Version
  /** Is the server this version or later? `at.atLeast(8, 0, 29)`. */
  atLeast(...version: number[]): boolean
  readonly framework: 'sequelize' | 'typeorm' | 'prisma' | 'knex' | 'drizzle' | 'raw-sql'
  readonly profile: Profile
  readonly options: Options
  readonly migration: Migration
  /** This migration's place in the history: compare with Born. */
  readonly position: Born
  /** How many migrations the history has, later ones included. */
  readonly migrations: number
  /** How old something born then is, seen from this migration. */
  age(born: Born): Age
  sameName(a: Name, b: Name): boolean
  sameColumn(a: string, b: string): boolean
  /** Where the application's own code (model, entity, schema.prisma) still declares the table, or the column of it. */
  declared(table: Name, column?: string): { readonly file: string; readonly model: string } | undefined
  /** The models that a file of the application declares, or the files beside it where it is an index of them. */
  modelsIn(file: string): readonly string[]
  /** Does this run say that message? Not when its profile is stricter: what only leads to it need not be worked out then. */
  says(message: Messages): boolean
  report(
    where: Span | { readonly span: Span },
    message: Messages,
    slots: Readonly<Record<string, string | number>>,
    options?: ReportOptions<Messages>,
  ): void
}

/** What a handler of one operation is given. */
export interface Site<O extends Operation = Operation, Messages extends string = string, Options = unknown>
  extends BaseSite<Messages, Options>,
    Moment<O> {
  readonly direction: 'up' | 'down'
  /** The whole script, for what comes earlier and later in it. */
  readonly walk: Walk
  /** Moments before and after this one in the same script, in order; operations of the same statement included. */
  readonly earlier: readonly Moment[]
  readonly later: readonly Moment[]
  /** The other scripts' walk: in `down`, the walk of `up`. */
  readonly up: Walk
  table(name: Name): TableView
  /** The column as it is just before this operation; undefined when it is not known (ask `table(name).known` whether that means absent). */
  column(table: Name, column: string): ColumnState | undefined
  type(name: Name): TypeState | undefined
  /** Indexes of the table just before, primary key and unique constraints' included, whose first keys are these columns (any order for unique ones). */
  indexesLeading(table: Name, columns: readonly string[]): readonly IndexState[]
  /** The table of an index that is dropped or renamed, and the index, as far as history shows them. */
  indexOwner(index: {
    readonly name: Name
    readonly table?: Name
    readonly columns?: readonly string[]
  }): { readonly table: TableView; readonly index: IndexState | undefined } | undefined
  /** Is a value computed anew for each row? Folded through casts and operators; asks the dialect, then CREATE FUNCTION in history. */
  volatility(expression: Expression): 'constant' | 'stable' | 'volatile' | 'unknown'
  /** With `at` what stands on that column, and its character set, are looked at too. */
  typeChange(from: DataType, to: DataType, at?: { readonly table: Name; readonly column: string }): TypeChange
  /** How this operation changes the encoding of a column that is called so before and `now` after it. */
  encodingChange(table: Name, column: string, now?: string): EncodingChange | undefined
  /** Why the server refuses this operation: types and keys that do not fit each other. */
  refusals(): readonly Refusal[]
  /** "JSONB is a PostgreSQL type", when this engine or version lacks the type. */
  missingType(type: DataType): string | undefined
  /** The cost of the statement as if these clauses of it (`ALGORITHM`, `LOCK`) were not written. */
  costWithout(actions: readonly string[]): Cost
  /** A CHECK (column IS NOT NULL), whole or an AND part, on the table just before. */
  notNullCheck(table: Name, column: string): { readonly name: string | undefined; readonly validated: boolean } | undefined
}

/** What a handler of a whole script (`up` or `down`) is given. */
export interface ScriptSite<Messages extends string = string, Options = unknown> extends BaseSite<Messages, Options> {
  readonly direction: 'up' | 'down'
  readonly walk: Walk
  readonly up: Walk
  /** The view of a table as it is before the given moment. */
  table(name: Name, moment: Moment): TableView
  /** What changing a column's type does to a column that nothing stands on. */
  typeChange(from: DataType, to: DataType, before: Schema): TypeChange
  /** Indexes of the table when the script has run whose first keys are these columns. */
  indexesAfter(table: Name, columns: readonly string[]): readonly IndexState[]
}

/** What a handler of a whole migration is given: both directions and what they leave. */
export interface MigrationSite<Messages extends string = string, Options = unknown> extends BaseSite<Messages, Options> {
  readonly up: Walk
  readonly down: Walk | undefined
  /** How the schema after up and down differs from the schema before: what `down` does not undo. Empty when there is no down. */
  readonly leftover: readonly Difference[]
  /** `up` walked again from where `down` leaves the database; undefined when there is no down. Walked when asked. */
  readonly redo: Walk | undefined
  table(name: Name, moment: Moment): TableView
}

/** A migration of a history, as a handler of the whole history sees it. */
export interface HistoryEntry {
  /** The name by which the runner records and orders it. */
  readonly id: string
  readonly path: string
  readonly position: Born
  readonly judged: boolean
  /** The exported class or member, where one file holds several. */
  readonly exportName?: string
  /** Raw SQL: the tool whose files these are (`flyway`, `goose`, `dbmate`, `diesel`, `pair`, `plain`). */
  readonly convention?: string
  /** Run again whenever it changes, after all others (Flyway's R__ scripts). */
  readonly repeatable?: true
  /** The migration before it that makes the runner pass over this one (Drizzle's journal dates them the other way round). */
  readonly overtakenBy?: string
}

/** What a branch does to migrations that its base has. */
export interface HistoryChanges {
  /** `sameMeaning`: what `up` does is the same; spaces, comments or the way back differ. */
  readonly edited: readonly { readonly id: string; readonly path: string; readonly sameMeaning: boolean }[]
  /** Ids of those that are not there any more. */
  readonly deleted: readonly string[]
  /** Ids of those that the base does not have. */
  readonly added: readonly string[]
  /** The id of the last migration of the base that is still there; undefined: it has none. */
  readonly newestInBase: string | undefined
}

/** What a handler of a whole history is given, when the last of its migrations has been replayed. */
export interface HistorySite<Messages extends string = string, Options = unknown>
  extends Pick<
    BaseSite<Messages, Options>,
    'dialect' | 'version' | 'atLeast' | 'framework' | 'profile' | 'options' | 'sameName' | 'sameColumn' | 'says'
  > {
  /** The schema after the last migration. */
  readonly final: Schema
  /** In the order in which they run; `position` is what Born counts. */
  readonly migrations: readonly HistoryEntry[]
  readonly facts: ProjectFacts
  /** undefined: not compared with a base (neither --since nor --staged). */
  readonly changes: HistoryChanges | undefined
  /**
   * Files a finding under the migration of that position; one about a migration that is not judged is left out. `whole`: it is about the
   * history or the project, and is filed under the newest migration.
   */
  report(
    where: Span | { readonly span: Span },
    message: Messages,
    slots: Readonly<Record<string, string | number>>,
    options: ReportOptions<Messages> & { readonly migration: Born | 'whole' },
  ): void
}
