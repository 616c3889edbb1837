import { defineRule, type OperationOf, type Site, showName } from '../../src/rule/define.ts'

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
  unless: 'The application prepares no SELECT *, or the column is there, gone or of that type already.',
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
      if (at.table(operation.table).fresh || leavesColumns(operation, at)) return
      at.report(operation, 'changes', { table: showName(operation.table) }, { oncePerRun: { message: 'many' } })
    },
  },
  bad: [{ on: 'postgres', says: 'changes', sql: 'ALTER TABLE orders ADD COLUMN note text;' }],
  good: [
    {
      on: 'postgres',
      title: 'The column has that type already',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, total integer);'],
      sql: 'ALTER TABLE orders ALTER COLUMN total TYPE int;',
    },
    {
      on: 'postgres',
      title: 'The column is there already',
      history: ['CREATE TABLE orders (id bigint PRIMARY KEY, note text);'],
      sql: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;',
    },
    {
      on: 'postgres',
      title: 'A new table',
      also: ['non-idempotent-ddl', 'missing-transaction'],
      sql: 'CREATE TABLE orders (id bigint PRIMARY KEY);\nALTER TABLE orders ADD COLUMN note text;',
    },
  ],
})

/** Has the table the same columns, of the same types, afterwards? */
function leavesColumns(operation: OperationOf<'addColumn' | 'dropColumn' | 'alterColumnType'>, at: Pick<Site, 'column'>): boolean {
  if (operation.kind === 'addColumn') return operation.ifNotExists && at.column(operation.table, operation.column.name) !== undefined
  if (operation.kind !== 'alterColumnType') return false
  const type = at.column(operation.table, operation.column)?.column.type
  const shown = ({ schema, name, args, array }: NonNullable<typeof type>) => JSON.stringify([schema, name, args, array])
  return type !== undefined && shown(type) === shown(operation.type)
}
