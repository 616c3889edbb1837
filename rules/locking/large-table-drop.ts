import { defineRule, dropsNothing, type Name, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'large-table-drop',
  title: 'Drop that makes the whole server stall',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'Only a large table on a server with a large buffer pool is felt, and no file says how large they are.',
  since: '0.2.0',
  dialects: ['mysql'],
  inDown: 'full',
  why: 'Before 8.0.23 MySQL walks through the whole buffer pool to take out the pages of a table that is dropped or truncated, and holds the mutex of that pool meanwhile: with tens of gigabytes of memory every query of every table waits for seconds.',
  instead: 'Delete the rows in batches first, or drop the table at a quiet hour.',
  unless: 'The server is 8.0.23 or later, the table is new or small.',
  sources: ['https://dev.mysql.com/doc/relnotes/mysql/8.0/en/news-8-0-23.html'],
  covers: [],
  equivalents: [],
  messages: {
    stalls: 'Every query of the server may wait while MySQL before 8.0.23 takes the pages of {table} out of memory.',
  },
  on: {
    dropTable({ table, temporary, span }, at) {
      if (temporary || at.atLeast(8, 0, 23) || at.table(table).fresh || dropsNothing(at, at)) return
      at.report(span, 'stalls', { table: showName(table) }, { evidence: 'derived' })
    },
    truncate({ tables, span }, at) {
      const live: readonly Name[] = at.atLeast(8, 0, 23) ? [] : tables.filter((name) => !at.table(name).fresh)
      if (live.length > 0) at.report(span, 'stalls', { table: live.map(showName).join(', ') }, { evidence: 'derived' })
    },
  },
  bad: [{ on: 'mysql', version: '8.0.22', says: 'stalls', sql: 'TRUNCATE TABLE events;' }],
  good: [
    { on: 'mysql', version: '8.0.23', sql: 'TRUNCATE TABLE events;', also: ['unverified-backup'] },
    {
      on: 'mysql',
      version: '8.0.22',
      title: 'A new table',
      sql: 'CREATE TABLE scratch (id INT PRIMARY KEY);\nDROP TABLE scratch;',
      also: ['non-idempotent-ddl'],
    },
  ],
})
