import { type Context, defineRule, dropsNothing, type Name, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'drop-index-not-concurrent',
  title: 'Index dropped under an exclusive lock',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'Every query on the table queues behind it.',
  since: '0.1.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'DROP INDEX takes ACCESS EXCLUSIVE on the index and its table. The work is short, the wait for the lock need not be: while it waits behind a long query, every later query on the table waits behind it. PostgreSQL refuses CONCURRENTLY for several indexes at once, with CASCADE and for the index of a partitioned table, and the index of a constraint however it is dropped.',
  instead: 'Use DROP INDEX CONCURRENTLY, alone in a migration that runs outside a transaction.',
  unless:
    'The index or its table is created in the same migration, or the table is dropped in it too. IF EXISTS of an index that the whole history does not know and the script makes clears the way for it.',
  sources: ['https://www.postgresql.org/docs/current/sql-dropindex.html'],
  covers: [32, 35],
  equivalents: ['squawk:require-concurrent-index-deletion', 'atlas:PG102', 'strong_migrations:remove_index'],
  messages: {
    constraint: {
      text: 'Dropping index {index} fails: PostgreSQL refuses that while the constraint {constraint} of {table} stands on it.',
      severity: 'error',
      help: 'ALTER TABLE {table} DROP CONSTRAINT: its index goes with it.',
    },
    several: {
      text: 'DROP INDEX CONCURRENTLY fails: PostgreSQL refuses to drop more than one index by it.',
      severity: 'error',
      help: 'Drop each in a statement of its own.',
    },
    cascade: {
      text: 'DROP INDEX CONCURRENTLY {index} CASCADE fails: PostgreSQL refuses CASCADE there.',
      severity: 'error',
      help: 'Leave CASCADE out, and drop first what stands on the index.',
    },
    refused: {
      text: 'DROP INDEX CONCURRENTLY {index} fails: PostgreSQL refuses that for the index of the partitioned table {table}.',
      severity: 'error',
      help: 'Drop it without CONCURRENTLY, with a lock_timeout set: the indexes of all partitions go with it.',
    },
    locks: 'Dropping index {index} takes an exclusive lock on {table}: reads and writes queue behind it until it is through.',
  },
  on: {
    dropIndex(index, at) {
      const owner = at.indexOwner(index)
      const table = owner?.table
      const constraint = owner?.index?.constraint
      if (constraint !== undefined && table?.known && isCertain(index.context)) {
        at.report(index, 'constraint', { index: index.name.name, constraint, table: showName(table.name) }, { evidence: 'replayed' })
        return
      }
      if (index.concurrently) {
        const dropped = at.statement.operations.filter((operation) => operation.kind === 'dropIndex')
        if (dropped.length > 1) {
          if (dropped[0] === index) at.report(at.statement.span, 'several', {})
        } else if (index.cascade) at.report(index, 'cascade', { index: index.name.name })
        else if (owner?.table.partitioned)
          at.report(index, 'refused', { index: index.name.name, table: showName(owner.table.name) }, { evidence: 'replayed' })
        return
      }
      if (owner?.table.fresh || owner?.table.partitioned || owner?.index?.constraint !== undefined) return
      if ((owner?.index && at.age(owner.index.born) !== 'existing') || dropsNothing(at, at)) return
      if (table && isDropped(table.name, at)) return
      const name = table?.name ?? index.table
      at.report(index, 'locks', { index: index.name.name, table: name ? showName(name) : 'its table' }, { evidence: 'derived' })
    },
  },
  bad: [
    { on: 'postgres', says: 'locks', sql: 'DROP INDEX orders_user;' },
    {
      on: 'postgres',
      says: 'constraint',
      title: 'The index of a constraint',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE);'],
      sql: 'DROP INDEX users_email_key;',
    },
    { on: 'postgres', says: 'several', title: 'Two at once', sql: 'DROP INDEX CONCURRENTLY orders_user, orders_shop;' },
    { on: 'postgres', says: 'cascade', title: 'With CASCADE', sql: 'DROP INDEX CONCURRENTLY orders_user CASCADE;' },
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
    {
      on: 'postgres',
      title: 'The constraint is dropped, and its index with it',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE);'],
      sql: 'ALTER TABLE users DROP CONSTRAINT users_email_key;\nDROP INDEX IF EXISTS users_email_key;',
    },
    {
      on: 'postgres',
      title: 'The table goes too',
      history: ['CREATE TABLE jobs (id bigint PRIMARY KEY, state text);\nCREATE INDEX jobs_state ON jobs (state);'],
      sql: 'DROP INDEX IF EXISTS jobs_state;\nDROP TABLE IF EXISTS jobs;',
      also: ['drop-before-contract'],
    },
  ],
})

/** Who uses the table meets its absence next; the lock on it is the least of that. */
function isDropped(table: Name, at: Pick<Site, 'later' | 'sameName'>): boolean {
  return at.later.some(({ operation }) => operation.kind === 'dropTable' && at.sameName(operation.table, table))
}

/** Does it run whatever the migration finds, with nothing to catch its failure? */
function isCertain(context: Context | undefined): boolean {
  return context?.block !== 'try' && !context?.branches?.length && !context?.guards?.some(({ by }) => by !== 'if-exists')
}
