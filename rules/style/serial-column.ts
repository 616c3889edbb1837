import { createdColumns, defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'serial-column',
  title: 'serial where an identity column would do',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: nothing breaks at once.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'serial is a macro: a sequence with rights of its own, which a dump, a change of type and CREATE TABLE … LIKE handle in ways that surprise. An identity column belongs to its table, and refuses values of its own unless asked.',
  instead: 'Use GENERATED ALWAYS AS IDENTITY.',
  unless: 'The server is older than PostgreSQL 10.',
  sources: [
    'https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_serial',
    'https://www.postgresql.org/docs/current/ddl-identity-columns.html',
  ],
  covers: [211],
  equivalents: ['squawk:prefer-identity'],
  messages: {
    found: '{column} of {table} is a serial; an identity column does the same and belongs to its table.',
  },
  on: {
    every(operation, at) {
      for (const { table, column } of createdColumns(operation))
        if (column.serial === true && at.atLeast(10)) at.report(operation, 'found', { column: column.name, table: showName(table) })
    },
  },
  bad: [{ on: 'postgres', says: 'found', sql: 'CREATE TABLE orders (id bigserial PRIMARY KEY);' }],
  good: [{ on: 'postgres', sql: 'CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);' }],
})
