import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'index-never-attached',
  title: 'Index of a partitioned table that stays invalid',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'Nothing fails: queries go on without the index.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'CREATE INDEX ON ONLY a partitioned table makes an index without content, which becomes valid when an index of every partition is attached to it. Until then no query uses it, a unique one forbids nothing, and partitions to come get theirs while those that are there stay without.',
  instead: 'Build the index CONCURRENTLY on each partition, then ALTER INDEX … ATTACH PARTITION for each.',
  unless: 'It is in the newest migration: the next ones may attach.',
  sources: ['https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE'],
  covers: [34],
  equivalents: [],
  messages: {
    invalid: 'No later migration attaches an index of {partitions} to {index} of {table}: it stays invalid, and no query uses it.',
  },
  on: {
    history(at) {
      const newest = at.migrations.at(-1)?.position ?? -1
      const tables = [...at.final.tables.values()]
      for (const { name, indexes, complete } of tables) {
        for (const index of indexes) {
          if (!index.only || !index.span || !complete || index.born < 0 || index.born >= newest) continue
          const partitions = tables.filter((table) => table.partitionOf && at.sameName(table.partitionOf, name) && table.born <= index.born)
          // A partition that came after has its index by itself.
          const missing = partitions.filter(
            (table) => !table.indexes.some((own) => index.attached?.some((attached) => attached.name === own.name)),
          )
          if (missing.length === 0) continue
          const slots = {
            index: index.name ?? 'the index',
            table: showName(name),
            partitions: missing.map((table) => showName(table.name)).join(', '),
          }
          at.report(index.span, 'invalid', slots, { migration: index.born, evidence: 'replayed' })
        }
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'invalid',
      history: [
        "CREATE TABLE events (id bigint, day date NOT NULL) PARTITION BY RANGE (day);\nCREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
      ],
      sql: 'CREATE INDEX events_day ON ONLY events (day);',
      files: { 'migrations/003_later.sql': 'CREATE TABLE shops (id bigint PRIMARY KEY);' },
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Attached by a later migration',
      history: [
        "CREATE TABLE events (id bigint, day date NOT NULL) PARTITION BY RANGE (day);\nCREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
      ],
      sql: 'CREATE INDEX events_day ON ONLY events (day);',
      files: {
        'migrations/003_later.sql':
          'CREATE INDEX CONCURRENTLY events_2024_day ON events_2024 (day);\nALTER INDEX events_day ATTACH PARTITION events_2024_day;',
      },
    },
  ],
})
