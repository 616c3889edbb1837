import { defineRule, dropsNothing, lockedBy, type Moment, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'missing-lock-timeout',
  title: 'Lock waited for without a limit',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'One long query makes the whole application wait; said once where a project never sets a limit.',
  since: '0.1.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'A statement that needs a strong lock waits for every query that uses the table, and while it waits every later query waits behind it. With no lock_timeout one long report stops the application for as long as it runs.',
  instead:
    "Set a limit on this connection first, SET lock_timeout = '5s' (SET LOCAL inside a transaction), and run the migration again when it gives up.",
  unless:
    'A lock_timeout, or a statement_timeout of at most a minute, is in force; the runner or the role sets one (configuration: "timeouts": "set-by-runner"); only new tables are touched.',
  sources: ['https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT'],
  covers: [50, 67, 71, 72, 285, 287, 288],
  equivalents: ['squawk:require-lock-timeout', 'eugene:E9'],
  messages: {
    unbounded:
      '{table} is locked with no lock_timeout in force: while this waits for the lock, every other {statement} on {table} waits behind it.',
    never:
      'No migration of this project sets a lock_timeout: {count} of the judged ones lock existing tables and may make every other query wait behind them.',
  },
  on: {
    script(at) {
      const { moments } = at.walk
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
  ],
})

function stops(blocks: Moment['cost']['blocks']): boolean {
  return blocks === 'writes' || blocks === 'reads-and-writes'
}
