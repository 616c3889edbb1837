import { defineRule, isCatalog, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'index-not-concurrent',
  title: 'Index built while writes are blocked',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Writes wait for as long as the index takes.',
  since: '0.1.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'A plain CREATE INDEX holds a SHARE lock on its table until the whole index is built. Reads go on; every INSERT, UPDATE and DELETE waits. On a large table that is minutes of an application that cannot write.',
  instead: 'Build it with CREATE INDEX CONCURRENTLY, alone in a migration that runs outside a transaction.',
  unless:
    'The table is created in the same migration or is temporary: nobody writes to it yet. CREATE INDEX … ON ONLY of a partitioned parent builds nothing.',
  sources: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
  covers: [31, 33, 34, 269],
  equivalents: [
    'squawk:require-concurrent-index-creation',
    'squawk:require-concurrent-reindex',
    'eugene:E6',
    'atlas:PG101',
    'strong_migrations:add_index',
  ],
  messages: {
    blocksWrites: 'Building index {index} blocks writes to {table} until it is finished.',
    refused: {
      text: 'Building index {index} CONCURRENTLY fails: PostgreSQL refuses that on the partitioned table {table}.',
      help: 'Create it ON ONLY {table}, build one index per partition CONCURRENTLY, and ATTACH each.',
    },
    rebuilds: {
      text: 'Rebuilding indexes blocks writes to {what} until it is finished; queries that plan with the index wait as well.',
      help: 'REINDEX … CONCURRENTLY, outside a transaction (PostgreSQL 12 and later).',
    },
    refusedCatalog: {
      text: 'REINDEX CONCURRENTLY of {what} fails: PostgreSQL refuses that for the system catalogs.',
      severity: 'error',
      help: 'Leave it out of the migration: a catalog is reindexed by an administrator, without CONCURRENTLY and while nothing else runs.',
    },
    partitioned: {
      text: 'Building index {index} on the partitioned table {table} blocks writes to all its partitions until every one is indexed.',
      help: 'Create it ON ONLY {table}, build one index per partition CONCURRENTLY, and ATTACH each: PostgreSQL cannot build on a partitioned parent concurrently.',
    },
  },
  on: {
    reindex(reindex, at) {
      const { name, target, concurrently } = reindex
      const table = target === 'table' ? name : target === 'index' && name ? at.indexOwner({ name })?.table.name : undefined
      if (concurrently) {
        if (target === 'system') at.report(reindex, 'refusedCatalog', { what: 'SYSTEM' })
        else if (name && (target === 'table' || target === 'index') && isCatalog(name))
          at.report(reindex, 'refusedCatalog', { what: showName(name) })
        return
      }
      if (table && at.table(table).fresh) return
      if (target === 'system') {
        at.report(
          reindex,
          'rebuilds',
          { what: 'the system catalogs' },
          { evidence: 'derived', help: 'Leave it to an administrator: there is no way to do it concurrently.' },
        )
        return
      }
      const what = table ? showName(table) : target === 'index' || target === 'table' ? 'its table' : 'every table in it'
      at.report(reindex, 'rebuilds', { what }, { evidence: 'derived', ...(table ? { grows: table } : {}) })
    },
    createIndex(index, at) {
      const table = at.table(index.table)
      const slots = { index: index.name ?? 'without a name', table: showName(index.table) }
      if (index.concurrently && table.partitioned && !index.only) {
        at.report(index, 'refused', slots, { evidence: 'replayed' })
        return
      }
      if (index.concurrently || index.only || table.fresh || at.cost.blocks === 'nothing') return
      at.report(index, table.partitioned ? 'partitioned' : 'blocksWrites', slots, { evidence: 'derived', grows: index.table })
    },
  },
  bad: [
    { on: 'postgres', says: 'blocksWrites', sql: 'CREATE INDEX orders_user ON orders (user_id);' },
    { on: 'postgres', says: 'refusedCatalog', title: 'A system catalog', sql: 'REINDEX TABLE CONCURRENTLY pg_catalog.pg_class;' },
    { on: 'postgres', says: 'blocksWrites', sequelize: "await queryInterface.addIndex('orders', ['user_id'])" },
    {
      on: 'postgres',
      says: 'partitioned',
      title: 'A partitioned parent',
      history: ['CREATE TABLE events (id bigint, day date NOT NULL) PARTITION BY RANGE (day);'],
      sql: 'CREATE INDEX events_day ON events (day);',
    },
  ],
  good: [
    { on: 'postgres', sql: 'DROP INDEX CONCURRENTLY IF EXISTS orders_user;\nCREATE INDEX CONCURRENTLY orders_user ON orders (user_id);' },
    {
      on: 'postgres',
      title: 'A new table',
      sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);\nCREATE INDEX orders_user ON orders (user_id);',
    },
    { on: 'postgres', title: 'Only the parent of partitions', sql: 'CREATE INDEX events_day ON ONLY events (day);' },
    { on: 'postgres', title: 'A temporary table', sql: 'CREATE TEMP TABLE staging (id bigint);\nCREATE INDEX ON staging (id);' },
  ],
})
