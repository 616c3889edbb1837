import { createdColumns, defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'nullability-unstated',
  title: 'Neither NULL nor NOT NULL is written',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: nothing breaks at once.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'Without a word a column is nullable, which is rarely thought about. Written out, the reader sees that it was meant.',
  instead: 'Write NULL or NOT NULL.',
  unless: 'A key or an identity column says it by itself.',
  sources: ['https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-NOT-NULL'],
  covers: [225],
  equivalents: [],
  messages: {
    found: '{column} of {table} says neither NULL nor NOT NULL.',
  },
  on: {
    every(operation, at) {
      for (const { table, column } of createdColumns(operation))
        if (!column.nullabilityWritten && column.nullable && !column.generated && !column.identity)
          at.report(operation, 'found', { column: column.name, table: showName(table) })
    },
  },
  bad: [{ on: 'postgres', says: 'found', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);' }],
  good: [
    { on: 'postgres', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text NOT NULL);' },
    { on: 'postgres', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text NULL);' },
  ],
})
