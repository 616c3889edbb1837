import { defineRule, type Operation, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'table-rewrite',
  title: 'Table written anew while nobody can use it',
  severity: 'error',
  profile: 'safety',
  profileBecause:
    'Reads and writes wait for as long as the table is large, and the application gains nothing that could not be had another way.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'VACUUM FULL, CLUSTER and ALTER TABLE … SET LOGGED, UNLOGGED, ACCESS METHOD, TABLESPACE or EXPRESSION write the whole table to a new file, and its indexes with it, under the strongest lock there is. Nobody reads or writes the table until the last row is copied, the disk holds it twice, and every replica replays all of it.',
  instead:
    'Leave it out of the migration: a tool such as pg_repack writes the table anew beside its readers and writers, or a maintenance window is set aside for it.',
  unless:
    'The table is created in the same migration or is temporary. A plain VACUUM, and VACUUM (FULL false), write nothing anew. A change of type or a new column is type-change-rewrite’s and volatile-default-rewrite’s affair.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-vacuum.html',
    'https://www.postgresql.org/docs/current/sql-cluster.html',
    'https://www.postgresql.org/docs/current/sql-altertable.html',
  ],
  covers: [62, 63, 64, 65],
  equivalents: [
    'squawk:prefer-repack',
    'pgfence:vacuum-full',
    'pgfence:set-logged-unlogged',
    'pgsafe:vacuum-full-cluster',
    'pgsafe:set-logged-unlogged',
    'pgsafe:set-access-method',
    'safe-migrate:vacuum-full',
    'safe-migrate:table-rewrite-storage',
    'safe-migrate:table-rewrite-access-method',
    'safemigrate-lint:table-logging-mode-rewrites',
    'safemigrate-lint:access-method-change-rewrites',
  ],
  messages: {
    rewrites: 'Reads and writes of {table} wait while every row of it is written anew.',
    moves: {
      text: 'Reads and writes of {table} wait while its file is copied to the other tablespace.',
      help: 'Leave it out of the migration: pg_repack --tablespace moves the table beside its readers and writers, or a maintenance window is set aside for it.',
    },
    computes: {
      text: 'Reads and writes of {table} wait while {column} is computed anew for every row.',
      help: 'Add a column with the new expression’s values, filled in batches, and let the application move over to it.',
    },
  },
  on: {
    maintain(maintain, at) {
      if (at.cost.rewrites !== true) return
      const live = maintain.tables.filter((name) => !at.table(name).fresh)
      if (maintain.tables.length > 0 && live.length === 0) return
      const all = maintain.command.startsWith('CLUSTER') ? 'every clustered table' : 'every table'
      at.report(maintain, 'rewrites', { table: live.length > 0 ? live.map(showName).join(', ') : all }, { evidence: 'derived' })
    },
    alterTable(alter, at) {
      const table = at.table(alter.table)
      if (at.cost.rewrites !== true || at.cost.blocks === 'nothing' || table.fresh) return
      // A partitioned table has no rows of its own: what its properties say holds for partitions to come.
      if (table.partitioned && !isOfColumn(alter)) return
      const slots = { table: showName(alter.table) }
      if (alter.action === 'SET TABLESPACE') at.report(alter, 'moves', slots, { evidence: 'derived' })
      else if (isOfColumn(alter)) at.report(alter, 'computes', { ...slots, column: alter.column }, { evidence: 'derived' })
      else at.report(alter, 'rewrites', slots, { evidence: 'derived' })
    },
  },
  bad: [
    { on: 'postgres', says: 'rewrites', sql: 'VACUUM FULL orders;' },
    { on: 'postgres', says: 'rewrites', title: 'CLUSTER', sql: 'CLUSTER orders USING orders_pkey;' },
    { on: 'postgres', says: 'rewrites', title: 'Logged again', sql: 'ALTER TABLE orders SET LOGGED;' },
    { on: 'postgres', says: 'moves', sql: 'ALTER TABLE orders SET TABLESPACE fast;' },
    {
      on: 'postgres',
      says: 'computes',
      title: 'The expression of a stored column',
      sql: 'ALTER TABLE orders ALTER COLUMN total SET EXPRESSION AS (price * amount);',
    },
  ],
  good: [
    { on: 'postgres', sql: 'VACUUM (FULL false, ANALYZE) orders;' },
    {
      on: 'postgres',
      title: 'A new table is loaded unlogged',
      sql: 'BEGIN;\nCREATE UNLOGGED TABLE orders_next (id bigint PRIMARY KEY);\nINSERT INTO orders_next SELECT id FROM orders;\nALTER TABLE orders_next SET LOGGED;\nCOMMIT;',
    },
  ],
})

function isOfColumn(operation: Extract<Operation, { kind: 'alterTable' }>): operation is typeof operation & { readonly column: string } {
  return operation.action === 'SET EXPRESSION' && operation.column !== undefined
}
