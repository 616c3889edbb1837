import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'missing-comment',
  title: 'Table without a comment',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: nothing breaks.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'A comment in the schema reaches everybody who reads the database, reports and generated documentation included.',
  instead: 'Add COMMENT ON TABLE (PostgreSQL) or COMMENT = (MySQL).',
  unless: 'The name says it all, or it is a joining table.',
  sources: ['https://www.postgresql.org/docs/current/sql-comment.html'],
  covers: [227],
  equivalents: [],
  messages: {
    found: '{table} has no comment that says what a row of it is.',
  },
  on: {
    createTable({ table, temporary, partitionOf, as, like, options, span }, at) {
      if (temporary || partitionOf || as || like || table.dynamic || options.COMMENT !== undefined) return
      const isTold = at.walk.moments.some(
        ({ operation }) =>
          operation.kind === 'comment' && operation.on.toUpperCase() === 'TABLE' && operation.name && at.sameName(operation.name, table),
      )
      if (!isTold) at.report(span, 'found', { table: showName(table) })
    },
  },
  bad: [{ on: 'postgres', says: 'found', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY);' }],
  good: [
    {
      on: 'postgres',
      sql: "CREATE TABLE orders (id bigint PRIMARY KEY);\nCOMMENT ON TABLE orders IS 'What was bought, one row an order';",
    },
    { on: 'mysql', sql: "CREATE TABLE orders (id bigint PRIMARY KEY) COMMENT = 'What was bought';" },
  ],
})
