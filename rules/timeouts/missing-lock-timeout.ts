import {
  defineRule,
  dropsNothing,
  isStructural,
  lockedBy,
  type Moment,
  type ScriptSite,
  showName,
  tablesOf,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'missing-lock-timeout',
  title: 'Lock waited for without a limit',
  severity: 'warning',
  profile: 'safety',
  profileBecause:
    'One long query makes the whole application wait; said once where a project never sets a limit. On MySQL and MariaDB, where few set one and short changes wait as long, only under style.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'A statement that needs a strong lock waits for every query that uses the table, and while it waits every later query waits behind it. With no lock_timeout (MySQL and MariaDB: lock_wait_timeout) one long report stops the application for as long as it runs.',
  instead:
    "Set a limit on this connection first, SET lock_timeout = '5s' (SET LOCAL inside a transaction), and run the migration again when it gives up.",
  unless:
    'A lock_timeout, or a statement_timeout of at most a minute, is in force, in the script or by the options of the connection (`lock_timeout: 5000` beside its `host`); the runner or the role sets one (configuration: "timeouts": "set-by-runner"); only new tables are touched.',
  sources: [
    'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT',
    'https://dev.mysql.com/doc/refman/8.4/en/metadata-locking.html',
  ],
  covers: [50, 67, 71, 72, 105, 285, 287, 288, 292],
  equivalents: ['squawk:require-lock-timeout', 'eugene:E9', 'strong_migrations:check_lock_timeout', 'strong_migrations:lock_wait_timeout'],
  messages: {
    unbounded:
      '{table} is locked with no lock_timeout in force: while this waits for the lock, every other {statement} on {table} waits behind it.',
    never:
      'No migration of this project sets a lock_timeout: {count} of the judged ones lock existing tables and may make every other query wait behind them.',
    metadata: {
      text: '{table} is locked with no lock_wait_timeout in force: while this waits for the queries that use the table, every later one waits behind it, for {longest} if need be.',
      profile: 'style',
      help: 'SET SESSION lock_wait_timeout = 5 first, on the same connection, and run the migration again when it gives up.',
    },
    metadataNever: {
      text: 'No lock_wait_timeout is in force where {count} of the judged migrations lock existing tables: while one waits for a long query, every later query waits behind it.',
      profile: 'style',
      help: 'SET SESSION lock_wait_timeout = 5 first, on the same connection, and run the migration again when it gives up.',
    },
  },
  on: {
    script(at) {
      const { moments } = at.walk
      if (at.dialect !== 'postgres') {
        const waiting = at.says('metadata') ? moments.find((moment) => waitsForTable(moment, at)) : undefined
        const table = waiting && tablesOf(waiting.operation)[0]
        if (!waiting || !table) return
        const slots = { table: showName(table), longest: at.dialect === 'mysql' ? 'a year' : 'a day' }
        at.report(waiting.operation, 'metadata', slots, { evidence: 'derived', oncePerRun: { message: 'metadataNever' } })
        return
      }
      for (const moment of moments) {
        const { operation, cost } = moment
        if (moment.session.waitsBounded || moment.transaction.open === 'unknown') continue
        const own = stops(cost.queues) ? lockedBy(moment, moments).map((one) => ({ ...one, blocks: cost.queues })) : []
        const others = cost.others.map(({ table, blocks }) => ({ name: table, shown: showName(table), blocks }))
        const locked = [...own, ...others].find(({ name, blocks }) => stops(blocks) && !(name && at.table(name, moment).fresh))
        // DROP COLUMN locks the table whether or not the column is there.
        if (!locked || (operation.kind !== 'dropColumn' && dropsNothing(moment, at))) continue
        const statement = locked.blocks === 'writes' ? 'write' : 'query'
        at.report(
          operation,
          'unbounded',
          { table: locked.shown, statement },
          { evidence: 'derived', oncePerRun: { message: 'never', unless: 'timeouts-set' } },
        )
        return
      }
    },
  },
  bad: [
    { on: 'postgres', says: 'unbounded', sql: 'ALTER TABLE orders ADD COLUMN note text;' },
    {
      on: 'postgres',
      says: 'unbounded',
      title: 'Set too late',
      sql: "ALTER TABLE orders ADD COLUMN note text;\nSET lock_timeout = '5s';",
    },
    { on: 'mysql', says: 'metadata', profile: 'style', sql: 'ALTER TABLE orders ADD COLUMN note TEXT NULL;' },
  ],
  good: [
    { on: 'postgres', sql: "SET lock_timeout = '5s';\nALTER TABLE orders ADD COLUMN note text;" },
    {
      on: 'postgres',
      title: 'Only a new table',
      sql: 'CREATE TABLE notes (id bigint PRIMARY KEY);\nALTER TABLE notes ADD COLUMN body text;',
    },
    {
      on: 'postgres',
      title: 'Built concurrently',
      sql: 'DROP INDEX CONCURRENTLY IF EXISTS orders_note;\nCREATE INDEX CONCURRENTLY orders_note ON orders (note);',
    },
    { on: 'mysql', profile: 'style', sql: 'SET SESSION lock_wait_timeout = 5;\nALTER TABLE orders ADD COLUMN note TEXT NULL;' },
    {
      on: 'mariadb',
      profile: 'style',
      title: 'The statement says how long it waits',
      sql: 'ALTER TABLE orders WAIT 5 ADD COLUMN note TEXT NULL;',
    },
  ],
})

/** MySQL: does it wait for every transaction that has used a table which was there before? */
function waitsForTable(moment: Moment, at: ScriptSite): boolean {
  const { operation, cost, session } = moment
  if (!isStructural(operation) || !cost.commits || session.waitsBounded || dropsNothing(moment, at)) return false
  if (operation.kind === 'createTable' || operation.kind === 'createView' || operation.kind === 'createFunction') return false
  return tablesOf(operation).some((name) => !at.table(name, moment).fresh)
}

function stops(blocks: Moment['cost']['blocks']): boolean {
  return blocks === 'writes' || blocks === 'reads-and-writes'
}
