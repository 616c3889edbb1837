import type { Name } from '../../../ir/names.ts'
import type { Reindex } from '../../../ir/operation.ts'
import type { Schema } from '../../../schema/schema.ts'
import { findTable, keyOf } from '../../../schema/schema.ts'
import { atLeast } from '../../dialect.ts'
import type { Costs } from './row.ts'
import { free, instant, page, work } from './row.ts'

const createIndex = page('sql-createindex')
const reindex = page('sql-reindex')

function indexExists(before: Schema, table: Name, name: string | undefined): boolean {
  if (name === undefined) return false
  return (
    before.indexOwners.get(keyOf(before.naming, table.schema === undefined ? { name } : { schema: table.schema, name }, 'other')) !==
    undefined
  )
}

const isPartitioned = (before: Schema, table: Name | undefined) => table !== undefined && findTable(before, table)?.partitioned === true

const isPartitionedTable = (operation: Reindex, before: Schema) => operation.target === 'table' && isPartitioned(before, operation.name)

export const indexes: Costs = {
  createIndex: [
    {
      when: (operation) => operation.concurrently,
      ...work('SHARE UPDATE EXCLUSIVE', 'index'),
      inTransaction: false,
      because: 'the table is read twice while writes go on',
      cite: page('sql-createindex') + '#SQL-CREATEINDEX-CONCURRENTLY',
      proof: 'create-index-concurrently',
    },
    {
      when: (operation, { before }) => operation.only && isPartitioned(before, operation.table),
      ...instant('SHARE'),
      because: 'ON ONLY makes an index without content',
      cite: createIndex,
      proof: 'create-index-only',
    },
    {
      when: (operation, { before }) => operation.ifNotExists && indexExists(before, operation.table, operation.name),
      ...instant('SHARE'),
      because: 'an index of that name is there already',
      cite: createIndex,
    },
    { ...work('SHARE', 'index'), recurses: true, cite: createIndex, proof: 'create-index' },
  ],
  dropIndex: [
    {
      when: (operation) => operation.concurrently,
      ...instant('SHARE UPDATE EXCLUSIVE'),
      inTransaction: false,
      because: 'it waits for the transactions that use the index',
      cite: page('sql-dropindex'),
      proof: 'drop-index-concurrently',
    },
    {
      ...instant('ACCESS EXCLUSIVE'),
      because: 'the table of the index is locked with it',
      cite: page('sql-dropindex'),
      proof: 'drop-index',
    },
  ],
  // Only the index is locked, and readers of the table do not wait.
  renameIndex: [
    { since: 12, ...instant('SHARE UPDATE EXCLUSIVE'), cite: page('sql-alterindex'), proof: 'rename-index' },
    { ...instant('ACCESS EXCLUSIVE'), cite: page('sql-alterindex') },
  ],
  attachIndex: [
    {
      ...instant('ACCESS SHARE'),
      queues: 'reads-and-writes',
      because: 'the index itself is locked ACCESS EXCLUSIVE, and planning any query of the table waits for that',
      cite: page('sql-alterindex'),
      proof: 'attach-index',
    },
  ],
  reindex: [
    {
      since: 12,
      when: (operation) => operation.concurrently,
      ...work('SHARE UPDATE EXCLUSIVE', 'index'),
      inTransaction: false,
      cite: `${reindex}#SQL-REINDEX-CONCURRENTLY`,
      proof: 'reindex-concurrently',
    },
    {
      when: (operation) => operation.target !== 'index' && operation.target !== 'table',
      ...work('SHARE', 'index'),
      blocks: 'reads-and-writes',
      queues: 'reads-and-writes',
      inTransaction: false,
      because: 'each table of it is locked in turn',
      cite: reindex,
      proof: 'reindex-schema',
    },
    {
      when: (operation, { before, version }) => isPartitionedTable(operation, before) && !atLeast(version, 14),
      ...free,
      because: 'this version warns that it cannot reindex a partitioned table and does nothing',
      cite: 'https://www.postgresql.org/docs/13/sql-reindex.html',
    },
    {
      since: 14,
      when: (operation, { before }) => isPartitionedTable(operation, before),
      ...work('SHARE', 'index'),
      blocks: 'reads-and-writes',
      queues: 'reads-and-writes',
      inTransaction: false,
      because: 'each partition is a transaction of its own',
      cite: reindex,
      proof: 'reindex-partitioned',
    },
    {
      ...work('SHARE', 'index'),
      blocks: 'reads-and-writes',
      queues: 'reads-and-writes',
      because: 'the index itself is locked ACCESS EXCLUSIVE, and planning any query of the table waits for that',
      cite: reindex,
      proof: 'reindex',
    },
  ],
}
