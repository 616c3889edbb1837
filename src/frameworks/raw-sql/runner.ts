import type { Ambient } from '../../ir/migration.ts'
import type { DialectName } from '../../ir/names.ts'
import type { RunnerOptions } from '../framework.ts'

/** Who runs the files, as far as their names and marks tell. */
export type Runner =
  | 'psql'
  | 'golang-migrate'
  | 'bun'
  | 'sqlx'
  | 'diesel'
  | 'folders'
  | 'atlas'
  | 'goose'
  | 'sql-migrate'
  | 'dbmate'
  | 'flyway'
  | 'postgres-migrations'
  | 'node-pg-migrate'
  | 'wrangler'

/** How a runner sends a script. */
export interface Wrapping {
  readonly ambient: Ambient
  readonly because: string
  readonly assumed: boolean
  /** `file`: a whole script in one query string, so that PostgreSQL makes it one implicit transaction. */
  readonly sends: 'statements' | 'file'
}

interface Habit {
  readonly ambient: Ambient
  readonly because: string
  readonly assumed: boolean
  readonly sends: 'statements' | 'file'
}

/** What each runner does unless a file or the configuration says otherwise. */
const habits: Readonly<Record<Runner, Habit>> = {
  psql: {
    ambient: 'none',
    because: 'plain SQL files are taken to run statement by statement without a transaction, as psql -f and the mysql client do',
    assumed: true,
    sends: 'statements',
  },
  // https://github.com/golang-migrate/migrate: the drivers pass a file to one Exec. For SQLite see `golangMigrateOnSqlite`.
  'golang-migrate': {
    ambient: 'none',
    because: 'up/down pairs are taken to run as golang-migrate does: one file, one query string, no transaction of its own',
    assumed: true,
    sends: 'file',
  },
  // https://bun.uptrace.dev/guide/migrations.html, and go-pg/migrations before it: a transaction for files named .tx.up.sql, none for the others.
  bun: { ambient: 'migration', because: 'bun and go-pg run a file named .tx. in a transaction', assumed: false, sends: 'file' },
  // https://docs.rs/sqlx/latest/sqlx/migrate: each migration in a transaction unless it starts with `-- no-transaction`.
  sqlx: { ambient: 'migration', because: 'sqlx runs each migration in a transaction', assumed: false, sends: 'file' },
  // https://docs.rs/diesel_migrations: a transaction each, run_in_transaction in metadata.toml; the file is one batch_execute.
  diesel: { ambient: 'migration', because: 'diesel runs each migration in a transaction', assumed: false, sends: 'file' },
  folders: {
    ambient: 'migration',
    because: 'folders with up.sql are taken to run in a transaction each, as diesel and Hasura do',
    assumed: true,
    sends: 'file',
  },
  // https://atlasgo.io/versioned/apply#transaction-configuration: a transaction for each file, `-- atlas:txmode none` opts out.
  atlas: { ambient: 'migration', because: 'Atlas runs each file in a transaction', assumed: false, sends: 'statements' },
  // https://pressly.github.io/goose: each SQL migration in a transaction unless NO TRANSACTION; statements are sent one by one.
  goose: { ambient: 'migration', because: 'goose runs each migration in a transaction', assumed: false, sends: 'statements' },
  'sql-migrate': { ambient: 'migration', because: 'sql-migrate runs each migration in a transaction', assumed: false, sends: 'statements' },
  // https://github.com/amacneil/dbmate/issues/455: a block is one query string, with and without a transaction.
  dbmate: { ambient: 'migration', because: 'dbmate runs each migration in a transaction', assumed: false, sends: 'file' },
  // https://documentation.red-gate.com/flyway: each migration in a transaction; statements are sent one by one.
  flyway: { ambient: 'migration', because: 'Flyway runs each migration in a transaction', assumed: false, sends: 'statements' },
  'postgres-migrations': {
    ambient: 'migration',
    because: 'postgres-migrations runs each migration in a transaction',
    assumed: false,
    sends: 'file',
  },
  // https://developers.cloudflare.com/d1/sql-api/foreign-keys/: every query runs in a transaction, with foreign keys enforced.
  wrangler: {
    ambient: 'migration',
    because: 'wrangler sends each file to D1, which runs it in a transaction',
    assumed: false,
    sends: 'file',
  },
  'node-pg-migrate': {
    ambient: 'migration',
    because: 'files with Up and Down sections are taken to run in a transaction each, as node-pg-migrate does',
    assumed: true,
    sends: 'file',
  },
}

/** Unlike the others the sqlite drivers of golang-migrate begin a transaction: https://github.com/golang-migrate/migrate/tree/master/database/sqlite3 */
const golangMigrateOnSqlite: Habit = {
  ambient: 'migration',
  because: 'up/down pairs for SQLite are taken to run as golang-migrate does: one file, one transaction',
  assumed: true,
  sends: 'file',
}

/**
 * What surrounds a script. `optedOut` is the sentence part that tells how the file asks for no transaction; such a mark wins over the
 * configuration, as it does in the runners.
 */
export function wrappingOf(runner: Runner, optedOut: string | undefined, options: RunnerOptions, dialect: DialectName): Wrapping {
  const habit = runner === 'golang-migrate' && dialect === 'sqlite' ? golangMigrateOnSqlite : habits[runner]
  if (optedOut !== undefined) return { ambient: 'none', because: optedOut, assumed: false, sends: habit.sends }
  if (options.transaction === undefined) return habit
  const ambient: Ambient = options.transaction === 'all' ? 'all-pending' : options.transaction === 'each' ? 'migration' : 'none'
  return { ambient, because: `the configuration says runner.transaction is "${options.transaction}"`, assumed: false, sends: habit.sends }
}

/** Does this runner know downs, so that a migration without one lacks something? The others have them when a sibling has. */
export function runnerHasDowns(runner: Runner): boolean {
  return runner === 'goose' || runner === 'sql-migrate' || runner === 'dbmate' || runner === 'diesel' || runner === 'folders'
}

/** Does the connection on which this runner migrates a SQLite database enforce foreign keys? undefined: it is a matter of how the database is opened. */
export function foreignKeysOf(runner: Runner): boolean | undefined {
  // SqliteConnectOptions of sqlx enforces them by default, and D1 always; the sqlite driver of Atlas switches them off before its transaction (OpenTx).
  if (runner === 'sqlx' || runner === 'wrangler') return true
  return runner === 'atlas' ? false : undefined
}
