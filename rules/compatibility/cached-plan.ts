import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'cached-plan',
  title: 'Result type of prepared queries changes',
  severity: 'info',
  profile: 'style',
  profileBecause: 'Drivers prepare again by themselves or fail once; most teams never notice.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'A prepared SELECT * whose table gets or loses a column fails in an open transaction with “cached plan must not change result type”. Drivers and poolers that keep statements over transactions see it once for each connection.',
  instead: 'Name the columns in queries, or let the pool reconnect after the migration.',
  unless: 'The application prepares no SELECT *.',
  sources: ['https://github.com/postgres/postgres/blob/master/src/backend/utils/cache/plancache.c'],
  covers: [178],
  equivalents: [],
  messages: {
    changes: 'Prepared SELECT * from {table} fails once on each connection: cached plan must not change result type.',
    many: '{count} changes of columns here each make prepared SELECT * fail once on each connection: cached plan must not change result type.',
  },
  on: {
    every(operation, at) {
      if (operation.kind !== 'addColumn' && operation.kind !== 'dropColumn' && operation.kind !== 'alterColumnType') return
      if (at.table(operation.table).fresh) return
      at.report(operation, 'changes', { table: showName(operation.table) }, { oncePerRun: { message: 'many' } })
    },
  },
  bad: [{ on: 'postgres', says: 'changes', sql: 'ALTER TABLE orders ADD COLUMN note text;' }],
  good: [
    {
      on: 'postgres',
      title: 'A new table',
      also: ['non-idempotent-ddl', 'missing-transaction'],
      sql: 'CREATE TABLE orders (id bigint PRIMARY KEY);\nALTER TABLE orders ADD COLUMN note text;',
    },
  ],
})
