import { defineRule, dropsNothing } from '../../src/rule/define.ts'

export default defineRule({
  id: 'drop-index-not-concurrent',
  title: 'Index dropped under an exclusive lock',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'Every query on the table queues behind it.',
  since: '0.1.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'DROP INDEX takes ACCESS EXCLUSIVE on the index and its table. The work is short, the wait for the lock need not be: while it waits behind a long query, every later query on the table waits behind it.',
  instead: 'Use DROP INDEX CONCURRENTLY, alone in a migration that runs outside a transaction.',
  unless:
    'The index or its table is created in the same migration. The index of a constraint cannot be dropped concurrently. IF EXISTS of an index that the whole history does not know drops nothing.',
  sources: ['https://www.postgresql.org/docs/current/sql-dropindex.html'],
  covers: [32],
  equivalents: ['squawk:require-concurrent-index-deletion', 'atlas:PG102', 'strong_migrations:remove_index'],
  messages: {
    refused: {
      text: 'DROP INDEX CONCURRENTLY {index} fails: PostgreSQL refuses that for the index of a partitioned table.',
      severity: 'error',
      help: 'Drop it without CONCURRENTLY, with a lock_timeout set: the indexes of all partitions go with it.',
    },
    locks: 'Dropping index {index} takes an exclusive lock on its table: reads and writes queue behind it until it is through.',
  },
  on: {
    dropIndex(index, at) {
      const owner = at.indexOwner(index)
      if (index.concurrently) {
        if (owner?.table.partitioned) at.report(index, 'refused', { index: index.name.name }, { evidence: 'replayed' })
        return
      }
      if (owner?.table.fresh || owner?.table.partitioned || owner?.index?.constraint !== undefined) return
      if ((owner?.index && at.age(owner.index.born) !== 'existing') || dropsNothing(at, at)) return
      at.report(index, 'locks', { index: index.name.name }, { evidence: 'derived' })
    },
  },
  bad: [
    { on: 'postgres', says: 'locks', sql: 'DROP INDEX orders_user;' },
    {
      on: 'postgres',
      says: 'refused',
      title: 'The index of a partitioned table',
      history: ['CREATE TABLE events (id bigint, day date) PARTITION BY RANGE (day);\nCREATE INDEX events_day ON events (day);'],
      sql: 'DROP INDEX CONCURRENTLY events_day;',
    },
  ],
  good: [
    { on: 'postgres', sql: 'DROP INDEX CONCURRENTLY orders_user;' },
    {
      on: 'postgres',
      title: 'An index of this migration',
      sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);\nCREATE INDEX orders_user ON orders (user_id);\nDROP INDEX orders_user;',
    },
  ],
})
