import { defineRule, type Operation, type OperationOf, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'wide-table',
  title: 'Table of very many columns',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: what is too many is the team’s choice.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A row of very many columns is read whole for each of them, is locked whole for each of them, and is rarely one thing.',
  instead: 'Put what belongs together into a table of its own.',
  unless: 'The table is a report or an import.',
  sources: ['https://www.postgresql.org/docs/current/limits.html'],
  covers: [230],
  equivalents: [],
  messages: {
    found: '{table} has {count} columns, more than {limit}.',
  },
  options: { limit: 50 },
  on: {
    script(at) {
      for (const table of at.walk.after.tables.values()) {
        const grows = at.walk.moments.findLast(({ operation }) => makesColumns(operation) && at.sameName(operation.table, table.name))
        const count = grows ? [...table.columns.values()].length : 0
        if (grows && !table.temporary && count > at.options.limit)
          at.report(grows.operation, 'found', { table: showName(table.name), count, limit: at.options.limit }, { evidence: 'replayed' })
      }
    },
  },
  bad: [{ on: 'postgres', says: 'found', options: { limit: 2 }, sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, a int, b int);' }],
  good: [{ on: 'postgres', options: { limit: 2 }, sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, a int);' }],
})

function makesColumns(operation: Operation): operation is OperationOf<'createTable' | 'addColumn'> {
  return operation.kind === 'createTable' || operation.kind === 'addColumn'
}
