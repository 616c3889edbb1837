import type { Blocks } from '../dialects/dialect.ts'
import type { FrameworkName } from '../frameworks/framework.ts'
import type { DialectName } from '../ir/names.ts'
import type { OperationKind } from '../ir/operation.ts'
import type { Place } from './outcome.ts'

/** What an operation is to whoever reviews it. `steers`: settings, transactions, locks by hand, maintenance. */
export type Effect = 'creates' | 'alters' | 'destroys' | 'writes' | 'reads' | 'steers' | 'unknown'

/** Whether a way back exists. `lossy`: the shape comes back, values do not. `not-needed`: nothing is left to undo. */
export type RollbackKind = 'reversible' | 'lossy' | 'forward-only' | 'not-needed' | 'unknown'

export interface Rollback {
  readonly kind: RollbackKind
  /** Why, as a sentence without its full stop. */
  readonly because: string
}

/** One operation in words, and what its row of the facts says. */
export interface ReportedOperation {
  readonly kind: OperationKind
  /** What it does, as a sentence about the migration: `adds column note (text) to orders`. */
  readonly does: string
  readonly effect: Effect
  readonly tables: readonly string[]
  /** What it touches was made by this migration, or ships with it, or is temporary: nobody waits. */
  readonly fresh: boolean
  /** MySQL and MariaDB. */
  readonly algorithm?: string
  readonly rewrites: boolean | 'unknown'
  readonly scans: boolean | 'unknown'
  readonly because?: string
  /** Where the costs are from. */
  readonly cite: string
  /** Why the database would refuse it, when replay is certain of that. */
  readonly conflict?: string
  readonly rollback: Rollback
}

/** A lock that a statement takes on a table that others use. */
export interface ReportedLock {
  readonly table: string
  /** As the engine names it. */
  readonly lock: string
  /** What waits for as long as the statement works. */
  readonly blocks: Blocks
  /** What queues behind it while it waits for its lock. */
  readonly queues: Blocks
  /** The statement, counted from 0, after which it is let go: the last of its transaction. */
  readonly until: number
}

export interface ReportedStatement extends Place {
  /** As the user wrote it, cut where it is long. */
  readonly text: string
  /** Statements with the same number run in one transaction; absent: on its own. */
  readonly transaction?: number
  readonly operations: readonly ReportedOperation[]
  readonly locks: readonly ReportedLock[]
}

/** One line of the schema before and after; `kept` lines are the tables that the others belong to. */
export interface SchemaLine {
  readonly change: 'added' | 'removed' | 'kept'
  readonly text: string
  /** True for a part of a table, which stands below it. */
  readonly part: boolean
}

/** What one judged migration does, for whoever reviews it. All of it is about `up`, but `rollback`. */
export interface ReportedMigration {
  readonly id: string
  readonly file: string
  readonly framework: FrameworkName
  readonly dialect: DialectName
  readonly serverVersion: string
  readonly statements: readonly ReportedStatement[]
  /** Further statements that are not described: the migration is too long. */
  readonly more: number
  readonly down: 'written' | 'none' | 'idle' | 'refuses'
  /** The worst of its operations. */
  readonly rollback: RollbackKind
  readonly schema: readonly SchemaLine[]
}
