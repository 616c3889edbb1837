import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'hash-index',
  title: 'Hash index before PostgreSQL 10',
  severity: 'info',
  profile: 'style',
  profileBecause: 'Only servers that nobody should run any more.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'Before PostgreSQL 10 hash indexes are not written to the log: after a crash, and on every replica, they are wrong.',
  instead: 'Use btree.',
  unless: 'The server is PostgreSQL 10 or later.',
  sources: ['https://www.postgresql.org/docs/10/release-10.html'],
  covers: [237],
  equivalents: [],
  messages: {
    found: 'The hash index on {table} is not written to the log before PostgreSQL 10: after a crash it is wrong.',
  },
  on: {
    createIndex({ table, method, span }, at) {
      if (method?.toLowerCase() === 'hash' && !at.atLeast(10)) at.report(span, 'found', { table: showName(table) })
    },
  },
  bad: [{ on: 'postgres', says: 'found', version: '9.6', sql: 'CREATE INDEX IF NOT EXISTS h ON orders USING hash (a);' }],
  good: [
    {
      on: 'postgres',
      also: ['non-idempotent-ddl', 'missing-transaction'],
      sql: 'CREATE TABLE t (a int);\nCREATE INDEX h ON t USING hash (a);',
    },
  ],
})
