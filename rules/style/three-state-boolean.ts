import { createdColumns, defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'three-state-boolean',
  title: 'Boolean that may be NULL',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: nothing breaks at once.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A boolean that may be NULL has three values, and NOT archived leaves the third one out.',
  instead: 'Give it NOT NULL and a DEFAULT.',
  unless: 'Unknown is an answer that the application knows.',
  sources: ['https://www.postgresql.org/docs/current/functions-comparison.html'],
  covers: [229],
  equivalents: [],
  messages: {
    found: '{column} of {table} may be true, false or NULL: NOT {column} leaves the third out.',
  },
  on: {
    every(operation, at) {
      for (const { table, column } of createdColumns(operation))
        if (column.nullable && (column.type?.name === 'boolean' || column.type?.text === 'boolean') && column.default === undefined)
          at.report(operation, 'found', { column: column.name, table: showName(table) })
    },
  },
  bad: [{ on: 'postgres', says: 'found', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, archived boolean);' }],
  good: [{ on: 'postgres', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, archived boolean NOT NULL DEFAULT false);' }],
})
