import { defineRule, showName, waitsForItself } from '../../src/rule/define.ts'

export default defineRule({
  id: 'concurrent-waits-for-itself',
  title: 'Concurrent build that waits for the migration’s own transaction',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The migration never ends.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'speaks',
  why: 'CREATE INDEX CONCURRENTLY waits for every transaction that has written to its table, DROP INDEX and REINDEX CONCURRENTLY for every one that has touched it at all. A call that does not get the migration’s transaction runs on another connection; the transaction then waits for the call, and the call for the transaction. PostgreSQL sees no deadlock, since one of the two waits in the program.',
  instead: 'Run it when the transaction has been committed, best in a migration of its own that runs outside a transaction.',
  unless: 'The transaction has only touched other tables, or (for a build) only read this one.',
  sources: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
  covers: [],
  equivalents: [],
  messages: {
    waits:
      '{statement} runs on another connection and waits for the transaction that is open around it, which has used {table} and waits for this call: neither ever ends.',
  },
  on: {
    script(at) {
      for (const moment of at.walk.moments) {
        const wait = waitsForItself(moment, at.walk.moments, at)
        if (!wait) continue
        const table = showName(wait.table)
        at.report(
          moment.operation,
          'waits',
          { statement: wait.statement, table },
          { evidence: 'derived', related: [{ message: `the transaction uses ${table} here`, span: wait.used.operation.span }] },
        )
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'waits',
      sequelize:
        "await queryInterface.sequelize.transaction(async (transaction) => {\n  await queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT }, { transaction })\n  await queryInterface.sequelize.query('CREATE INDEX CONCURRENTLY orders_note ON orders (note)')\n})",
    },
    {
      on: 'postgres',
      says: 'waits',
      title: 'Past the query runner',
      typeorm:
        "await queryRunner.query('UPDATE orders SET size = 1 WHERE id = 7')\nawait queryRunner.connection.query('CREATE INDEX CONCURRENTLY orders_size ON orders (size)')",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'The transaction is about another table',
      sequelize:
        "await queryInterface.sequelize.query('DROP INDEX CONCURRENTLY IF EXISTS orders_note')\nawait queryInterface.sequelize.transaction(async (transaction) => {\n  await queryInterface.addColumn('users', 'note', { type: Sequelize.TEXT }, { transaction })\n  await queryInterface.sequelize.query('CREATE INDEX CONCURRENTLY orders_note ON orders (note)')\n})",
      also: ['transaction-not-passed'],
    },
    {
      on: 'postgres',
      title: 'The transaction is over',
      sequelize:
        "await queryInterface.sequelize.transaction(async (transaction) => {\n  await queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT }, { transaction })\n})\nawait queryInterface.sequelize.query('DROP INDEX CONCURRENTLY IF EXISTS orders_note')\nawait queryInterface.sequelize.query('CREATE INDEX CONCURRENTLY orders_note ON orders (note)')",
      also: ['non-idempotent-ddl'],
    },
  ],
})
