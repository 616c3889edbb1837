import { createdColumns, defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'native-enum',
  title: 'Enum type of the database',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: nothing breaks at once.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'The labels of an enum are schema: a new one is a migration, PostgreSQL can never take one away, and MySQL keeps them by number, so that their order matters for ever.',
  instead: 'Use a table of values with a foreign key, or text with a CHECK.',
  unless: 'The labels will never change.',
  sources: ['https://www.postgresql.org/docs/current/datatype-enum.html', 'https://dev.mysql.com/doc/refman/8.4/en/enum.html'],
  covers: [217],
  equivalents: [],
  messages: {
    found: '{column} of {table} is an enum of the database: each new label is a migration.',
  },
  on: {
    every(operation, at) {
      for (const { table, column } of createdColumns(operation))
        if (
          column.type !== undefined &&
          (column.type.name === 'enum' ||
            at.type({ name: column.type.name, ...(column.type.schema ? { schema: column.type.schema } : {}) })?.form === 'enum')
        )
          at.report(operation, 'found', { column: column.name, table: showName(table) })
    },
  },
  bad: [
    { on: 'mysql', says: 'found', sql: "CREATE TABLE orders (id bigint PRIMARY KEY, status enum('new', 'paid'));" },
    {
      on: 'postgres',
      says: 'found',
      sql: "CREATE TYPE status AS ENUM ('new', 'paid');\nCREATE TABLE orders (id bigint PRIMARY KEY, status status);",
    },
  ],
  good: [{ on: 'postgres', sql: "CREATE TABLE orders (id bigint PRIMARY KEY, status text CHECK (status IN ('new', 'paid')));" }],
})
