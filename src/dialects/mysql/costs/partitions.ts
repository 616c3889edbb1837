import type { AlterTable } from '../../../ir/operation.ts'
import { copy, type Effort, instant, manual, measured, metadataInPlace, type Row, type Rows } from './row.ts'

const says =
  (...actions: readonly string[]) =>
  ({ action }: AlterTable): boolean =>
    actions.some((wanted) => action === wanted || action.startsWith(`${wanted} `))

/** The rows of the named partitions are written again while writes wait. */
const partitionShared: Effort = { ...copy, algorithm: 'INPLACE' }

const mariadbProof = 'measured: MariaDB 10.11.19 at 400 000 rows'

export const partitionActions: readonly Row<AlterTable>[] = [
  {
    when: says('PARTITION BY', 'REMOVE PARTITIONING'),
    effort: copy,
    because: 'every row moves to its new place',
    cite: manual.mysqlPartitions,
    proof: measured.all,
  },
  {
    when: says('REORGANIZE PARTITION'),
    effort: partitionShared,
    because: 'the rows of the named partitions are written again',
    cite: manual.mysqlPartitions,
    proof: measured.all,
  },
  {
    mariadb: [10, 0],
    when: says('COALESCE PARTITION'),
    effort: copy,
    because: 'the rows are spread over fewer partitions',
    cite: manual.mysqlPartitions,
    proof: measured.mariadb,
  },
  {
    mysql: [5, 7],
    when: says('COALESCE PARTITION'),
    effort: partitionShared,
    because: 'the rows are spread over fewer partitions',
    cite: manual.mysqlPartitions,
    proof: measured.mysql,
  },
  {
    when: (operation) =>
      says('ADD PARTITION')(operation) && /\bPARTITIONS\b/.test(`${operation.action} ${operation.value ?? ''}`.toUpperCase()),
    effort: partitionShared,
    because: 'the rows of a table partitioned by HASH or KEY are spread anew',
    cite: manual.mysqlPartitions,
  },
  {
    when: says('REBUILD PARTITION', 'OPTIMIZE PARTITION', 'REPAIR PARTITION'),
    effort: partitionShared,
    because: 'the rows of the named partitions are written again',
    cite: manual.mysqlPartitions,
  },
  {
    when: says('ANALYZE PARTITION', 'CHECK PARTITION'),
    effort: { ...instant, algorithm: 'INPLACE', scans: true },
    cite: manual.mysqlPartitions,
  },
  {
    mariadb: [10, 0],
    when: says('ADD PARTITION', 'DROP PARTITION', 'TRUNCATE PARTITION', 'EXCHANGE PARTITION', 'CONVERT PARTITION', 'CONVERT TABLE'),
    effort: metadataInPlace,
    cite: manual.mysqlPartitions,
    proof: mariadbProof,
  },
  {
    mysql: [8, 0],
    when: says('ADD PARTITION', 'DROP PARTITION', 'TRUNCATE PARTITION', 'EXCHANGE PARTITION'),
    effort: metadataInPlace,
    cite: manual.mysqlPartitions,
  },
  {
    when: says('ADD PARTITION', 'DROP PARTITION'),
    effort: { ...metadataInPlace, lock: 'SHARED' },
    because: 'this version keeps writers out meanwhile',
    cite: manual.mysql57,
  },
  {
    when: says('TRUNCATE PARTITION', 'EXCHANGE PARTITION'),
    effort: metadataInPlace,
    cite: manual.mysqlPartitions,
  },
  { when: says('DISCARD PARTITION', 'IMPORT PARTITION'), effort: { ...metadataInPlace, lock: 'EXCLUSIVE' }, cite: manual.mysqlPartitions },
]

const swap = [{ effort: metadataInPlace, cite: manual.mysqlPartitions, proof: mariadbProof }] as const satisfies readonly Row[]

/** Partitions that come and go as tables of their own (EXCHANGE, CONVERT). */
export const partitions: Rows = { attachPartition: swap, detachPartition: swap }
