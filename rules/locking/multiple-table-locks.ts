import { defineRule, lockedBy, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'multiple-table-locks',
  title: 'Two tables locked in one transaction',
  severity: 'warning',
  profile: 'style',
  profileBecause: 'One transaction is what makes steps atomic; it goes wrong only where queries use both tables in the other order.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'A transaction keeps every lock until it ends. While it waits for the second table it keeps everybody from the first; and a query of the application that holds the second and wants the first is a deadlock, of which PostgreSQL ends one: the migration or the query.',
  instead: 'Change one table that is in use per transaction.',
  unless: 'The second table is created in the same migration or is temporary, or both changes are on one table.',
  sources: ['https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS'],
  covers: [70],
  equivalents: [
    'pgfence:wide-lock-window',
    'online_migrations:multiple_foreign_keys',
    'online_migrations:drop_table_multiple_foreign_keys',
  ],
  messages: {
    second:
      'This waits for {table} while the transaction keeps reads and writes from {held}: both stand still meanwhile, and a query that uses them the other way round is a deadlock.',
  },
  on: {
    script(at) {
      const { moments } = at.walk
      const said = new Set<string>()
      for (const moment of moments) {
        const { operation, cost, transaction } = moment
        if (cost.queues !== 'reads-and-writes' || said.has(transaction.key)) continue
        const held = transaction.held.filter(({ blocks }) => blocks === 'reads-and-writes')
        if (held.length === 0) continue
        const next = lockedBy(moment, moments).find(
          ({ name }) => name && !at.table(name, moment).fresh && !held.some(({ table }) => at.sameName(table, name)),
        )
        if (!next) continue
        said.add(transaction.key)
        const first = held[0]!
        at.report(
          operation,
          'second',
          { table: next.shown, held: showName(first.table) },
          { evidence: 'derived', related: [{ message: `${showName(first.table)} is locked here`, span: first.operation.span }] },
        )
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'second',
      sql: 'BEGIN;\nALTER TABLE orders ADD COLUMN note text;\nALTER TABLE users ADD COLUMN note text;\nCOMMIT;',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'One transaction each',
      sql: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;\nALTER TABLE users ADD COLUMN IF NOT EXISTS note text;',
    },
    {
      on: 'postgres',
      title: 'The second one is new',
      sql: 'BEGIN;\nALTER TABLE orders ADD COLUMN note text;\nCREATE TABLE notes (id bigint PRIMARY KEY);\nALTER TABLE notes ADD COLUMN body text;\nCOMMIT;',
    },
  ],
})
