import { defineRule, durationOf, type Moment, type Name, type Site, showName } from '../../src/rule/define.ts'

/** A statement that may run this long is given the time that a build takes, in ms. */
const longEnough = 3_600_000

export default defineRule({
  id: 'concurrent-build-timeout',
  title: 'Short statement_timeout over a concurrent index build',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'The build is cancelled on the large table that it was meant for, and leaves an index that only costs.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'CREATE INDEX CONCURRENTLY and REINDEX CONCURRENTLY read the table twice and wait for every transaction that is older: on a large table that is many minutes. A statement_timeout that suits other statements cancels them, and what is left is an INVALID index that no query uses and every write maintains.',
  instead: 'SET statement_timeout = 0 before it, on the same connection; keep lock_timeout for the statements that lock the table.',
  unless:
    'It is 0, was reset, or is an hour or more; the table is created in the same migration; only the role sets it, which no file shows.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
    'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT',
  ],
  covers: [295],
  equivalents: [],
  messages: {
    cancelled:
      'With statement_timeout = {limit} in force, building {index} CONCURRENTLY is cancelled half-way where the table has any size, and leaves an INVALID index.',
  },
  on: {
    createIndex(index, at) {
      if (!index.concurrently || at.table(index.table).fresh) return
      const limit = limitOf(at.session)
      if (limit !== undefined) at.report(index, 'cancelled', { limit, index: `${index.name ?? 'an index'} on ${showName(index.table)}` })
    },
    reindex(reindex, at) {
      if (!reindex.concurrently || isFresh(reindex.name, at)) return
      const limit = limitOf(at.session)
      if (limit !== undefined) at.report(reindex, 'cancelled', { limit, index: reindex.name ? showName(reindex.name) : 'indexes' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'cancelled',
      sql: "SET statement_timeout = '30s';\nDROP INDEX CONCURRENTLY IF EXISTS orders_user;\nCREATE INDEX CONCURRENTLY orders_user ON orders (user_id);",
    },
    {
      on: 'postgres',
      says: 'cancelled',
      title: 'Rebuilding',
      sql: "SET statement_timeout TO '5min';\nREINDEX INDEX CONCURRENTLY orders_user;",
    },
  ],
  good: [
    {
      on: 'postgres',
      sql: 'SET statement_timeout = 0;\nDROP INDEX CONCURRENTLY IF EXISTS orders_user;\nCREATE INDEX CONCURRENTLY orders_user ON orders (user_id);',
    },
    {
      on: 'postgres',
      title: 'Reset before the build',
      sql: "SET statement_timeout = '5s';\nALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;\nRESET statement_timeout;\nDROP INDEX CONCURRENTLY IF EXISTS orders_note;\nCREATE INDEX CONCURRENTLY orders_note ON orders (note);",
    },
    {
      on: 'postgres',
      title: 'Hours are enough',
      sql: "SET statement_timeout = '4h';\nREINDEX TABLE CONCURRENTLY orders;",
    },
  ],
})

/** The statement_timeout in force, as it was written, when a build may well take longer. */
function limitOf({ settings }: Moment['session']): string | undefined {
  const written = settings.get('statement_timeout')
  const limit = written === undefined ? undefined : durationOf(written)
  return limit !== undefined && limit > 0 && limit < longEnough ? written : undefined
}

function isFresh(name: Name | undefined, at: Pick<Site, 'table' | 'indexOwner'>): boolean {
  if (!name) return false
  return at.table(name).fresh || at.indexOwner({ name })?.table.fresh === true
}
