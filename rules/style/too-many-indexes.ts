import { defineRule, findTable, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'too-many-indexes',
  title: 'Table of very many indexes',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: what is too many depends on the load.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'Each index is written with every INSERT and most UPDATEs, and keeps PostgreSQL from updating rows in place.',
  instead: 'Drop the indexes that no query uses before a new one is added.',
  unless: 'The table is read much and written seldom.',
  sources: ['https://www.postgresql.org/docs/current/indexes-examine.html'],
  covers: [236],
  equivalents: [],
  messages: {
    found: '{table} has {count} indexes with this one, more than {limit}.',
  },
  options: { limit: 10 },
  on: {
    createIndex({ table: name, span }, at) {
      const count = findTable(at.after, name)?.indexes.length ?? 0
      if (count > at.options.limit)
        at.report(span, 'found', { table: showName(name), count, limit: at.options.limit }, { evidence: 'replayed' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'found',
      options: { limit: 1 },
      sql: 'CREATE TABLE t (a int, b int, c int);\nCREATE INDEX one ON t (a);\nCREATE INDEX two ON t (b);',
    },
  ],
  good: [
    {
      on: 'postgres',
      options: { limit: 1 },
      also: ['non-idempotent-ddl', 'missing-transaction'],
      sql: 'CREATE TABLE t (a int);\nCREATE INDEX one ON t (a);',
    },
  ],
})
