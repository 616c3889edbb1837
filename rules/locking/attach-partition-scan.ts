import { defineRule, type Name, type Operation, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'attach-partition-scan',
  title: 'Partition attached while every row of it is read',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Reads and writes wait for a scan, and a CHECK made beforehand spares it.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'ATTACH PARTITION reads every row of the table that it attaches, to see that it belongs there, and builds the indexes that it lacks; reads and writes of that table wait meanwhile, before PostgreSQL 12 those of the whole partitioned table. A DEFAULT partition is read as well, whenever a partition is attached or created, since a row of the new one may lie there.',
  instead:
    'Add a CHECK with the partition’s bounds (and IS NOT NULL of its key) to the table first, NOT VALID, VALIDATE it in a later migration, then attach, and drop the CHECK.',
  unless:
    'The table is created in the same migration, or a validated CHECK of it proves the bounds; the DEFAULT partition has a validated CHECK that leaves them out.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-ATTACH-PARTITION'],
  covers: [242],
  equivalents: ['pgfence:attach-partition', 'pgsafe:attach-partition', 'safe-migrate:blocking-partition-mutation'],
  messages: {
    scans: 'Reads and writes of {waiting} wait while every row of {partition} is read, to see that it belongs to {table}.',
    unproven: {
      text: 'Reads and writes of {waiting} wait while every row of {partition} is read, unless its CHECK proves that all belong to {table}.',
      severity: 'warning',
      help: 'PostgreSQL believes a validated CHECK that states the bounds, column by column, and one that the key IS NOT NULL.',
    },
    builds: {
      text: 'Reads and writes of {partition} wait while an index of {table} that it lacks is built on it.',
      help: 'Build the same index on {partition} with CREATE INDEX CONCURRENTLY first: it is then attached as it is.',
    },
    default: {
      text: 'Reads and writes of {default} wait while every row of it is read: one that belongs to the new partition makes this fail.',
      severity: 'warning',
      help: 'Add a CHECK to {default} that leaves the new partition’s rows out, NOT VALID, VALIDATE it in a later migration, then go on.',
    },
  },
  on: {
    attachPartition(attach, at) {
      const isNew = at.table(attach.table).fresh
      if (!isNew)
        defaultRead(attach, attach.table, at, (other) => at.report(attach, 'default', { default: other }, { evidence: 'replayed' }))
      if (at.table(attach.partition).fresh) return
      const [table, partition] = [showName(attach.table), showName(attach.partition)]
      const slots = { table, partition, waiting: at.cost.blocks === 'reads-and-writes' && !isNew ? `${table} and ${partition}` : partition }
      if (at.cost.scans === true) at.report(attach, 'scans', slots, { evidence: 'derived', grows: attach.partition })
      else if (at.cost.scans === 'unknown') at.report(attach, 'unproven', slots, { evidence: 'derived' })
      else if (at.cost.buildsIndex === true)
        at.report(attach, 'builds', { table, partition }, { evidence: 'replayed', grows: attach.partition })
    },
    createTable(created, at) {
      if (!created.partitionOf || at.table(created.partitionOf).fresh) return
      defaultRead(created, created.partitionOf, at, (other) => at.report(created, 'default', { default: other }, { evidence: 'replayed' }))
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'scans',
      sql: "ALTER TABLE events ATTACH PARTITION events_2020 FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');",
    },
    {
      on: 'postgres',
      says: 'unproven',
      title: 'A CHECK that does not say that the key is never NULL',
      history: [
        'CREATE TABLE events (id bigint, day date) PARTITION BY RANGE (day);\nCREATE TABLE events_2020 (id bigint, day date);',
        "ALTER TABLE events_2020 ADD CONSTRAINT bounds CHECK (day >= '2020-01-01' AND day < '2021-01-01') NOT VALID;",
        'ALTER TABLE events_2020 VALIDATE CONSTRAINT bounds;',
      ],
      sql: "ALTER TABLE events ATTACH PARTITION events_2020 FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');",
    },
    {
      on: 'postgres',
      says: 'builds',
      title: 'An index that the partition lacks',
      history: [
        'CREATE TABLE events (id bigint, day date NOT NULL) PARTITION BY RANGE (day);\nCREATE INDEX events_id ON events (id);\nCREATE TABLE events_2020 (id bigint, day date NOT NULL);',
        "ALTER TABLE events_2020 ADD CONSTRAINT bounds CHECK (day >= '2020-01-01' AND day < '2021-01-01') NOT VALID;",
        'ALTER TABLE events_2020 VALIDATE CONSTRAINT bounds;',
      ],
      sql: "ALTER TABLE events ATTACH PARTITION events_2020 FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');",
    },
    {
      on: 'postgres',
      says: 'default',
      title: 'A DEFAULT partition is read as well',
      history: [
        'CREATE TABLE events (id bigint, day date NOT NULL) PARTITION BY RANGE (day);\nCREATE TABLE events_rest PARTITION OF events DEFAULT;',
      ],
      sql: "CREATE TABLE events_2020 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');",
    },
    {
      on: 'postgres',
      says: 'scans',
      title: 'A live table becomes the first partition of a new one',
      history: ['CREATE TABLE events (id bigint, day date NOT NULL);'],
      sql: "BEGIN;\nSET LOCAL lock_timeout = '5s';\nCREATE TABLE all_events (id bigint, day date NOT NULL) PARTITION BY RANGE (day);\nALTER TABLE all_events ATTACH PARTITION events FOR VALUES FROM (MINVALUE) TO ('2030-01-01');\nCOMMIT;",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Proven by a CHECK of an earlier migration',
      history: [
        'CREATE TABLE events (id bigint, day date NOT NULL) PARTITION BY RANGE (day);\nCREATE TABLE events_2020 (id bigint, day date NOT NULL);',
        "ALTER TABLE events_2020 ADD CONSTRAINT bounds CHECK (day >= '2020-01-01' AND day < '2021-01-01') NOT VALID;",
        'ALTER TABLE events_2020 VALIDATE CONSTRAINT bounds;',
      ],
      sql: "ALTER TABLE events ATTACH PARTITION events_2020 FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');\nALTER TABLE events_2020 DROP CONSTRAINT bounds;",
    },
    {
      on: 'postgres',
      title: 'A new partition',
      sql: "CREATE TABLE events_2020 (id bigint, day date NOT NULL);\nALTER TABLE events ATTACH PARTITION events_2020 FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');",
    },
  ],
})

/** Calls back with the DEFAULT partition of the parent, when that is read and was there before. */
function defaultRead(operation: Operation, parent: Name, at: Pick<Site, 'cost' | 'table' | 'sameName'>, say: (name: string) => void): void {
  for (const { table, scans } of at.cost.others) {
    const isItself = operation.kind === 'attachPartition' && at.sameName(table, operation.partition)
    if (!scans || isItself || at.sameName(table, parent)) continue
    const { fresh, state } = at.table(table)
    if (state?.isDefaultPartition && !fresh) say(showName(table))
  }
}
