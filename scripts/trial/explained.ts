/** Said of steps where one cannot be guarded and none takes anything away or builds on another: missing-transaction leaves those alone. */
const apart =
  'Sequelize has no guard for addColumn, and its steps do not hang together: a retry asks for a hand, nothing is lost or broken meanwhile.'

/** Said of a build CONCURRENTLY in a file whose statements travel together: there is no room for DROP INDEX CONCURRENTLY before it. */
const alone = 'The file has no room for a guard; that the retry fails aloud is the better of the two ways.'

const outside = 'No statement that reaches outside its database is sent to a server.'

/** Said of an example whose down alone tells what the column was. */
const madeUp = 'No migration makes the table: the one that is made up for the run has another column than down says.'

/**
 * Where a run and the rules differ and both are right: the example's name, as the trial prints it, and why. A reason stands here only when somebody has looked at
 * the run.
 */
const reasons: Readonly<Record<string, string>> = {
  'application-import, bad 1': 'The application gives TypeORM its entities; the process that runs its migrations here has none.',
  'concurrent-waits-for-itself, good 2': apart,
  'concurrent-in-transaction, good 1': alone,
  'prisma/shop, 20250301120000_index_article': alone,
  'raw-sql/diesel, 2025-03-11-140000_index_weight': alone,
  'enum-value-removed, good 2': 'The new labels come from rows, and those that are made up hold none that fits.',
  'down-rejects-new-rows, good 3': 'down() adds the CHECK as NOT VALID on purpose: rows that were written since may not stand it.',
  'enum-drop-type, good 1': 'up() makes the type only where it is missing, and down() leaves it for the next up().',
  'history-conflict, good 4':
    'The project maps its names with code of its own, which the process that runs its migrations here does not have.',
  'index-not-concurrent, good 3':
    'An index ON ONLY the parent is invalid until those of its partitions are attached, which is what later migrations do.',
  'index-never-attached, good 1': 'The migration after it attaches the index, which is invalid until then.',
  'mariadb: application-import, bad 2': 'The model is the application’s, which is not there.',
  'mariadb: binlog-routine, good 4': outside,
  'mariadb: charset-change, bad 2': 'MariaDB has no collation of that name.',
  'mariadb: drop-before-contract, bad 1': outside,
  'mariadb: explicit-lock-table, bad 5': outside,
  'mariadb: explicit-lock-table, good 3': 'A dump is read into an empty database: its rows are in the way of a second reading.',
  'mariadb: external-access, bad 2': 'The package that it calls out with is not installed here.',
  'mariadb: integrity-checks-off, bad 5': outside,
  'mariadb: irreversible-down, good 13': 'The copy of the rows has served: nothing needs it back.',
  'mariadb: set-not-null-scan, bad 8': madeUp,
  'mariadb: set-not-null-scan, good 6': madeUp,
  'mariadb: non-idempotent-ddl, good 4': 'One call of a builder is several statements: no rule looks into one call.',
  'mariadb: overbroad-grant, bad 1': outside,
  'mariadb: overbroad-grant, bad 2': outside,
  'mariadb: overbroad-grant, good 1': outside,
  'mariadb: overbroad-grant, good 2': outside,
  'mariadb: superuser-statement, bad 2': outside,
  'mariadb: unverified-backup, bad 1': outside,
  'n-plus-one-backfill, bad 1': 'No address that is made up has a comma.',
  'n-plus-one-backfill, good 1': 'No address that is made up has a comma.',
  'parallel-ddl, bad 1': apart,
  'rebuild-cascade, bad 4': 'One call of Sequelize is several statements on SQLite, in no transaction: no rule looks into one call.',
  'refresh-not-concurrent, good 2': 'Nobody can read the view before it is filled for the first time.',
  'superuser-statement, bad 1': outside,
  'superuser-statement, bad 3': outside,
  'superuser-statement, bad 4': 'The language is not installed there.',
  'transaction-not-passed, good 2':
    'The project starts Sequelize with continuation-local storage; the process that runs its migrations here starts it without.',
  'unfinished-transaction, good 1':
    'The file counts on a runner with a transaction around it; here none is, and what it leaves open is taken back.',
  'irreversible-down, bad 1': apart,
  'irreversible-down, good 5': apart,
  'missing-await, good 2': apart,
  'missing-await, good 3': apart,
  'rename-breaking, good 10': 'The table that it would drop where it is empty has rows there, and stays.',
  'sequence-stays-integer, good 3': 'The column has a sequence there, and the condition lets nothing run.',
  'table-rewrite, bad 4': 'No throwaway server has that tablespace.',
  'demo, 20240220110000-order-status.js': 'The demo has what only a run finds.',
  'demo, 20240225150000-tidy-notes.js':
    'The demo has a finding that a run refutes: the type of a column that CREATE TABLE AS makes is not known.',
  'typeorm/nest-mariadb, FillTotals1720000000000':
    'The application gives TypeORM its entities; the process that runs its migrations here has none.',
  'sequelize/guide-checkpoint, 20240212-add-badge.js':
    'The check of the guide passes on an empty table only, and brings the table back without its key.',
  'sequelize/guide-transform, 20240212-add-home-parts.js': apart,
  'sequelize/guide-transform, 20240330-split-home.js': 'No address that is made up has a comma.',
}

/** Why a run may speak against an example, on every engine or on this one (`pglite: …`); undefined: it may not. */
export function explained(bench: string, name: string): string | undefined {
  return reasons[`${bench}: ${name}`] ?? reasons[name]
}
