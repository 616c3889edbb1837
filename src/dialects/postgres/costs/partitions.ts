import type { Name } from '../../../ir/names.ts'
import type { AttachPartition, CreateTable } from '../../../ir/operation.ts'
import type { Schema } from '../../../schema/schema.ts'
import { findTable, keyOf } from '../../../schema/schema.ts'
import type { IndexState, Table } from '../../../schema/table.ts'
import type { OtherLock } from '../../dialect.ts'
import { provesBounds } from '../partition-proof.ts'
import type { Costs, Place } from './row.ts'
import { instant, other, page, work } from './row.ts'

const alterTable = page('sql-altertable')

/** The DEFAULT partition of a table, where history shows one: every new partition makes the server read it. */
function defaultPartition(before: Schema, parent: Name): Table | undefined {
  if (!findTable(before, parent)?.partitioned) return undefined
  const key = keyOf(before.naming, parent)
  for (const table of before.tables.values())
    if (table.isDefaultPartition && table.partitionOf && keyOf(before.naming, table.partitionOf) === key) return table
  return undefined
}

/** The lock on the DEFAULT partition of the parent of a table that becomes its partition. */
export function defaultLock(operation: AttachPartition | CreateTable, before: Schema): readonly OtherLock[] {
  const parent = operation.kind === 'attachPartition' ? operation.table : operation.partitionOf
  if (parent === undefined || (operation.kind === 'attachPartition' && operation.isDefault)) return []
  const found = defaultPartition(before, parent)
  return found ? [other(found.name, 'ACCESS EXCLUSIVE', true)] : []
}

function attached(operation: AttachPartition, scans: boolean, { before }: Place): readonly OtherLock[] {
  return [other(operation.partition, 'ACCESS EXCLUSIVE', scans), ...defaultLock(operation, before)]
}

const shape = (index: IndexState) =>
  `${index.unique} ${index.method ?? 'btree'} ${index.keys.map((key) => key.column ?? key.expression?.sql).join()} ${index.where?.sql ?? ''}`

/** Does the partition lack an index that the parent has? The server then builds it; 'unknown' where one of them is not known whole. */
function lacksIndex(operation: AttachPartition, { before }: Place): boolean | 'unknown' {
  const parent = findTable(before, operation.table)
  const partition = findTable(before, operation.partition)
  if (!parent?.complete || !partition?.complete) return 'unknown'
  const there = new Set(partition.indexes.map(shape))
  return parent.indexes.some((index) => !there.has(shape(index)))
}

/** Do validated CHECKs of the partition prove that all its rows belong to it? */
function isProved(operation: AttachPartition, { before }: Place): boolean {
  return provesBounds(findTable(before, operation.table), findTable(before, operation.partition), operation.bounds, before.naming)
}

/** A validated CHECK on the partition that may prove the bounds. */
function isChecked(operation: AttachPartition, { before }: Place): boolean {
  return findTable(before, operation.partition)?.constraints.some((state) => state.constraint.kind === 'check' && state.validated) ?? false
}

const builds = (wanted: boolean) => (operation: AttachPartition, place: Place) => lacksIndex(operation, place) === wanted
const both =
  (...tests: readonly ((operation: AttachPartition, place: Place) => boolean)[]) =>
  (operation: AttachPartition, place: Place) =>
    tests.every((test) => test(operation, place))

const proved = {
  since: 12,
  ...instant('SHARE UPDATE EXCLUSIVE'),
  others: (operation: AttachPartition, place: Place) => attached(operation, false, place),
  because: 'a CHECK of the partition proves that its rows belong to it, and they are not read',
  cite: alterTable,
} as const
const read = {
  since: 12,
  ...work('SHARE UPDATE EXCLUSIVE', 'scan'),
  others: (operation: AttachPartition, place: Place) => attached(operation, true, place),
  cite: alterTable,
} as const

export const partitions: Costs = {
  attachPartition: [
    { ...proved, when: both(isProved, builds(false)), proof: 'attach-partition-proved' },
    {
      ...proved,
      when: both(isProved, builds(true)),
      buildsIndex: true,
      others: (operation, place) => attached(operation, true, place),
      because: 'a CHECK of the partition proves that its rows belong to it, and the indexes that it lacks are built',
      proof: 'attach-partition-proved-index',
    },
    { ...proved, when: isProved, buildsIndex: 'unknown' },
    {
      ...read,
      when: isChecked,
      blocks: 'nothing',
      scans: 'unknown',
      buildsIndex: 'unknown',
      others: (operation, place) => attached(operation, false, place),
      because:
        'the new partition is read unless its CHECK proves that all rows belong to it; a DEFAULT partition is locked and read as well',
    },
    { ...read, when: builds(false), because: 'the new partition is read under ACCESS EXCLUSIVE', proof: 'attach-partition' },
    {
      ...read,
      when: builds(true),
      buildsIndex: true,
      because: 'the new partition is read under ACCESS EXCLUSIVE, and the indexes that it lacks are built',
      proof: 'attach-partition-index',
    },
    {
      ...read,
      buildsIndex: 'unknown',
      because:
        'the new partition is read under ACCESS EXCLUSIVE, and indexes that it lacks are built; a DEFAULT partition is locked and read as well',
      proof: 'attach-partition',
    },
    {
      ...work('ACCESS EXCLUSIVE', 'scan'),
      buildsIndex: 'unknown',
      others: (operation, place) => attached(operation, true, place),
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
      since: 14,
      ...instant('ACCESS EXCLUSIVE'),
      others: (operation) => [other(operation.partition, 'ACCESS EXCLUSIVE')],
      cite: alterTable,
      proof: 'detach-partition',
    },
    {
      ...instant('ACCESS EXCLUSIVE'),
      others: (operation) => [other(operation.partition, 'SHARE UPDATE EXCLUSIVE')],
      cite: 'https://www.postgresql.org/docs/13/sql-altertable.html',
    },
  ],
}
