import { defineRule } from '../../src/rule/define.ts'

export default defineRule({
  id: 'concurrent-index-corruption',
  title: 'Concurrent build that may leave a corrupt index',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'An index that misses rows gives wrong answers and lets duplicates in, and nothing says so.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'PostgreSQL 14.0 to 14.3 can miss rows that change while CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY runs. The index looks valid, and queries by it silently leave those rows out.',
  instead: 'Upgrade to 14.4 or later first; rebuild and check with amcheck what was built concurrently before.',
  unless: 'The server is another version, or its version is declared without the minor one.',
  sources: ['https://www.postgresql.org/docs/release/14.4/'],
  covers: [76],
  equivalents: ['strong_migrations:add_index_corruption'],
  messages: {
    corrupts: 'PostgreSQL {version} may leave rows out of an index that is built CONCURRENTLY: queries by it give wrong answers.',
  },
  on: {
    createIndex(index, at) {
      if (index.concurrently && isAffected(at.version))
        at.report(index, 'corrupts', { version: at.version.join('.') }, { evidence: 'derived' })
    },
    reindex(reindex, at) {
      if (reindex.concurrently && isAffected(at.version))
        at.report(reindex, 'corrupts', { version: at.version.join('.') }, { evidence: 'derived' })
    },
  },
  bad: [
    { on: 'postgres', says: 'corrupts', version: '14.2', sql: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user ON orders (user_id);' },
  ],
  good: [
    {
      on: 'postgres',
      version: '14.4',
      also: ['non-idempotent-ddl'],
      sql: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user ON orders (user_id);',
    },
    {
      on: 'postgres',
      title: 'The minor version is not known',
      version: '14',
      also: ['non-idempotent-ddl'],
      sql: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user ON orders (user_id);',
    },
  ],
})

function isAffected([major, minor]: readonly number[]): boolean {
  return major === 14 && minor !== undefined && minor < 4
}
