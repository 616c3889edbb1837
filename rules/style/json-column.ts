import { createdColumns, defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'json-column',
  title: 'json where jsonb would do',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: nothing breaks at once.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'json keeps the text as it came: no index helps to search it, it is parsed at every use, and it has no equality, so that SELECT DISTINCT and GROUP BY fail on it.',
  instead: 'Use jsonb.',
  unless: 'The exact text, with its spaces and doubled keys, must be kept.',
  sources: ['https://www.postgresql.org/docs/current/datatype-json.html'],
  covers: [175, 215],
  equivalents: [],
  messages: {
    found: '{column} of {table} is json: it has no equality and no index; jsonb has both.',
  },
  on: {
    every(operation, at) {
      for (const { table, column } of createdColumns(operation))
        if (column.type?.name === 'json' && !column.type.array)
          at.report(operation, 'found', { column: column.name, table: showName(table) })
    },
  },
  bad: [{ on: 'postgres', says: 'found', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, data json);' }],
  good: [
    {
      on: 'postgres',
      title: 'A table that the team lets pass',
      options: { allow: ['legacy_*'] },
      sql: 'CREATE TABLE legacy_orders (id bigint PRIMARY KEY, payload json);',
    },
    { on: 'postgres', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, data jsonb);' },
  ],
})
