import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'many-column-index',
  title: 'Index over many columns',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: it may be what a query needs.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'An index over many columns is nearly as large as the table, slows each write, and helps only queries that give its first columns.',
  instead: 'Index the columns that tell rows apart best; INCLUDE the others where a query reads only them.',
  unless: 'It is unique, so that all of its columns are meant.',
  sources: ['https://www.postgresql.org/docs/current/indexes-multicolumn.html'],
  covers: [235],
  equivalents: [],
  messages: {
    found: 'The index {index} on {table} has {count} columns, more than {limit}.',
  },
  options: { limit: 3 },
  on: {
    createIndex({ name, table, keys, unique, span }, at) {
      if (!unique && keys.length > at.options.limit)
        at.report(span, 'found', { index: name ?? '(unnamed)', table: showName(table), count: keys.length, limit: at.options.limit })
    },
  },
  bad: [{ on: 'postgres', says: 'found', sql: 'CREATE TABLE t (a int, b int, c int, d int);\nCREATE INDEX wide ON t (a, b, c, d);' }],
  good: [
    {
      on: 'postgres',
      also: ['non-idempotent-ddl', 'missing-transaction'],
      sql: 'CREATE TABLE t (a int, b int);\nCREATE INDEX narrow ON t (a, b);',
    },
  ],
})
