import { createdColumns, defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'smallint-column',
  title: 'smallint column',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: nothing breaks at once.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'smallint ends at 32767. Two bytes are rarely saved, because the next column is aligned, and the change to integer rewrites the table.',
  instead: 'Use integer or bigint.',
  unless: 'The values can never be more, such as a month.',
  sources: ['https://www.postgresql.org/docs/current/datatype-numeric.html'],
  covers: [210],
  equivalents: ['squawk:prefer-bigint-over-smallint'],
  messages: {
    found: '{column} of {table} is smallint: it ends at 32767, and a wider type later rewrites the table.',
  },
  on: {
    every(operation, at) {
      for (const { table, column } of createdColumns(operation))
        if (column.type?.name === 'smallint') at.report(operation, 'found', { column: column.name, table: showName(table) })
    },
  },
  bad: [{ on: 'postgres', says: 'found', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, amount smallint);' }],
  good: [{ on: 'postgres', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, amount integer);' }],
})
