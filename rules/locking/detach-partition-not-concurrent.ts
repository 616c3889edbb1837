import { defineRule, type Name, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'detach-partition-not-concurrent',
  title: 'Partition detached while the whole table waits',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'Every query on every partition queues behind it, and there is a way without that.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'DETACH PARTITION locks the partitioned table against reads and writes. The work is short, the wait for the lock need not be: it waits for every query that runs on any partition, and every later query on any of them waits behind it.',
  instead: 'ALTER TABLE … DETACH PARTITION … CONCURRENTLY (PostgreSQL 14 and later), alone in a migration that runs outside a transaction.',
  unless:
    'The table or the partition is created in the same migration; a DEFAULT partition is there, beside which PostgreSQL refuses CONCURRENTLY; the server is older than 14.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION'],
  covers: [243],
  equivalents: [
    'squawk:require-concurrent-partition-detach',
    'pgfence:detach-partition',
    'pgsafe:detach-partition-non-concurrent',
    'safe-migrate:blocking-partition-mutation',
    'safemigrate-lint:concurrent-partition-detach-required',
  ],
  messages: {
    locks:
      'Detaching {partition} waits for all queries on {table}, and meanwhile reads and writes of every partition of {table} wait behind it.',
    refused: {
      text: 'DETACH PARTITION {partition} CONCURRENTLY fails: PostgreSQL refuses that while {table} has a DEFAULT partition ({default}).',
      severity: 'error',
      help: 'Detach it without CONCURRENTLY, with a lock_timeout set.',
    },
  },
  on: {
    detachPartition(detach, at) {
      const rest = defaultOf(detach.table, at)
      const slots = { partition: showName(detach.partition), table: showName(detach.table) }
      if (detach.concurrently && rest) at.report(detach, 'refused', { ...slots, default: showName(rest.name) }, { evidence: 'replayed' })
      if (detach.concurrently || rest || !at.atLeast(14)) return
      if (at.table(detach.table).fresh || at.table(detach.partition).fresh) return
      at.report(detach, 'locks', slots, { evidence: 'derived' })
    },
  },
  bad: [
    { on: 'postgres', says: 'locks', sql: 'ALTER TABLE events DETACH PARTITION events_2020;' },
    {
      on: 'postgres',
      says: 'refused',
      title: 'Beside a DEFAULT partition',
      history: [
        "CREATE TABLE events (id bigint, day date NOT NULL) PARTITION BY RANGE (day);\nCREATE TABLE events_2020 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');\nCREATE TABLE events_rest PARTITION OF events DEFAULT;",
      ],
      sql: 'ALTER TABLE events DETACH PARTITION events_2020 CONCURRENTLY;',
    },
  ],
  good: [
    { on: 'postgres', sql: 'ALTER TABLE events DETACH PARTITION events_2020 CONCURRENTLY;' },
    { on: 'postgres', title: 'No other way before 14', version: '13', sql: 'ALTER TABLE events DETACH PARTITION events_2020;' },
    {
      on: 'postgres',
      title: 'A partition that was attached just now',
      sql: 'CREATE TABLE events_2020 PARTITION OF events FOR VALUES FROM (0) TO (10);\nALTER TABLE events DETACH PARTITION events_2020;',
    },
  ],
})

/** The DEFAULT partition of a table, as far as history shows one. */
function defaultOf(table: Name, at: Pick<Site, 'before' | 'sameName'>) {
  for (const other of at.before.tables.values())
    if (other.isDefaultPartition && other.partitionOf && at.sameName(other.partitionOf, table)) return other
  return undefined
}
