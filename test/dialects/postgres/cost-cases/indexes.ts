import type { Case } from './case.ts'

const concurrent = 'SHARE UPDATE EXCLUSIVE'

export const indexCases: readonly Case[] = [
  { proof: 'create-index', sql: 'CREATE INDEX made ON orders (price)', lock: 'SHARE', does: 'index' },
  { proof: 'create-index', sql: 'CREATE INDEX IF NOT EXISTS made ON orders (price)', lock: 'SHARE', does: 'index' },
  { proof: 'create-index', sql: 'CREATE UNIQUE INDEX made ON orders (total)', lock: 'SHARE', does: 'index' },
  { proof: 'create-index', sql: 'CREATE INDEX made ON orders (lower(note))', lock: 'SHARE', does: 'index' },
  { proof: 'create-index', sql: 'CREATE INDEX made ON orders (note) WHERE total > 5', lock: 'SHARE', does: 'index' },
  { proof: 'create-index', sql: "CREATE INDEX made ON orders USING gin (to_tsvector('simple', note))", lock: 'SHARE', does: 'index' },
  { proof: 'create-index', sql: 'CREATE INDEX ON parted (k)', lock: 'SHARE', does: 'index', others: { parted_1: 'SHARE' } },
  { proof: 'create-index-only', sql: 'CREATE INDEX made ON ONLY parted (k)', lock: 'SHARE' },
  {
    proof: 'create-index-concurrently',
    sql: 'CREATE INDEX CONCURRENTLY made ON orders (price)',
    lock: concurrent,
    does: 'index',
    refused: true,
  },
  {
    proof: 'create-index-concurrently',
    sql: 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS made ON orders (total)',
    lock: concurrent,
    does: 'index',
    refused: true,
  },
  { proof: 'drop-index', sql: 'DROP INDEX orders_total', lock: 'ACCESS EXCLUSIVE', unseen: true },
  { proof: 'drop-index-concurrently', sql: 'DROP INDEX CONCURRENTLY orders_total', lock: concurrent, refused: true },
  { proof: 'drop-index-concurrently', sql: 'DROP INDEX CONCURRENTLY IF EXISTS orders_total', lock: concurrent, refused: true },
  { proof: 'rename-index', sql: 'ALTER INDEX orders_total RENAME TO orders_sum', lock: concurrent, unseen: true },
  {
    proof: 'attach-index',
    first: 'CREATE INDEX parted_k ON ONLY parted (k); CREATE INDEX parted_1_k ON parted_1 (k);',
    sql: 'ALTER INDEX parted_k ATTACH PARTITION parted_1_k',
    lock: 'ACCESS SHARE',
    unseen: true,
  },
  { proof: 'alter-index', sql: 'ALTER INDEX orders_total SET (fillfactor = 50)', lock: concurrent, unseen: true },
  {
    proof: 'index-tablespace',
    sql: 'ALTER INDEX orders_total SET TABLESPACE elsewhere',
    lock: 'ACCESS EXCLUSIVE',
    does: 'index',
    unseen: true,
  },
  { proof: 'reindex', sql: 'REINDEX INDEX orders_total', lock: 'SHARE', does: 'index', unseen: true },
  { proof: 'reindex', sql: 'REINDEX TABLE orders', lock: 'SHARE', does: 'index', unseen: true },
  { proof: 'reindex-partitioned', sql: 'REINDEX TABLE parted', lock: 'SHARE', does: 'index', since: 14, refused: true },
  { proof: 'reindex-schema', sql: 'REINDEX SCHEMA public', lock: 'SHARE', does: 'index', refused: true },
  { proof: 'reindex-concurrently', sql: 'REINDEX INDEX CONCURRENTLY orders_total', lock: concurrent, does: 'index', refused: true },
  { proof: 'reindex-concurrently', sql: 'REINDEX TABLE CONCURRENTLY orders', lock: concurrent, does: 'index', refused: true },
]
