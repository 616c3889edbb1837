import type { AttachPartition } from '../../../ir/operation.ts'
import { findTable } from '../../../schema/schema.ts'
import type { Costs, Place } from './row.ts'
import { instant, other, page, work } from './row.ts'

const alterTable = page('sql-altertable')

/** A validated CHECK on the partition: it may prove the bounds, which are not read. */
function isChecked(operation: AttachPartition, { before }: Place): boolean {
  return findTable(before, operation.partition)?.constraints.some((state) => state.constraint.kind === 'check' && state.validated) ?? false
}

export const partitions: Costs = {
  attachPartition: [
    {
      since: 12,
      when: isChecked,
      ...instant('SHARE UPDATE EXCLUSIVE'),
      scans: 'unknown',
      buildsIndex: 'unknown',
      others: (operation) => [other(operation.partition, 'ACCESS EXCLUSIVE')],
      because:
        'the new partition is read unless its CHECK proves that all rows belong to it; a DEFAULT partition is locked and read as well',
      cite: alterTable,
    },
    {
      since: 12,
      ...work('SHARE UPDATE EXCLUSIVE', 'scan'),
      buildsIndex: 'unknown',
      others: (operation) => [other(operation.partition, 'ACCESS EXCLUSIVE', true)],
      because:
        'the new partition is read under ACCESS EXCLUSIVE, and indexes that it lacks are built; a DEFAULT partition is locked and read as well',
      cite: alterTable,
      proof: 'attach-partition',
    },
    {
      ...work('ACCESS EXCLUSIVE', 'scan'),
      buildsIndex: 'unknown',
      others: (operation) => [other(operation.partition, 'ACCESS EXCLUSIVE', true)],
      cite: 'https://www.postgresql.org/docs/11/sql-altertable.html',
    },
  ],
  detachPartition: [
    {
      since: 14,
      when: (operation) => operation.concurrently,
      ...instant('SHARE UPDATE EXCLUSIVE'),
      inTransaction: false,
      others: (operation) => [other(operation.partition, 'SHARE UPDATE EXCLUSIVE')],
      because: 'it waits for the transactions that use the table, and takes ACCESS EXCLUSIVE on the partition at the end',
      cite: alterTable,
      proof: 'detach-partition-concurrently',
    },
    {
      ...instant('ACCESS EXCLUSIVE'),
      others: (operation) => [other(operation.partition, 'ACCESS EXCLUSIVE')],
      cite: alterTable,
      proof: 'detach-partition',
    },
  ],
}
